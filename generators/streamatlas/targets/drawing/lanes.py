"""Which lane each thing of the platform stands in, from left to right.

A lane is a rank of the longest path: programs (services, jobs) in the even ranks, data (topics,
stores) in the odd ones. Data stands just before its first reader, services that only read in
the last lane. What closes a circle is *feedback*: it is left out of the ranks and is drawn
backwards, below everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from streamatlas.graph.graph import Edge, Graph, Ref
from streamatlas.targets import words


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of the map, its things in the order of the file."""

    title: str
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An edge as a drawing sees it: where it begins and ends."""

    origin: Ref
    target: Ref

    @property
    def ref(self) -> str:
        """`FROM -> TO`, as the edge is called."""
        return f"{self.origin} -> {self.target}"


@dataclass(frozen=True)
class Flow:
    """The lanes, the links that run from left to right, and those that run back."""

    lanes: tuple[Lane, ...]
    forward: tuple[Link, ...]
    feedback: tuple[Link, ...] = ()

    @cached_property
    def lane_of(self) -> dict[Ref, int]:
        """The lane of each thing, counted from 0."""
        return {ref: i for i, lane in enumerate(self.lanes) for ref in lane.refs}


def flow(graph: Graph) -> Flow:
    """Lanes of the whole platform; an edge to a thing that nobody declared is left out."""
    known = {node.ref for node in graph.nodes()}
    edges = links(edge for edge in graph.edges if {edge.origin, edge.target} <= known)
    back = _feedback(edges)
    forward = tuple(edge for edge in edges if edge not in back)
    ranks = _ranks(tuple(node.ref for node in graph.nodes()), forward)
    feedback = tuple(edge for edge in edges if edge in back)
    return Flow(_lanes(ranks, forward), forward, feedback)


def kind(ref: Ref) -> str:
    """`topic` of `topic/orders`."""
    return ref.partition("/")[0]


def links(edges: Iterable[Edge]) -> tuple[Link, ...]:
    """Each edge once, as the drawing sees it."""
    return tuple(dict.fromkeys(Link(edge.origin, edge.target) for edge in edges))


def _feedback(edges: tuple[Link, ...]) -> frozenset[Link]:
    """Edges without which nothing goes round: first those that leave a service, as a service
    that reads our results and feeds us is where people see the circle close."""
    after = _after(edges)
    back = {edge for edge in edges if kind(edge.origin) == "service" and _reaches(after, edge)}
    rest = tuple(edge for edge in edges if edge not in back)
    return frozenset(back | _closing(rest))


def _after(edges: Iterable[Link]) -> Mapping[Ref, list[Link]]:
    after: dict[Ref, list[Link]] = defaultdict(list)
    for edge in edges:
        after[edge.origin].append(edge)
    return after


def _reaches(after: Mapping[Ref, list[Link]], edge: Link) -> bool:
    """Whether the edge's target leads back to its origin."""
    seen, left = {edge.target}, [edge.target]
    while left:
        here = left.pop()
        if here == edge.origin:
            return True
        new = [e.target for e in after.get(here, ()) if e.target not in seen]
        seen.update(new)
        left.extend(new)
    return False


def _closing(edges: tuple[Link, ...]) -> set[Link]:
    """Edges that lead back to where a walk came from, by depth-first search."""
    after, done, closing = _after(edges), set[Ref](), set[Link]()
    for start in tuple(after):
        if start in done:
            continue
        path = {start: iter(after[start])}
        while path:
            here, ways = next(reversed(path.items()))
            edge = next(ways, None)
            if edge is None:
                done.add(here)
                path.popitem()
            elif edge.target in path:
                closing.add(edge)
            elif edge.target not in done:
                path[edge.target] = iter(after.get(edge.target, ()))
    return closing


def _ranks(refs: tuple[Ref, ...], forward: tuple[Link, ...]) -> Mapping[Ref, int]:
    before: dict[Ref, list[Ref]] = {ref: [] for ref in refs}
    readers: dict[Ref, list[Ref]] = defaultdict(list)
    for edge in forward:
        before[edge.target].append(edge.origin)
        readers[edge.origin].append(edge.target)
    ranks: dict[Ref, int] = {}
    for ref in TopologicalSorter(before).static_order():
        ranks[ref] = _rank(ref, [ranks[each] for each in before[ref]])
    ends = {ref for ref in refs if kind(ref) == "service" and before[ref] and not readers[ref]}
    top = max((rank for ref, rank in ranks.items() if ref not in ends), default=0)
    ranks.update(dict.fromkeys(ends, top + 2 - top % 2))
    return {ref: _late(ref, ranks, readers[ref]) for ref in refs}


def _late(ref: Ref, ranks: Mapping[Ref, int], readers: list[Ref]) -> int:
    """Data stands beside who reads it, not beside who writes it."""
    if not _is_data(ref) or not readers:
        return ranks[ref]
    return min(ranks[reader] for reader in readers) - 1


def _rank(ref: Ref, before: list[int]) -> int:
    least = {"service": 0, "job": 2}.get(kind(ref), 1)
    rank = max([least, *(each + 1 for each in before)])
    return rank if rank % 2 == _is_data(ref) else rank + 1


def _is_data(ref: Ref) -> bool:
    return kind(ref) in ("topic", "store")


def _lanes(ranks: Mapping[Ref, int], forward: tuple[Link, ...]) -> tuple[Lane, ...]:
    columns: dict[int, list[Ref]] = defaultdict(list)
    for ref, rank in ranks.items():
        columns[rank].append(ref)
    fed_by_jobs = {edge.target for edge in forward if kind(edge.origin) == "job"}
    read_by_jobs = {edge.origin for edge in forward if kind(edge.target) == "job"}
    jobs = any(kind(ref) == "job" for ref in ranks)

    def title(rank: int, refs: list[Ref]) -> str:
        kinds = {kind(ref) for ref in refs}
        if kinds == {"service"}:
            return "Upstream services" if rank == 0 else "Downstream services"
        if jobs and kinds <= {"topic", "store"} and not read_by_jobs.intersection(refs):
            return "Results"
        if jobs and kinds == {"topic"} and not fed_by_jobs.intersection(refs):
            return "Raw topics"
        return _kinds(refs)

    return tuple(Lane(title(rank, refs), tuple(refs)) for rank, refs in sorted(columns.items()))


def _kinds(refs: list[Ref]) -> str:
    """`Job`, `Topics and stores`."""
    kinds = {kind(ref) for ref in refs}
    present = [each for each in ("service", "job", "topic", "store") if each in kinds]
    if present == ["job"] and len(refs) == 1:
        return "Job"
    return words.several(tuple(f"{each}s" for each in present)).capitalize()
