"""Where everything of a drawing lies, in px.

Graphviz says in which order and how high things stand; how far apart the lanes are follows
from what the gaps must hold, so that seven lanes fit a common screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from streamatlas.graph.graph import Ref
from streamatlas.targets.drawing.dot import Placed
from streamatlas.targets.drawing.gaps import Gap, Reach, gaps
from streamatlas.targets.drawing.lanes import Flow, Link
from streamatlas.targets.drawing.levels import levels
from streamatlas.targets.drawing.measure import MARGIN, Mark, Measure
from streamatlas.targets.drawing.svg import Point

_CORRIDOR = 26
Heights = Mapping[Ref, float]
Ports = Callable[[Flow, Heights], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Centres of all boxes, and the gaps; `gaps[i]` lies before lane i, the last after all.

    `splines` are Graphviz's runs of the links that pass a lane, moved between our lanes.
    """

    width: float
    height: float
    flow: Flow
    size: Measure
    centres: Mapping[Ref, Point]
    gaps: tuple[Gap, ...]
    reach: Reach
    splines: Mapping[str, tuple[Point, ...]]


def middle(flow: Flow, heights: Heights) -> Mapping[str, float]:
    """Every link leaves its box in the middle."""
    return {link.ref: heights[link.origin] for link in (*flow.forward, *flow.feedback)}


def plan(
    flow: Flow, size: Measure, marks: Mapping[str, Mark], answer: Placed, ports: Ports = middle
) -> Plan:
    """Lay out lanes with their links; `marks` need room, `ports` say how high links leave."""
    low, high = answer.extent(size)
    lift = size.top - low
    heights = {ref: y + lift for ref, (_, y) in answer.centres.items()}
    floor = high + lift
    corridors = {e.ref: floor + _CORRIDOR * (i + 1) for i, e in enumerate(flow.feedback)}
    reach = Reach(levels(flow, size, heights, ports(flow, heights), answer), corridors)
    between = gaps(flow, size, marks, reach)
    lane_of = flow.lane_of
    return Plan(
        width=between[-1].right,
        height=max([floor, *corridors.values()]) + MARGIN + 8,
        flow=flow,
        size=size,
        centres={r: (between[lane_of[r]].right + size.wide / 2, y) for r, y in heights.items()},
        gaps=between,
        reach=reach,
        splines=_stretched(flow, size, answer, between, lift),
    )


def ends(plan: Plan, link: Link) -> tuple[Point, Point]:
    """Where a link leaves its box, and the tip of its arrow."""
    half = plan.size.wide / 2
    levels = plan.reach.levels[link.ref]
    start = plan.centres[link.origin][0] + half, levels[0]
    return start, (plan.centres[link.target][0] - half, levels[-1])


def _stretched(
    flow: Flow, size: Measure, answer: Placed, between: tuple[Gap, ...], lift: float
) -> Mapping[str, tuple[Point, ...]]:
    """The splines, stretched along the flow as the gaps are; none where links turn square."""
    if size.square:
        return {}
    stops: list[Point] = []
    for i, lane in enumerate(flow.lanes):
        x = answer.centres[lane.refs[0]][0]
        stops.append((x - size.wide / 2, between[i].end))
        stops.append((x + size.wide / 2, between[i + 1].begin))
    return {
        ref: tuple((_stretch(x, stops), y + lift) for x, y in points)
        for ref, points in answer.splines.items()
    }


def _stretch(x: float, stops: list[Point]) -> float:
    """Piecewise linear: each stop's first number becomes its second."""
    for (a, to_a), (b, to_b) in pairwise(stops):
        if x <= b:
            return to_a + (x - a) * (to_b - to_a) / (b - a)
    return stops[-1][1] + x - stops[-1][0]
