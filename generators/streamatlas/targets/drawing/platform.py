"""The drawings of the platform: the whole of it in lanes, and one hop around one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Job, Node, Ref, Store
from streamatlas.model.units import Range
from streamatlas.targets import words
from streamatlas.targets.drawing import shapes
from streamatlas.targets.drawing.handovers import Handover, handovers
from streamatlas.targets.drawing.lanes import Flow, Lane, flow
from streamatlas.targets.drawing.plan import NARROWEST, Gap, Plan, plan
from streamatlas.targets.drawing.routes import Route, routes
from streamatlas.targets.drawing.shapes import Box
from streamatlas.targets.file import Facts

_SIDE = 10
_APART = 185  # between the lanes of a neighbourhood: it fills the column of an entity's page


def platform(facts: Facts, root: str, edges: str = "") -> str:
    """The map. `root` leads from the page to `catalog/`, `edges` to the page with the edges."""
    found = flow(facts.graph)
    things = sum(len(lane.refs) for lane in found.lanes)
    label = (
        f"Map of {facts.graph.platform}: {words.count(things, 'thing')}"
        f" in {words.count(len(found.lanes), 'lane')}, data flows from left to right"
    )
    return _draw(facts, found, label, root, edges)


def neighbourhood(facts: Facts, ref: Ref, root: str = "../../") -> str:
    """One thing with what it reads and writes. `root` leads from the page to `catalog/`."""
    found = around(facts.graph, ref)
    label = f"What flows into {ref} and out of it"
    return _draw(facts, found, label, root, f"{root}map/", apart=_APART)


def around(graph: Graph, ref: Ref) -> Flow:
    """One hop in, the thing, one hop out; what is on both sides stands on the left."""
    known = {node.ref for node in graph.nodes()}
    ins = tuple(e for e in graph.inputs(ref) if e.origin in known)
    outs = tuple(e for e in graph.outputs(ref) if e.target in known)
    left = tuple(dict.fromkeys(e.origin for e in ins))
    right = tuple(dict.fromkeys(e.target for e in outs if e.target not in left))
    lanes = (
        Lane(f"Reads {len(left)}" if _is_program(ref) else f"Written by {len(left)}", left),
        Lane("", (ref,)),
        Lane(f"Writes {len(outs)}" if _is_program(ref) else f"Read by {len(outs)}", right),
    )
    back = tuple(e for e in outs if e.target in left)
    forward = tuple(e for e in outs if e not in back)
    return Flow(tuple(lane for lane in lanes if lane.refs), ins + forward, back)


def _is_program(ref: Ref) -> bool:
    return ref.startswith(("service/", "job/"))


def _draw(
    facts: Facts, found: Flow, label: str, root: str, edges: str, apart: float = NARROWEST
) -> str:
    marks = handovers(facts.graph)
    placed = plan(found, marks, facts.layout, apart)
    ways = routes(placed, marks)
    parts = (
        *_grounds(placed),
        '<g aria-hidden="true">',
        *map(shapes.edge, ways),
        "</g>",
        *_lane_by_lane(facts.graph, placed, ways, marks, (root, edges)),
    )
    return shapes.canvas((placed.width, placed.height), label, *parts)


def _grounds(placed: Plan) -> Iterator[str]:
    for i, lane in enumerate(placed.flow.lanes):
        before, after = placed.gaps[i], placed.gaps[i + 1]
        left = before.right - (_side(before) if i else _SIDE)
        right = after.left + (_side(after) if i + 1 < len(placed.flow.lanes) else _SIDE)
        yield shapes.lane(lane.title, left, right, placed.height)


def _side(gap: Gap) -> float:
    """How far a lane's ground reaches into a gap that it shares with its neighbour."""
    return min(_SIDE, (gap.right - gap.left) / 2 - 4)


def _lane_by_lane(
    graph: Graph,
    placed: Plan,
    ways: tuple[Route, ...],
    marks: Mapping[str, Handover],
    links: tuple[str, str],
) -> Iterator[str]:
    """Boxes from top to bottom, then the pills of what leaves the lane: the tab key's order."""
    root, edges = links
    for lane in placed.flow.lanes:
        for ref in sorted(lane.refs, key=lambda each: placed.centres[each][1]):
            yield shapes.box(box_of(graph, ref, root), placed.centres[ref])
        yield from _pills(graph, [w for w in ways if w.edge.origin in lane.refs], marks, edges)


def _pills(
    graph: Graph, ways: Iterable[Route], marks: Mapping[str, Handover], edges: str
) -> Iterator[str]:
    for way in ways:
        if way.pill:
            text = marks[way.edge.ref].text
            label = f"{text}, {way.edge.ref}: integration point, watched by {way.edge.watcher}"
            yield shapes.pill(way, text, way.pill, f"{edges}#{edge_anchor(way.edge.ref)}", label)


def edge_anchor(ref: str) -> str:
    """The id of an edge's row in the table of edges."""
    return f"edge-{ref.replace(' -> ', '-to-').replace('/', '-')}"


def box_of(graph: Graph, ref: Ref, root: str) -> Box:
    """What the map says of a thing before anything is measured."""
    node = graph.node(ref)
    said = fact(graph, node)
    return Box(ref, said, root + names.url(ref), f"{node.id} {said}, {node.kind}")


def fact(graph: Graph, node: Node) -> str:
    """One declared fact, short enough for a box."""
    if node.normal and node.normal.rate != Range():
        return words.rate(words.scaled(node.normal.rate, graph.scale))
    if isinstance(node, Job):
        return f"parallelism {node.parallelism}"
    if isinstance(node, Store):
        return node.engine
    return node.owner
