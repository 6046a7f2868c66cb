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

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Job, Ref
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import say_duration
from streamatlas.sql.scope import adds_up, is_window
from streamatlas.sql.understood import Kept
from streamatlas.sql.yields import parts

ID = "state"
LEVEL: Level = "error"

# What goes wrong without it, by what the state is for.
_LOST: dict[Kept, str] = {
    "repeats": "repeats count twice",
    "totals": "totals begin at 0",
    "joins": "joins find nothing",
}


def check(graph: Graph) -> Iterator[Problem]:
    """Jobs that forget within an outage, or never."""
    by_sql: dict[str, set[Kept]] = {}
    for part in parts(graph):
        by_sql.setdefault(part.job.id, set()).update(part.reading.kept if part.reading else ())
    for job in graph.jobs.values():
        kept = {*_kept(graph, job), *by_sql.get(job.id, ())}
        lost = [said for why, said in _LOST.items() if why in kept]
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


def _kept(graph: Graph, job: Job) -> Iterator[Kept]:
    """What the words of its queries are remembered for."""
    for section, queries in (("steps", job.steps), ("writes", job.queries)):
        for name, query in queries.items():
            if query.dedupe and not all(_replaces(graph, ref) for ref in query.sources):
                yield "repeats"
            if adds_up(query) and not is_window(graph, (section, name), query):
                yield "totals"


def _replaces(graph: Graph, ref: Ref) -> bool:
    topic = graph.topics.get(ref.removeprefix("topic/"))
    return topic is not None and topic.ref == ref and topic.compacted
