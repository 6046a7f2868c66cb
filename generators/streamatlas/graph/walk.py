"""Who is downstream and upstream of a node, and by which way.

A job passes data on only to those outputs whose query names the input, so one job that writes
to two places does not mix up their readers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streamatlas.graph.graph import Graph, Job, Query, Ref

Link = tuple[Ref, Ref]


@dataclass(frozen=True, slots=True)
class Reached:
    """A node, the number of edges to it, and the nodes on the shortest way, both ends included."""

    ref: Ref
    hops: int
    path: tuple[Ref, ...]


def downstream(graph: Graph, ref: Ref) -> tuple[Reached, ...]:
    """Everything that data of the node reaches, nearest first, without the node itself."""
    return _walk(graph, ref, forward=True)


def upstream(graph: Graph, ref: Ref) -> tuple[Reached, ...]:
    """Everything whose data reaches the node, nearest first, without the node itself."""
    return _walk(graph, ref, forward=False)


def teams_hit(graph: Graph, ref: Ref) -> tuple[str, ...]:
    """Ids of the teams that own something downstream, nearest first; without the node's owner."""
    own = _owner(graph, ref)
    owners = (_owner(graph, reached.ref) for reached in downstream(graph, ref))
    return tuple(dict.fromkeys(team for team in owners if team and team != own))


def feeds(graph: Graph, job: Ref, output: Ref) -> frozenset[Ref]:
    """The inputs of a job whose data reaches that output; all of them where no query says."""
    inputs = {edge.origin: edge.name for edge in graph.inputs(job)}
    found = graph.jobs.get(job.removeprefix("job/"))
    query = found.queries.get(output) if found else None
    if found is None or query is None:
        return frozenset(inputs)
    return frozenset(_named(found, query, inputs, ())) & inputs.keys()


def _named(
    job: Job, query: Query, inputs: Mapping[Ref, str], seen: tuple[str, ...]
) -> Iterator[Ref]:
    """Every reference that a query names, itself or by steps."""
    yield from query.enrich
    yield from _words(query, inputs)
    for source in (*query.sources, *_steps(job, query)):
        if source not in job.steps:
            yield source
        elif source not in seen:
            yield from _named(job, job.steps[source], inputs, (*seen, source))


def _words(query: Query, inputs: Mapping[Ref, str]) -> Iterator[Ref]:
    """Inputs by what SQL calls them in this job."""
    text = set(re.findall(r"[A-Za-z0-9_]+", query.select))
    yield from (ref for ref, name in inputs.items() if name in text)


def _steps(job: Job, query: Query) -> Iterator[str]:
    text = set(re.findall(r"[A-Za-z0-9_]+", query.select))
    yield from (step for step in job.steps if step in text)


def _owner(graph: Graph, ref: Ref) -> str:
    try:
        return graph.node(ref).owner
    except KeyError:
        return ""


def _walk(graph: Graph, start: Ref, forward: bool) -> tuple[Reached, ...]:
    """Breadth first over edges rather than nodes: how a job is entered decides how it is left.

    Only what is reached is looked at: most walks are short, on a platform of any size.
    """
    reached = {start: Reached(start, 0, (start,))}
    waiting = deque(((start, end), reached[start]) for end in _beside(graph, start, forward))
    seen: set[Link] = set()
    while waiting:
        link, before = waiting.popleft()
        if link in seen:
            continue
        seen.add(link)
        begin, middle = link
        here = Reached(middle, before.hops + 1, (*before.path, middle))
        reached.setdefault(middle, here)
        waiting.extend(
            ((middle, end), here)
            for end in _beside(graph, middle, forward)
            if _passes(graph, begin, middle, end, forward)
        )
    return tuple(r for r in reached.values() if r.hops)


def _beside(graph: Graph, ref: Ref, forward: bool) -> tuple[Ref, ...]:
    """The nodes one edge further on."""
    if forward:
        return tuple(edge.target for edge in graph.outputs(ref))
    return tuple(edge.origin for edge in graph.inputs(ref))


def _passes(graph: Graph, begin: Ref, middle: Ref, end: Ref, forward: bool) -> bool:
    if not middle.startswith("job/"):
        return True
    source, output = (begin, end) if forward else (end, begin)
    return source in feeds(graph, middle, output)
