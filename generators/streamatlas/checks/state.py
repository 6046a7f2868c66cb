"""What a job remembers outlives the longest outage.

To drop repeats or to keep a running total a job remembers what it has seen, for `state-ttl` since
it was last used. Time goes on while the job is down. If it comes back after `worst-outage` (3d
where that is not written) and has forgotten, then what is sent twice counts twice, and a total
begins at 0 and overwrites the right one.

```yaml
jobs:
  usage-pipeline:
    steps: {minutes: {from: usage.minute.mail, dedupe: true}}
    state-ttl: 1d
    worst-outage: 2d
```

Remember for longer than that, with the time that repeats may be apart on top:

```yaml
jobs:
  usage-pipeline:
    steps: {minutes: {from: usage.minute.mail, dedupe: true}}
    state-ttl: 4d
    worst-outage: 2d
```

Without a `state-ttl` such a job remembers for ever and grows until it fails: that is a warning.
Windows need none, they forget when they close.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from streamatlas.graph.graph import Graph, Job, Query, Ref
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import say_duration
from streamatlas.sql.text import is_comment, tokens

ID = "state"
LEVEL: Level = "error"

# What goes wrong without it, by what the state is for.
_REPEATS = "repeats count twice"
_TOTALS = "totals begin at 0"
_JOINS = "joins find nothing"
# Free SQL says by these words that it keeps state for as long as it is told.
_NUMBERED = re.compile(r"\bROW_NUMBER\s*\(|\bSELECT\s+DISTINCT\b", re.IGNORECASE)
_JOINED = re.compile(
    r"\bJOIN\s+(?!LATERAL\b)(?:\(|(?:[\w.]+|`[^`]+`)\s+(?!\s|FOR\s+SYSTEM_TIME\b))", re.IGNORECASE
)
# A window forgets when it closes, and so does a join over a stretch of time.
_TIMED = re.compile(r"\bBETWEEN\b|\bTABLE\s*\(", re.IGNORECASE)
_GROUPS = re.compile(r"\bGROUP\s+BY\b((?:[^()]|\([^()]*\))*)", re.IGNORECASE)
_WINDOW = re.compile(r"\bwindow_(start|end|time)\b", re.IGNORECASE)


def check(graph: Graph) -> Iterator[Problem]:
    """Jobs that forget within an outage, or never."""
    for job in graph.jobs.values():
        lost = [why for why in (_REPEATS, _TOTALS, _JOINS) if why in set(_kept(graph, job))]
        if not lost:
            continue
        if job.state_ttl is None:
            message = f"{job.ref} remembers for ever and grows: write state-ttl, such as 7d"
            yield Problem(job.at, ID, message, "warning")
        elif job.state_ttl < job.worst_outage:
            yield _forgets(graph, job, lost)


def _forgets(graph: Graph, job: Job, lost: list[str]) -> Problem:
    at = graph.positions.value("jobs", job.id, "state-ttl")
    path = ("jobs", job.id, "worst-outage")
    outage = graph.positions.values.get(path)
    said = f"worst-outage, {outage.seen_from(at)}" if outage else "worst-outage"
    down = say_duration(job.worst_outage)
    message = f"after an outage of {down} ({said}) this state is gone: {', '.join(lost)}"
    return Problem(at, ID, message, LEVEL)


def _kept(graph: Graph, job: Job) -> Iterator[str]:
    """What is lost with the state of its queries."""
    queries: tuple[Mapping[Ref, Query], ...] = (job.steps, job.queries)
    for name, query in (item for part in queries for item in part.items()):
        yield from _kept_by(query.select)
        if query.dedupe and not all(_replaces(graph, ref) for ref in query.sources):
            yield _REPEATS
        if (query.tumble or query.group_by) and not _is_window(graph, job, name, query):
            yield _TOTALS


def _kept_by(select: str) -> Iterator[str]:
    code = "".join(t for t in tokens(select) if not is_comment(t) and not t.startswith("'"))
    if _NUMBERED.search(code):
        yield _REPEATS
    if _JOINED.search(code) and not _TIMED.search(code):
        yield _JOINS
    if not all(_WINDOW.search(fields) for fields in _GROUPS.findall(code)):
        yield _TOTALS


def _replaces(graph: Graph, ref: Ref) -> bool:
    topic = graph.topics.get(ref.removeprefix("topic/"))
    return topic is not None and topic.ref == ref and topic.compacted


def _is_window(graph: Graph, job: Job, name: Ref, query: Query) -> bool:
    """Whether an aggregate gives one final row: a step's window, or one into a plain topic."""
    if not query.tumble:
        return False
    topic = graph.topics.get(name.removeprefix("topic/"))
    return name in job.steps or (topic is not None and topic.ref == name and not topic.compacted)
