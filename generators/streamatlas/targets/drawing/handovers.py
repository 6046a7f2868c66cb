"""Integration points: where data passes from one team to another.

Topics and stores are what is handed over, services and jobs are who hands over. So one
handover is marked once: at the service of the other team where it has one, else where the
data is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from streamatlas.graph.graph import Edge, Graph, Ref, Topic
from streamatlas.targets import words


@dataclass(frozen=True, slots=True)
class Handover:
    """The mark of one edge: format and, of timestamps, the zone; at its origin or its target."""

    text: str
    at_target: bool


def handovers(graph: Graph, shown: Collection[Ref] | None = None) -> Mapping[str, Handover]:
    """The marks of the edges between the nodes that are shown (all), by the edge's reference."""
    refs = [node.ref for node in graph.nodes()] if shown is None else shown
    edges = dict.fromkeys(edge for ref in refs for edge in _touching(graph, ref))
    found = {edge: handover for edge in edges if (handover := _handover(graph, edge))}
    among = frozenset(refs)
    return {
        edge.ref: handover
        for edge, handover in _apart(found).items()
        if {edge.origin, edge.target} <= among
    }


def _touching(graph: Graph, ref: Ref) -> Iterator[Edge]:
    for edge in (*graph.inputs(ref), *graph.outputs(ref)):
        if _known(graph, edge.origin) and _known(graph, edge.target):
            yield edge


def _known(graph: Graph, ref: Ref) -> bool:
    try:
        graph.node(ref)
    except KeyError:
        return False
    return True


def data_of(edge: Edge) -> Ref:
    """The end of an edge that is a topic or store."""
    return edge.origin if edge.origin.startswith(("topic/", "store/")) else edge.target


def summary(graph: Graph, ref: Ref) -> str:
    """`json · LA` of a topic whose times are in Los Angeles; `SQL` of a store."""
    node = graph.node(ref)
    if not isinstance(node, Topic):
        return "SQL"
    return f"json · {_short(node.wall_clock or 'UTC')}"


def _apart(found: Mapping[Edge, Handover]) -> Mapping[Edge, Handover]:
    """Marks of one service's many edges would lie on each other: those go to the other end."""
    ends = Counter(_marked(edge, handover) for edge, handover in found.items())
    return {
        edge: replace(h, at_target=h.at_target != (ends[_marked(edge, h)] > 1))
        for edge, h in found.items()
    }


def _marked(edge: Edge, handover: Handover) -> tuple[Ref, bool]:
    return edge.target if handover.at_target else edge.origin, handover.at_target


def _handover(graph: Graph, edge: Edge) -> Handover | None:
    data = data_of(edge)
    writes = edge.target == data
    program = edge.origin if writes else edge.target
    owner = graph.node(program).owner
    beside = graph.outputs(data) if writes else graph.inputs(data)
    others = {e.target if writes else e.origin for e in beside}
    others = {each for each in others if _known(graph, each)}
    foreign = {each for each in others if graph.node(each).owner != owner}
    if not foreign and (others or graph.node(data).owner == owner):
        return None
    if program.startswith("service/"):
        return Handover(summary(graph, data), at_target=not writes)
    if any(each.startswith("service/") for each in foreign) or (writes and others):
        return None
    return Handover(summary(graph, data), at_target=writes)


def _short(timezone: str) -> str:
    """`LA` of `America/Los_Angeles`, `Berlin` of `Europe/Berlin`."""
    parts = words.place(timezone).split()
    return "".join(part[0] for part in parts) if len(parts) > 1 else "".join(parts)
