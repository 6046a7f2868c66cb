"""The flowchart of a runbook, from left to right for wide screens and downwards for all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from streamatlas.model.runbook import Runbook, Step
from streamatlas.targets.drawing import shapes, svg
from streamatlas.targets.drawing.dot import Placed, placed
from streamatlas.targets.drawing.lanes import Flow, Lane, Link
from streamatlas.targets.drawing.letters import wrap
from streamatlas.targets.drawing.measure import MARGIN, PILL_HIGH, Mark, Measure, pill_width
from streamatlas.targets.drawing.plan import Heights, plan
from streamatlas.targets.drawing.routes import Route, routes
from streamatlas.targets.drawing.svg import Point
from streamatlas.targets.file import Layout

WIDE, HIGH = 116, 88
_ACROSS = Measure(WIDE, HIGH, between=26, apart=34, top=MARGIN, track=9, square=True)
_DOWN = Measure(HIGH, WIDE, between=26, apart=34, top=MARGIN, track=9, square=True)
_TEXT_SIZE = 11.5
_LINES = 4
_LINE_HIGH = 14
_WORDS = {
    "owner": "Call the owner",
    "watched_by": "Call who watches it",
    "owner(platform)": "Call the owner of the platform",
}
_KINDS = {
    "ask": "Question",
    "do": "Action",
    "call": "Call",
    "open": "Go there",
    "clear": "All clear",
}


def flowchart(layout: Layout, runbook: Runbook) -> tuple[str, str]:
    """The drawing from left to right, and the same downwards."""
    flow = _flow(runbook)
    answer = placed(flow, _ACROSS, layout)
    times = (_DOWN.high + _DOWN.between) / (_ACROSS.high + _ACROSS.between)
    return _draw(runbook, flow, answer, False), _draw(runbook, flow, answer.higher(times), True)


def said(step: Step) -> str:
    """What a step says to a person."""
    if step.open:
        return "Open the flowchart of the first cause"
    if step.call.startswith("owner(evidence."):
        return f"Call the owner of the {step.call[15:-1].replace('_', ' ')}"
    return _WORDS.get(step.call, step.text)


def _draw(runbook: Runbook, flow: Flow, answer: Placed, downwards: bool) -> str:
    marks = {ref: _mark(text, downwards) for ref, text in _labels(runbook).items()}

    def ports(_: Flow, heights: Heights) -> Mapping[str, float]:
        return _ports(flow, heights, 34 if downwards else 24)

    laid = plan(flow, _DOWN if downwards else _ACROSS, marks, answer, ports)
    ways = routes(laid, marks)
    boxes = (_box(runbook, name, _turned(laid.centres[name], downwards)) for name in runbook.steps)
    size = _turned((laid.width, laid.height), downwards)
    parts = (
        '<g aria-hidden="true">',
        *(shapes.edge(way, {}, downwards) for way in ways),
        *(_pill(way, marks, downwards) for way in ways if way.pill),
        "</g>",
        *boxes,
    )
    return shapes.canvas(size, f"Flowchart: {runbook.title}", *parts)


def _turned(point: Point, downwards: bool) -> Point:
    return (point[1], point[0]) if downwards else point


def _flow(runbook: Runbook) -> Flow:
    """Lanes by the longest way from the start; a runbook has no loops."""
    ranks: dict[str, int] = defaultdict(int)
    left = [runbook.start.id]
    while left:
        here = left.pop()
        for _, way in runbook.steps[here].ways():
            if ranks[way] <= ranks[here]:
                ranks[way] = ranks[here] + 1
                left.append(way)
    count = max(ranks.values(), default=0) + 1
    lanes = (tuple(name for name in runbook.steps if ranks[name] == i) for i in range(count))
    ways = (Link(s.id, way) for s in runbook.steps.values() for _, way in s.ways())
    return Flow(tuple(Lane("", refs) for refs in lanes), tuple(dict.fromkeys(ways)))


def _labels(runbook: Runbook) -> Mapping[str, str]:
    """What stands on a way: the answer, or that an action did not help. `then` needs no word."""
    labels: dict[str, str] = {}
    for step in runbook.steps.values():
        for key, way in step.ways():
            if key != "then":
                ref = Link(step.id, way).ref
                labels[ref] = f"{labels[ref]}, {key}" if ref in labels else key
    return labels


def _mark(text: str, downwards: bool) -> Mark:
    return Mark(text, False, PILL_HIGH if downwards else pill_width(text))


def _ports(flow: Flow, heights: Heights, aside: float) -> Mapping[str, float]:
    """A way that runs level leaves in the middle, another above or below it, so that no two
    answers lie on each other."""
    ports: dict[str, float] = {}
    for link in flow.forward:
        both = [each for each in flow.forward if each.origin == link.origin]
        straight = min(both, key=lambda each: abs(heights[each.target] - heights[each.origin]))
        side = 1 if heights[link.target] >= heights[straight.target] else -1
        ports[link.ref] = heights[link.origin] + (0 if link == straight else side * aside)
    return ports


def _pill(way: Route, marks: Mapping[str, Mark], downwards: bool) -> str:
    centre = _turned(way.pill or way.tip, downwards)
    return shapes.pill(marks[way.link.ref].text, centre, {})


def _box(runbook: Runbook, name: str, centre: Point) -> str:
    step = runbook.steps[name]
    number = list(runbook.steps).index(name) + 1
    head = f"{_KINDS[step.what]} {number}"
    x, y = centre[0] - WIDE / 2, centre[1] - HIGH / 2
    lines = wrap(said(step), _TEXT_SIZE, WIDE - 18, _LINES)
    top = (HIGH - _LINE_HIGH * (len(lines) + 1)) / 2 + 10
    group = svg.element(
        "g",
        {"transform": f"translate({svg.number(x)} {svg.number(y)})"},
        _shape(step.what),
        svg.text(head, {"class": "sa-step-kind", "x": WIDE / 2, "y": top}),
        *(
            svg.text(
                line, {"class": "sa-step-text", "x": WIDE / 2, "y": top + 1 + _LINE_HIGH * (i + 1)}
            )
            for i, line in enumerate(lines)
        ),
    )
    label = f"{head}: {said(step)}"
    attributes: dict[str, str | float] = {
        "class": f"sa-step sa-step-{step.what}",
        "href": f"#step-{name}",
        "aria-label": label,
    }
    return svg.element("a", attributes, group)


def _shape(what: str) -> str:
    if what == "call":
        return svg.element("path", {"class": "sa-node-shape", "d": shapes.cut_corners(WIDE, HIGH)})
    radius = {"ask": 16, "clear": HIGH / 2}.get(what, 3)
    size: dict[str, str | float] = {"width": WIDE, "height": HIGH, "rx": radius}
    return svg.element("rect", {"class": "sa-node-shape", **size})
