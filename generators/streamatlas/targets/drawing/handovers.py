"""Integration points: where data passes from one team to another.

Topics and stores are what is handed over, services and jobs are who hands over. So one
handover is marked once: at the service of the other team where it has one, else where the
data is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from streamatlas.graph.graph import Edge, Graph, Ref, Topic
from streamatlas.targets import words


@dataclass(frozen=True, slots=True)
class Handover:
    """The mark of one edge: format and, of timestamps, the zone; at its origin or its target."""

    text: str
    at_target: bool


def handovers(graph: Graph) -> Mapping[str, Handover]:
    """The marks by the edge's reference."""
    known = {node.ref for node in graph.nodes()}
    edges = [edge for edge in graph.edges if {edge.origin, edge.target} <= known]
    around = _around(edges)
    found = {edge: _handover(graph, edge, around) for edge in edges}
    return _apart({edge: handover for edge, handover in found.items() if handover})


def data_of(edge: Edge) -> Ref:
    """The end of an edge that is a topic or store."""
    return edge.origin if edge.origin.startswith(("topic/", "store/")) else edge.target


def summary(graph: Graph, ref: Ref) -> str:
    """`json · LA` of a topic whose times are in Los Angeles; `SQL` of a store."""
    node = graph.node(ref)
    if not isinstance(node, Topic):
        return "SQL"
    return f"json · {_short(node.wall_clock or 'UTC')}"


def _apart(found: Mapping[Edge, Handover]) -> Mapping[str, Handover]:
    """Marks of one service's many edges would lie on each other: those go to the other end."""
    ends = [_marked(edge, handover) for edge, handover in found.items()]
    return {
        edge.ref: replace(handover, at_target=handover.at_target != (ends.count(end) > 1))
        for (edge, handover), end in zip(found.items(), ends, strict=True)
    }


def _marked(edge: Edge, handover: Handover) -> tuple[Ref, bool]:
    return edge.target if handover.at_target else edge.origin, handover.at_target


Around = Mapping[Ref, tuple[set[Ref], set[Ref]]]


def _around(edges: list[Edge]) -> Around:
    """Writers and readers of each topic and store."""
    around: dict[Ref, tuple[set[Ref], set[Ref]]] = {}
    for edge in edges:
        data = data_of(edge)
        writers, readers = around.setdefault(data, (set(), set()))
        if edge.target == data:
            writers.add(edge.origin)
        else:
            readers.add(edge.target)
    return around


def _handover(graph: Graph, edge: Edge, around: Around) -> Handover | None:
    data = data_of(edge)
    writes = edge.target == data
    program = edge.origin if writes else edge.target
    owner = graph.node(program).owner
    others = around[data][1 if writes else 0]
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
