"""The way of each edge: straight, over one upright part, along Graphviz's spline, or back below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from streamatlas.graph.graph import Edge, Ref
from streamatlas.targets.drawing import svg
from streamatlas.targets.drawing.handovers import Handover
from streamatlas.targets.drawing.plan import ARROW, HIGH, WIDE, Gap, Plan, hub, pill_width
from streamatlas.targets.drawing.svg import Point

RADIUS = 9
_CLEAR = 6
_HEAD = 7


@dataclass(frozen=True, slots=True)
class Route:
    """Path data of an edge's line, the tip of its arrow, and the centre of its pill."""

    edge: Edge
    path: str
    tip: Point
    pill: Point | None


def routes(plan: Plan, marks: Mapping[str, Handover]) -> tuple[Route, ...]:
    """The way of every edge of the drawing."""
    forward = tuple(_forward(plan, edge, marks.get(edge.ref)) for edge in plan.flow.forward)
    back = tuple(_back(plan, edge, marks.get(edge.ref)) for edge in plan.flow.feedback)
    return forward + back


def _forward(plan: Plan, edge: Edge, mark: Handover | None) -> Route:
    start, tip = _ends(plan, edge)
    return Route(edge, _path(plan, edge, start, tip), tip, _pill(start, tip, mark))


def _ends(plan: Plan, edge: Edge) -> tuple[Point, Point]:
    (x1, y1), (x2, y2) = plan.centres[edge.origin], plan.centres[edge.target]
    return (x1 + WIDE / 2, y1), (x2 - WIDE / 2, y2)


def _path(plan: Plan, edge: Edge, start: Point, tip: Point) -> str:
    end = tip[0] - _HEAD + 1, tip[1]
    gap = plan.gaps[plan.lane_of[edge.target]]
    if edge.ref not in plan.splines:
        key = hub(edge, plan.flow, plan.lane_of)
        return _bus(start, end, gap.tracks.get(key, gap.end))
    if start[1] == tip[1] and _is_clear(plan, edge):
        return svg.line((start, end), RADIUS)
    return _along(plan.splines[edge.ref], start, end)


def _bus(start: Point, end: Point, x: float) -> str:
    return svg.line((start, (x, start[1]), (x, end[1]), end), RADIUS)


def _along(points: tuple[Point, ...], start: Point, end: Point) -> str:
    """Level out of the box and into the other, past the pills, and between them the spline."""
    run = svg.spline(points).partition("C")[2]
    first, last = (points[0][0], start[1]), (points[-1][0], end[1])
    return f"{svg.line((start, first), 0)}C{run}{svg.line((last, end), 0).replace('M', 'L', 1)}"


def _is_clear(plan: Plan, edge: Edge) -> bool:
    """Whether no box of the lanes between stands in the way of a straight line."""
    y = plan.centres[edge.origin][1]
    between = range(plan.lane_of[edge.origin] + 1, plan.lane_of[edge.target])
    boxes = (ref for lane in between for ref in plan.flow.lanes[lane].refs)
    return all(abs(plan.centres[ref][1] - y) > HIGH / 2 + _CLEAR for ref in boxes)


def _pill(start: Point, tip: Point, mark: Handover | None) -> Point | None:
    if mark is None:
        return None
    half = pill_width(mark.text) / 2
    return (tip[0] - ARROW - half, tip[1]) if mark.at_target else (start[0] + 3 + half, start[1])


def _back(plan: Plan, edge: Edge, mark: Handover | None) -> Route:
    start, tip = _ends(plan, edge)
    end = tip[0] - _HEAD + 1, tip[1]
    below = plan.corridors[edge.ref]
    out = _track(plan.gaps[plan.lane_of[edge.origin] + 1], edge.ref)
    into = _track(plan.gaps[plan.lane_of[edge.target]], edge.ref)
    points = (start, (out, start[1]), (out, below), (into, below), (into, tip[1]), end)
    ref: Ref = edge.target if mark and mark.at_target else edge.origin
    pill = (plan.centres[ref][0], below) if mark else None
    return Route(edge, svg.line(points, RADIUS), tip, pill)


def _track(gap: Gap, key: str) -> float:
    return gap.tracks[key]
