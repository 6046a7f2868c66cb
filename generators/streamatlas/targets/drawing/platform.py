"""The drawings of the platform: the whole of it in lanes, and one hop around one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Job, Node, Ref, Store
from streamatlas.model.units import Range
from streamatlas.targets import words
from streamatlas.targets.drawing import shapes
from streamatlas.targets.drawing.dot import Placed, centred, placed
from streamatlas.targets.drawing.gaps import Gap
from streamatlas.targets.drawing.handovers import handovers
from streamatlas.targets.drawing.lanes import Flow, Lane, flow, links
from streamatlas.targets.drawing.measure import Mark, Measure, pill_width
from streamatlas.targets.drawing.plan import Plan, plan
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
    answer = placed(found, shapes.SIZE, facts.layout)
    return _draw(facts.graph, found, shapes.SIZE, answer, label, (root, edges))


def neighbourhood(facts: Facts, ref: Ref, root: str = "../../") -> str:
    """One thing with what it reads and writes. `root` leads from the page to `catalog/`."""
    found = around(facts.graph, ref)
    label = f"What flows into {ref} and out of it"
    size = replace(shapes.SIZE, apart=_APART)
    answer = centred(found, size)
    return _draw(facts.graph, found, size, answer, label, (root, f"{root}map/"))


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
    forward = links((*ins, *(e for e in outs if e.target not in left)))
    back = links(e for e in outs if e.target in left)
    return Flow(tuple(lane for lane in lanes if lane.refs), forward, back)


def _is_program(ref: Ref) -> bool:
    return ref.startswith(("service/", "job/"))


def _draw(
    graph: Graph,
    found: Flow,
    size: Measure,
    answer: Placed,
    label: str,
    addresses: tuple[str, str],
) -> str:
    shown = [ref for lane in found.lanes for ref in lane.refs]
    marks = {
        ref: Mark(each.text, each.at_target, pill_width(each.text))
        for ref, each in handovers(graph, shown).items()
    }
    laid = plan(found, size, marks, answer)
    ways = routes(laid, marks)
    parts = (
        *_grounds(laid),
        '<g aria-hidden="true">',
        *(shapes.edge(way, {"data-sa-edge": way.link.ref}) for way in ways),
        "</g>",
        *_lane_by_lane(graph, laid, ways, marks, addresses),
    )
    return shapes.canvas((laid.width, laid.height), label, *parts)


def _grounds(laid: Plan) -> Iterator[str]:
    for i, lane in enumerate(laid.flow.lanes):
        before, after = laid.gaps[i], laid.gaps[i + 1]
        left = before.right - (_side(before) if i else _SIDE)
        right = after.left + (_side(after) if i + 1 < len(laid.flow.lanes) else _SIDE)
        yield shapes.lane(lane.title, left, right, laid.height)


def _side(gap: Gap) -> float:
    """How far a lane's ground reaches into a gap that it shares with its neighbour."""
    return min(_SIDE, (gap.right - gap.left) / 2 - 4)


def _lane_by_lane(
    graph: Graph,
    laid: Plan,
    ways: tuple[Route, ...],
    marks: Mapping[str, Mark],
    addresses: tuple[str, str],
) -> Iterator[str]:
    """Boxes from top to bottom, then the pills of what leaves the lane: the tab key's order."""
    root, edges = addresses
    for lane in laid.flow.lanes:
        for ref in sorted(lane.refs, key=lambda each: laid.centres[each][1]):
            yield shapes.box(box_of(graph, ref, root), laid.centres[ref])
        leaving = (way for way in ways if way.link.origin in lane.refs and way.pill)
        watchers = {edge.ref: edge.watcher for edge in graph.edges}
        for way in leaving:
            yield _pill(way, marks[way.link.ref].text, watchers[way.link.ref], edges)


def _pill(way: Route, text: str, watcher: str, edges: str) -> str:
    ref = way.link.ref
    attributes: dict[str, str | float] = {
        "data-sa-edge": ref,
        "href": f"{edges}#{edge_anchor(ref)}",
        "aria-label": f"{text}, {ref}: integration point, watched by {watcher}",
    }
    return shapes.pill(text, way.pill or way.tip, attributes)


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
