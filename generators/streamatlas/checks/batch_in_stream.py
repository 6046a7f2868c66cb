"""No batch shares an event-time step with streams.

A window over event time closes when all of its inputs have gone past its end. A daily batch brings
yesterday's times: while it comes, the streams beside it are held back, and once they have closed
their windows its records are late and are dropped. Invoices are then too small by a whole product,
and the job looks healthy.

A batch is what has a normal of (nearly) nothing, windows that come at most once a day, and hours of
silence before somebody worries.

```yaml
writes:
  usage.hourly: {from: [usage.raw.maps, usage.raw.vault], tumble: 1h}  # vault is a batch
```

Add the batch up apart, as a running total, which waits for nothing and drops nothing: into a
compacted topic or a store. Below a running total both may meet.

```yaml
writes:
  usage.hourly: {from: usage.raw.maps, tumble: 1h}
  usage.minute.vault: {from: usage.raw.vault, tumble: 1min}  # compacted
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal

from streamatlas.graph.graph import Graph, Job, Normal, Query, Ref, Topic
from streamatlas.graph.walk import feeds
from streamatlas.model.problem import Level, Position, Problem
from streamatlas.sql.scope import is_window
from streamatlas.sql.yields import parts

ID = "batch-in-stream"
LEVEL: Level = "error"

# Who waits a shorter time before worrying does not expect a pause of a day.
_SILENCE = timedelta(hours=6)
_DAY = timedelta(days=1)

Manner = Literal["batch", "stream", "unknown"]
_BOTH: frozenset[Manner] = frozenset(("batch", "stream"))
Part = tuple[str, str]


def check(graph: Graph) -> Iterator[Problem]:
    """Each batch in a window with streams, where the query names it."""
    if not any(_manner(n.normal) == "batch" for n in graph.nodes() if n.normal):
        return
    written = _written(graph)
    arrivals = _arrivals(graph, written)
    for job in graph.jobs.values():
        for part, query in _windows(graph, job):
            read = {r: at for r, at in _read(graph, job, part, query) if not _replaces(graph, r)}
            streams = sorted(ref for ref in read if "stream" in arrivals.get(ref, ()))
            for ref in sorted(read) if streams else ():
                if arrivals.get(ref) == {"batch"} or written.get(ref, set()) >= _BOTH:
                    yield Problem(read[ref], ID, _message(job, ref, streams), LEVEL)


def _replaces(graph: Graph, ref: Ref) -> bool:
    """Whether the topic is compacted: what is wrong with that in a window is told already."""
    topic = graph.topics.get(ref.removeprefix("topic/"))
    return topic is not None and topic.compacted


def _message(job: Job, batch: Ref, streams: list[Ref]) -> str:
    beside = streams[0] if len(streams) == 1 else f"{streams[0]} and {len(streams) - 1} more"
    both = f"{batch} is a batch and {beside} streams"
    if batch in streams:
        both = f"{batch} gets a batch and streams"
    return (
        f"{both}: in one window of {job.ref} it holds them back or is dropped; "
        "add it up apart, as a running total"
    )


def _windows(graph: Graph, job: Job) -> Iterator[tuple[Part, Query]]:
    """Queries that wait for event time."""
    by_sql = {p.place for p in parts(graph) if p.job is job and p.reading and p.reading.windowed}
    for section, queries in (("steps", job.steps), ("writes", job.queries)):
        for name, query in queries.items():
            place = (section, name)
            if place in by_sql or is_window(graph, place, query):
                yield place, query


def _read(graph: Graph, job: Job, part: Part, query: Query) -> Iterator[tuple[Ref, Position]]:
    """The inputs whose rows a query takes, by steps too, and where they are named."""
    named = {edge.name: edge.origin for edge in graph.inputs(job.ref)}
    waiting, seen = [(part, query)], {part[1]}
    while waiting:
        here, query = waiting.pop()
        words = re.findall(r"\w+", query.select)
        sources = (*query.sources, *(named.get(word, word) for word in words))
        for ref in dict.fromkeys(sources):
            if ref in job.steps and ref not in seen:
                seen.add(ref)
                waiting.append((("steps", ref), job.steps[ref]))
            elif ref in query.sources or ref in named.values():
                yield ref, _at(graph, job, here, query, ref)


def _at(graph: Graph, job: Job, part: Part, query: Query, ref: Ref) -> Position:
    section, name = part
    for written in (name, name.removeprefix("topic/")):
        path = ("jobs", job.id, section, written)
        if path in graph.positions.keys:
            break
    if ref in query.sources:
        return graph.positions.item((*path, "from"), query.sources.index(ref), ref)
    called = next(edge.name for edge in graph.inputs(job.ref) if edge.origin == ref)
    found = re.search(rf"\b{re.escape(called)}\b", query.select)
    text = (*path, "select") if (*path, "select") in graph.positions.values else path
    return graph.positions.inside(text, query.select, found.start() if found else 0)


def _written(graph: Graph) -> dict[Ref, set[Manner]]:
    """How the records of a topic come: as its normal says, else as its services write them."""
    found = {t.ref: {_manner(t.normal)} for t in graph.topics.values() if t.normal}
    topics = {topic.ref: topic for topic in graph.topics.values()}
    for service in graph.services.values():
        for edge in graph.outputs(service.ref):
            if _is_open(topics, edge.target):
                found.setdefault(edge.target, set()).add(_manner(service.normal))
    return found


def _arrivals(graph: Graph, written: Mapping[Ref, set[Manner]]) -> dict[Ref, set[Manner]]:
    """The same of every topic; one that jobs write is as what they make it of."""
    topics = {topic.ref: topic for topic in graph.topics.values()}
    into = _into(graph)
    found: dict[Ref, set[Manner]] = {}
    waiting = [(ref, manner) for ref, manners in written.items() for manner in sorted(manners)]
    while waiting:
        ref, manner = waiting.pop()
        if manner not in found.setdefault(ref, set()):
            found[ref].add(manner)
            if ref in topics and not topics[ref].compacted:
                waiting += [(to, manner) for to in into.get(ref, ()) if _is_open(topics, to)]
    return found


def _is_open(topics: Mapping[Ref, Topic], ref: Ref) -> bool:
    """Whether a topic takes over how its records come; a normal of its own says it already."""
    return ref in topics and topics[ref].normal is None


def _into(graph: Graph) -> dict[Ref, list[Ref]]:
    """What jobs make of each topic."""
    into: dict[Ref, list[Ref]] = {}
    for job in graph.jobs.values():
        for edge in graph.outputs(job.ref):
            for origin in feeds(graph, job.ref, edge.target):
                into.setdefault(origin, []).append(edge.target)
    return into


def _manner(normal: Normal | None) -> Manner:
    if normal is None:
        return "unknown"
    recurs = any(w.at.every and w.at.every < _DAY for w in normal.windows)
    pauses = normal.silent_after is not None and normal.silent_after >= _SILENCE
    if normal.windows and not normal.rate.low and pauses and not recurs:
        return "batch"
    return "stream"
