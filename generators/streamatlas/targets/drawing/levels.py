"""How high a link runs in each lane that it passes, where it turns at right angles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from streamatlas.graph.graph import Ref
from streamatlas.targets.drawing.dot import Placed
from streamatlas.targets.drawing.lanes import Flow, Link
from streamatlas.targets.drawing.measure import Measure
from streamatlas.targets.drawing.svg import Point

_FROM_BOX = 9
_FROM_LINK = 9
_SAMPLES = 16


def levels(
    flow: Flow,
    size: Measure,
    heights: Mapping[Ref, float],
    leaves: Mapping[str, float],
    answer: Placed,
) -> Mapping[str, tuple[float, ...]]:
    """By link: where it leaves, its height in each lane between if it turns square, its end."""
    lane_of = flow.lane_of
    taken: dict[int, list[tuple[float, Ref]]] = defaultdict(list)
    found: dict[str, tuple[float, ...]] = {}
    for link in (*flow.forward, *flow.feedback):
        run = [leaves[link.ref]]
        if size.square:
            for lane in range(lane_of[link.origin] + 1, lane_of[link.target]):
                guide = _guide(flow, heights, answer, link, lane)
                wished = (run[-1], heights[link.target], guide)
                boxes = [heights[ref] for ref in flow.lanes[lane].refs]
                others = [y for y, target in taken[lane] if target != link.target]
                free = (y for y in wished if _is_free(y, boxes, others, size.high))
                run.append(next(free, guide))
                taken[lane].append((run[-1], link.target))
        found[link.ref] = (*run, heights[link.target])
    return found


def _is_free(y: float, boxes: list[float], others: list[float], high: float) -> bool:
    return all(abs(box - y) >= high / 2 + _FROM_BOX for box in boxes) and all(
        abs(other - y) >= _FROM_LINK for other in others
    )


def _guide(
    flow: Flow, heights: Mapping[Ref, float], answer: Placed, link: Link, lane: int
) -> float:
    """How high Graphviz's spline passes the lane: it keeps clear of boxes and other links."""
    beside = flow.lanes[lane].refs[0]
    x, y = answer.centres[beside]
    return _height(answer.splines[link.ref], x) + heights[beside] - y


def _height(spline: tuple[Point, ...], x: float) -> float:
    points = [
        _cubic(spline[i : i + 4], step / _SAMPLES)
        for i in range(0, len(spline) - 1, 3)
        for step in range(_SAMPLES + 1)
    ]
    return min(points, key=lambda point: abs(point[0] - x))[1]


def _cubic(piece: tuple[Point, ...], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    xs, ys = zip(*piece, strict=True)
    return (
        sum(w * x for w, x in zip(weights, xs, strict=True)),
        sum(w * y for w, y in zip(weights, ys, strict=True)),
    )
