"""What the edges of a node say of themselves: what passes, who signs in, how it is delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from streamatlas.graph.graph import Edge, Graph, Job, Node, Service
from streamatlas.graph.names import sql
from streamatlas.targets.markup import html
from streamatlas.targets.pages import parts


class Column(NamedTuple):
    """A fact of an edge; its column stands only where some edge of the node has it."""

    head: str
    cell: Callable[[Graph, Edge], str]


def block(graph: Graph, node: Node, root: str) -> str:
    """A table of what the node's edges say.

    Empty where the page of a service or job says it all; of a topic one wants to know who signs in.
    """
    edges = graph.inputs(node.ref) + graph.outputs(node.ref)
    used = [column for column in _COLUMNS if any(column.cell(graph, e) for e in edges)]
    if not used or (node.kind != "topic" and not any(_unusual(graph, e) for e in edges)):
        return ""
    heads = ("Flow", *(column.head for column in used))
    rows = (
        parts.row(heads, (_flow(edge, root), *(column.cell(graph, edge) for column in used)))
        for edge in edges
    )
    return parts.table("What each flow says of itself", heads, rows)


def _flow(edge: Edge, root: str) -> str:
    origin, target = parts.node_link(edge.origin, root), parts.node_link(edge.target, root)
    return f"{origin} to {target}"


def _doc(graph: Graph, edge: Edge) -> str:
    return html(edge.doc)


def _principal(graph: Graph, edge: Edge) -> str:
    """Where a topic is at one end: a store has no user of Kafka."""
    return parts.code(edge.principal) if _topic(edge) and edge.principal else ""


def _group(graph: Graph, edge: Edge) -> str:
    return parts.code(edge.group) if edge.origin.startswith("topic/") and edge.group else ""


def _topic(edge: Edge) -> bool:
    return edge.origin.startswith("topic/") or edge.target.startswith("topic/")


def _name(graph: Graph, edge: Edge) -> str:
    """In SQL, where the job calls it otherwise than everybody does."""
    job = _active(graph, edge)
    if not isinstance(job, Job):
        return ""
    passive = edge.target if edge.origin == job.ref else edge.origin
    return parts.code(edge.name) if edge.name != sql(passive) else ""


def _guarantee(graph: Graph, edge: Edge) -> str:
    job = _active(graph, edge)
    return html(edge.guarantee) if job and edge.origin == job.ref else ""


def _active(graph: Graph, edge: Edge) -> Service | Job | None:
    """The service or job at one end of it."""
    known: dict[str, Mapping[str, Service | Job]] = {"service": graph.services, "job": graph.jobs}
    ends = (end.partition("/") for end in (edge.origin, edge.target))
    return next((known[kind][name] for kind, _, name in ends if name in known.get(kind, {})), None)


def _unusual(graph: Graph, edge: Edge) -> bool:
    """Whether it says more than its service or job does."""
    active = _active(graph, edge)
    usual = (active.principal, active.group) if active else ("", "")
    guarantee = active.guarantee if isinstance(active, Job) else ""
    own = (edge.principal, edge.group) != usual or edge.guarantee != guarantee
    return own or bool(edge.doc or _name(graph, edge))


_COLUMNS = (
    Column("What passes", _doc),
    Column("Kafka user", _principal),
    Column("Kafka group", _group),
    Column("Name in SQL", _name),
    Column("Delivers", _guarantee),
)
