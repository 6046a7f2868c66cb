"""Where everything of a drawing lies, in px: lanes, boxes, and the gaps in which edges turn.

Graphviz says in which order and how high things stand; how far apart the lanes are follows
from what the gaps must hold, so that seven lanes fit a common screen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import graphviz

from streamatlas.graph.graph import Edge, Ref
from streamatlas.targets.drawing.handovers import Handover
from streamatlas.targets.drawing.lanes import Flow, Lane
from streamatlas.targets.drawing.letters import width
from streamatlas.targets.drawing.svg import Point
from streamatlas.targets.file import Layout

WIDE, HIGH = 154, 48
BETWEEN = 14
MARGIN = 12
TOP = 44
PILL_SIZE = 10.5
TRACK = 12
ARROW = 12
NARROWEST = 28
_RANKS_APART = 80
_CORRIDOR = 26
_PX = 72  # to the inch, as DOT measures


@dataclass(frozen=True, slots=True)
class Gap:
    """The space before a lane: from the boxes on its left to those on its right.

    Edges turn between `begin` and `end`; the rest is for pills and arrowheads. `tracks` are the
    places of their upright parts, by what shares one.
    """

    left: float
    begin: float
    end: float
    right: float
    tracks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """Centres of all boxes, lanes and gaps; `gaps[i]` lies before lane i, the last after all.

    `corridors` are the heights of feedback edges below the lanes; `splines` runs of Graphviz,
    already moved between the lanes.
    """

    width: float
    height: float
    flow: Flow
    centres: Mapping[Ref, Point]
    lane_of: Mapping[Ref, int]
    gaps: tuple[Gap, ...]
    corridors: Mapping[str, float]
    splines: Mapping[str, tuple[Point, ...]]


def plan(flow: Flow, marks: Mapping[str, Handover], layout: Layout, apart: float) -> Plan:
    """Lay out lanes with their edges.

    `marks` are the pills that need room, `apart` is the least px between two lanes.
    """
    names = {ref: f"n{i}" for i, ref in enumerate(ref for lane in flow.lanes for ref in lane.refs)}
    placed = layout(_dot(flow, names))
    lane_of = {ref: i for i, lane in enumerate(flow.lanes) for ref in lane.refs}
    highest = min((y for _, y in placed.nodes.values()), default=0.0)
    lift = TOP + HIGH / 2 - highest
    heights = {ref: placed.nodes[name][1] + lift for ref, name in names.items()}
    floor = max(heights.values(), default=TOP) + HIGH / 2
    corridors = {e.ref: floor + _CORRIDOR * (i + 1) for i, e in enumerate(flow.feedback)}
    bottom = max([floor, *corridors.values()]) + BETWEEN + MARGIN / 2
    spans = _spans(flow, lane_of, heights, corridors)
    gaps = _gaps(apart, len(flow.lanes), spans, _pill_room(flow, marks, lane_of))
    centres = {ref: (gaps[lane_of[ref]].right + WIDE / 2, heights[ref]) for ref in names}
    splines = _splines(flow, names, placed.nodes, placed.edges, gaps, lane_of, lift)
    return Plan(gaps[-1].right, bottom, flow, centres, lane_of, gaps, corridors, splines)


def _dot(flow: Flow, names: Mapping[Ref, str]) -> str:
    """Boxes of one size in ranks; names are numbers, so that nothing a user wrote is in DOT."""
    dot = graphviz.Digraph()
    dot.attr("graph", rankdir="LR", nodesep=_inch(BETWEEN), ranksep=_inch(_RANKS_APART))
    dot.attr("node", shape="box", fixedsize="true", label="", width=_inch(WIDE), height=_inch(HIGH))
    dot.attr("edge", arrowhead="none", tailport="e", headport="w")
    for lane in flow.lanes:
        with dot.subgraph() as rank:
            rank.attr(rank="same")
            for ref in lane.refs:
                rank.node(names[ref])
    lane_of = {ref: i for i, lane in enumerate(flow.lanes) for ref in lane.refs}
    for edge in flow.forward:
        apart = lane_of[edge.target] - lane_of[edge.origin]
        dot.edge(names[edge.origin], names[edge.target], minlen=str(apart))
    for before, after in _unjoined(flow, lane_of):
        dot.edge(names[before.refs[0]], names[after.refs[0]], style="invis", weight="0")
    return str(dot.source)


def _inch(px: float) -> str:
    return f"{px / _PX:.4f}"


def _unjoined(flow: Flow, lane_of: Mapping[Ref, int]) -> Iterable[tuple[Lane, Lane]]:
    """Neighbouring lanes that no edge holds apart."""
    joined = {(lane_of[e.origin], lane_of[e.target]) for e in flow.forward}
    for i, (before, after) in enumerate(pairwise(flow.lanes)):
        if (i, i + 1) not in joined:
            yield before, after


def hub(edge: Edge, flow: Flow, lane_of: Mapping[Ref, int]) -> str:
    """What an edge between neighbouring lanes shares its upright part with."""
    here = lane_of[edge.origin]
    beside = sum(1 for e in flow.forward if e.target == edge.target and lane_of[e.origin] == here)
    return f"to {edge.target}" if beside > 1 else f"from {edge.origin}"


Span = tuple[float, float]
Spans = Mapping[int, Mapping[str, Span]]
Room = tuple[Mapping[int, float], Mapping[int, float]]


def _gaps(apart: float, lanes: int, spans: Spans, room: Room) -> tuple[Gap, ...]:
    """One gap before each lane and one after the last, each as wide as what it holds."""
    gaps: list[Gap] = []
    left = 0.0
    for i in range(lanes + 1):
        inner = 0 < i < lanes
        tracks = _tracks(spans.get(i, {}))
        arrow = ARROW if inner or (i == 0 and tracks) else 0
        least = apart if inner else MARGIN
        gap = _gap(left, least, (room[0].get(i, 0), room[1].get(i, 0) + arrow), tracks)
        gaps.append(gap)
        left = gap.right + WIDE
    return tuple(gaps)


def _gap(left: float, least: float, room: tuple[float, float], tracks: Mapping[str, int]) -> Gap:
    count = max(tracks.values(), default=-1) + 1
    turning = TRACK * count + (TRACK / 3 if count else 0)
    right = left + max(least, room[0] + turning + room[1])
    begin, end = left + room[0], right - room[1]
    step = (end - begin) / (count + 1)
    return Gap(left, begin, end, right, {key: begin + step * (t + 1) for key, t in tracks.items()})


def _pill_room(flow: Flow, marks: Mapping[str, Handover], lane_of: Mapping[Ref, int]) -> Room:
    """Room for pills by gap: after the boxes on its left, and before those on its right."""
    before: dict[int, float] = defaultdict(float)
    after: dict[int, float] = defaultdict(float)
    for edge in flow.forward:
        mark = marks.get(edge.ref)
        if mark and mark.at_target:
            gap = lane_of[edge.target]
            after[gap] = max(after[gap], pill_width(mark.text) + 2)
        elif mark:
            gap = lane_of[edge.origin] + 1
            before[gap] = max(before[gap], pill_width(mark.text) + 5)
    return before, after


def pill_width(text: str) -> float:
    """Width in px of the pill of an integration point."""
    return round(width(text, PILL_SIZE)) + 13


def _spans(
    flow: Flow,
    lane_of: Mapping[Ref, int],
    heights: Mapping[Ref, float],
    corridors: Mapping[str, float],
) -> Spans:
    """How far the upright parts reach in each gap."""
    spans: dict[int, dict[str, Span]] = defaultdict(dict)

    def reach(gap: int, key: str, *ys: float) -> None:
        low, high = spans[gap].get(key, (min(ys), max(ys)))
        spans[gap][key] = min(low, *ys), max(high, *ys)

    for edge in flow.forward:
        y1, y2 = heights[edge.origin], heights[edge.target]
        if lane_of[edge.target] - lane_of[edge.origin] == 1 and y1 != y2:
            reach(lane_of[edge.target], hub(edge, flow, lane_of), y1, y2)
    for edge in flow.feedback:
        corridor = corridors[edge.ref]
        reach(lane_of[edge.origin] + 1, edge.ref, heights[edge.origin], corridor)
        reach(lane_of[edge.target], edge.ref, heights[edge.target], corridor)
    return spans


def _tracks(spans: Mapping[str, Span]) -> Mapping[str, int]:
    """The first track in which a span overlaps no other."""
    ends: list[float] = []
    tracks: dict[str, int] = {}
    for key, (low, high) in sorted(spans.items(), key=lambda each: (each[1], each[0])):
        free = (i for i, end in enumerate(ends) if end + BETWEEN / 2 < low)
        track = next(free, len(ends))
        ends[track : track + 1] = [high]
        tracks[key] = track
    return tracks


def _splines(
    flow: Flow,
    names: Mapping[Ref, str],
    nodes: Mapping[str, Point],
    edges: Mapping[tuple[str, str], tuple[Point, ...]],
    gaps: tuple[Gap, ...],
    lane_of: Mapping[Ref, int],
    lift: float,
) -> Mapping[str, tuple[Point, ...]]:
    """Graphviz's runs of the edges that pass a lane, stretched as the gaps are."""
    stops = [
        stop
        for i, lane in enumerate(flow.lanes)
        for stop in (
            (nodes[names[lane.refs[0]]][0] - WIDE / 2, gaps[i].end),
            (nodes[names[lane.refs[0]]][0] + WIDE / 2, gaps[i + 1].begin),
        )
    ]
    found: dict[str, tuple[Point, ...]] = {}
    for edge in flow.forward:
        if lane_of[edge.target] - lane_of[edge.origin] > 1:
            points = edges[names[edge.origin], names[edge.target]]
            found[edge.ref] = tuple((_stretch(x, stops), y + lift) for x, y in points)
    return found


def _stretch(x: float, stops: list[Point]) -> float:
    """Piecewise linear: each stop's first number becomes its second."""
    for (a, to_a), (b, to_b) in pairwise(stops):
        if x <= b:
            return to_a + (x - a) * (to_b - to_a) / (b - a)
    return stops[-1][1] + x - stops[-1][0]
