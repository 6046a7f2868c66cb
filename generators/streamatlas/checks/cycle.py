"""Nothing flows back to where it came from through jobs alone.

When a job's output reaches its own input, each record may cause another one, for ever: lag grows
from the first minute and no scaling helps. Nor can anybody say what is normal for a topic that adds
to itself, and after an outage nobody knows where to begin.

```yaml
jobs:
  clean: {reads: [clicks, fixed], writes: cleaned}
  fix: {reads: cleaned, writes: fixed}
```

Write what is corrected into a topic that the first job does not read, and let those who want both
read both. A query says which inputs an output is made of, so write the queries where a job has
several outputs.

```yaml
jobs:
  clean: {reads: clicks, writes: cleaned}
  fix: {reads: cleaned, writes: fixed}
```

A way round that leads through a service is none: a person or a program decides there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamatlas.graph.graph import Graph, Ref
from streamatlas.graph.walk import feeds
from streamatlas.model.problem import Level, Problem

ID = "cycle"
LEVEL: Level = "error"

# A way longer than this is shortened to its first and last names.
_LONGEST, _FIRST, _LAST = 12, 6, 3

# A topic or store, or a job with one of its outputs.
Stage = tuple[Ref, ...]
Before = dict[Stage, set[Stage]]


def check(graph: Graph) -> Iterator[Problem]:
    """One cycle of each knot, at the job in it that stands first."""
    if any(_cycles(_by_job(graph))):
        yield from (_problem(graph, found) for found in _cycles(_by_output(graph)))


def _by_job(graph: Graph) -> Before:
    """What each stage is made of, if all that a job writes were made of all that it reads."""
    before: Before = {}
    for job in graph.jobs.values():
        before[job.ref,] = {(edge.origin,) for edge in graph.inputs(job.ref)}
        for edge in graph.outputs(job.ref):
            before.setdefault((edge.target,), set()).add((job.ref,))
    return before


def _by_output(graph: Graph) -> Before:
    """What each stage is made of."""
    before: Before = {}
    for job in graph.jobs.values():
        for edge in graph.outputs(job.ref):
            stage = (job.ref, edge.target)
            before[stage] = {(ref,) for ref in feeds(graph, job.ref, edge.target)}
            before.setdefault((edge.target,), set()).add(stage)
    return before


def _cycles(before: Before) -> Iterator[list[Stage]]:
    """Cycles along the data, of which no two share a stage: one of each knot, and what is left."""
    seen: set[Stage] = set()
    for first in before:
        if first not in seen:
            yield from _from(first, before, seen)


def _from(first: Stage, before: Before, seen: set[Stage]) -> Iterator[list[Stage]]:
    """The cycles that are met on all ways back from a stage; what was looked at is then seen."""
    seen.add(first)
    way = {first: iter(sorted(before[first]))}
    while way:
        last = next(reversed(way))
        origin = next(way[last], None)
        if origin is None:
            way.popitem()
        elif origin in way:
            stages = list(way)
            found = stages[stages.index(origin) :]
            yield found[::-1]
            for _ in found:
                way.popitem()
        elif origin in before and origin not in seen:
            seen.add(origin)
            way[origin] = iter(sorted(before[origin]))


def _problem(graph: Graph, stages: list[Stage]) -> Problem:
    way = [stage[0] for stage in stages]
    jobs = {ref: graph.jobs[ref.removeprefix("job/")] for ref in way if ref.startswith("job/")}
    # What a way begins with must not depend on what stands around it.
    turns = ((jobs[ref].at, [*way[n:], *way[:n]]) for n, ref in enumerate(way) if ref in jobs)
    at, way = min(turns)
    said = " -> ".join(_short([*way, way[0]]))
    return Problem(at, ID, f"{said} is a cycle: what goes in comes back for ever", LEVEL)


def _short(names: Sequence[Ref]) -> Sequence[Ref]:
    left = len(names) - _FIRST - _LAST
    if len(names) <= _LONGEST:
        return names
    return [*names[:_FIRST], f"({left} more)", *names[-_LAST:]]
