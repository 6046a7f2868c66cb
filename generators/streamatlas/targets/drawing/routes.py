"""The way of each link: straight, over upright parts, along a spline, or back below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from streamatlas.targets.drawing.gaps import turns
from streamatlas.targets.drawing.lanes import Link
from streamatlas.targets.drawing.measure import ARROW, Mark
from streamatlas.targets.drawing.plan import Plan, ends
from streamatlas.targets.drawing.svg import Point

HEAD = 7
_CLEAR = 6


@dataclass(frozen=True, slots=True)
class Route:
    """A line, then a spline where there is one, then a line; the arrow's tip, the pill's centre."""

    link: Link
    before: tuple[Point, ...]
    spline: tuple[Point, ...]
    after: tuple[Point, ...]
    tip: Point
    pill: Point | None


def routes(plan: Plan, marks: Mapping[str, Mark]) -> tuple[Route, ...]:
    """The way of every link of the drawing."""
    forward = tuple(_forward(plan, link, marks.get(link.ref)) for link in plan.flow.forward)
    back = tuple(_back(plan, link, marks.get(link.ref)) for link in plan.flow.feedback)
    return forward + back


def _forward(plan: Plan, link: Link, mark: Mark | None) -> Route:
    start, tip = ends(plan, link)
    end = tip[0] - HEAD + 1, tip[1]
    pill = _pill(start, tip, mark)
    spline = plan.splines.get(link.ref)
    if spline is None:
        return Route(link, _square(plan, link, start, end), (), (), tip, pill)
    if start[1] == tip[1] and _is_clear(plan, link):
        return Route(link, (start, end), (), (), tip, pill)
    return _along(link, spline, (start, end), tip, pill)


def _square(plan: Plan, link: Link, start: Point, end: Point) -> tuple[Point, ...]:
    """Level in the lanes, upright in the gaps."""
    corners: list[Point] = []
    for gap, track, before, after in turns(link, plan.flow, plan.reach):
        x = plan.gaps[gap].tracks[track]
        corners += [(x, before), (x, after)]
    return start, *corners, end


def _along(
    link: Link, spline: tuple[Point, ...], line: tuple[Point, Point], tip: Point, pill: Point | None
) -> Route:
    """Level out of the box and into the other, past the pills, and between them the spline."""
    start, end = line
    first, last = (spline[0][0], start[1]), (spline[-1][0], end[1])
    level = (first, (spline[1][0], start[1]), *spline[2:-1], last)
    return Route(link, (start, first), level, (last, end), tip, pill)


def _is_clear(plan: Plan, link: Link) -> bool:
    """Whether no box of the lanes between stands in the way of a straight line."""
    y, lane_of = plan.reach.levels[link.ref][0], plan.flow.lane_of
    between = range(lane_of[link.origin] + 1, lane_of[link.target])
    boxes = (ref for lane in between for ref in plan.flow.lanes[lane].refs)
    return all(abs(plan.centres[ref][1] - y) > plan.size.high / 2 + _CLEAR for ref in boxes)


def _pill(start: Point, tip: Point, mark: Mark | None) -> Point | None:
    if mark is None:
        return None
    half = mark.room / 2
    return (tip[0] - ARROW - half, tip[1]) if mark.at_target else (start[0] + 3 + half, start[1])


def _back(plan: Plan, link: Link, mark: Mark | None) -> Route:
    start, tip = ends(plan, link)
    end = tip[0] - HEAD + 1, tip[1]
    lane_of, below = plan.flow.lane_of, plan.reach.corridors[link.ref]
    out = plan.gaps[lane_of[link.origin] + 1].tracks[link.ref]
    into = plan.gaps[lane_of[link.target]].tracks[link.ref]
    points = (start, (out, start[1]), (out, below), (into, below), (into, tip[1]), end)
    marked = link.target if mark and mark.at_target else link.origin
    pill = (plan.centres[marked][0], below) if mark else None
    return Route(link, points, (), (), tip, pill)
