"""The gaps between lanes: where links turn, and how wide a gap must be for what it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from streamatlas.graph.graph import Ref
from streamatlas.targets.drawing.lanes import Flow, Link
from streamatlas.targets.drawing.measure import ARROW, MARGIN, Mark, Measure

_APART = 7


@dataclass(frozen=True, slots=True)
class Gap:
    """The space before a lane: from the boxes on its left to those on its right.

    Links turn between `begin` and `end`; the rest is for pills and arrowheads. `tracks` are the
    places of their upright parts, by what shares one.
    """

    left: float
    begin: float
    end: float
    right: float
    tracks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reach:
    """How high each link runs in each lane from its origin to its target, both included.

    One that follows a spline has its two ends alone. `corridors` are those of feedback, below
    everything.
    """

    levels: Mapping[str, tuple[float, ...]]
    corridors: Mapping[str, float]


Span = tuple[float, float]


def gaps(flow: Flow, size: Measure, marks: Mapping[str, Mark], reach: Reach) -> tuple[Gap, ...]:
    """One gap before each lane and one after the last."""
    lane_of, lanes = flow.lane_of, len(flow.lanes)
    spans = _spans(flow, reach, lane_of)
    before, after = _pill_room(flow, marks, lane_of)
    found: list[Gap] = []
    left = 0.0
    for i in range(lanes + 1):
        inner = 0 < i < lanes
        tracks = _tracks(spans.get(i, {}))
        arrow = ARROW if inner or (i == 0 and tracks) else 0
        least = size.apart if inner else MARGIN
        room = before.get(i, 0), after.get(i, 0) + arrow
        gap = _gap(left, max(least, sum(room) + _turning(tracks, size.track)), room, tracks)
        found.append(gap)
        left = gap.right + size.wide
    return tuple(found)


def turns(link: Link, flow: Flow, reach: Reach) -> Iterator[tuple[int, str, float, float]]:
    """Gap, track's name, height before and after, of each upright part of a forward link."""
    lane_of = flow.lane_of
    levels, first = reach.levels[link.ref], lane_of[link.origin] + 1
    for gap, (before, after) in enumerate(pairwise(levels), first):
        if before != after:
            last = gap == lane_of[link.target]
            yield gap, _track(link, flow, reach, gap, last), before, after


def _track(link: Link, flow: Flow, reach: Reach, gap: int, last: bool) -> str:
    """Links to one box share the upright part before it; else those that leave one box alike."""
    lane_of = flow.lane_of
    beside = [
        e
        for e in flow.forward
        if e.target == link.target and len(reach.levels[e.ref]) == gap - lane_of[e.origin] + 1
    ]
    if last and len(beside) > 1:
        return f"to {link.target}"
    if gap == lane_of[link.origin] + 1:
        return f"from {link.origin} {reach.levels[link.ref][0]:g} {link.ref if not last else ''}"
    return f"{link.ref} {gap}"


def _turning(tracks: Mapping[str, int], track: float) -> float:
    count = max(tracks.values(), default=-1) + 1
    return track * count + (track / 3 if count else 0)


def _gap(left: float, wide: float, room: tuple[float, float], tracks: Mapping[str, int]) -> Gap:
    begin, end = left + room[0], left + wide - room[1]
    step = (end - begin) / (max(tracks.values(), default=-1) + 2)
    places = {key: begin + step * (track + 1) for key, track in tracks.items()}
    return Gap(left, begin, end, left + wide, places)


def _pill_room(
    flow: Flow, marks: Mapping[str, Mark], lane_of: Mapping[Ref, int]
) -> tuple[Mapping[int, float], Mapping[int, float]]:
    """Room for pills by gap: after the boxes on its left, and before those on its right."""
    before: dict[int, float] = defaultdict(float)
    after: dict[int, float] = defaultdict(float)
    for link in flow.forward:
        mark = marks.get(link.ref)
        if mark and mark.at_target:
            gap = lane_of[link.target]
            after[gap] = max(after[gap], mark.room + 2)
        elif mark:
            gap = lane_of[link.origin] + 1
            before[gap] = max(before[gap], mark.room + 5)
    return before, after


def _spans(
    flow: Flow, reach: Reach, lane_of: Mapping[Ref, int]
) -> Mapping[int, Mapping[str, Span]]:
    """How far the upright parts go in each gap."""
    spans: dict[int, dict[str, Span]] = defaultdict(dict)

    def note(gap: int, key: str, *ys: float) -> None:
        low, high = spans[gap].get(key, (min(ys), max(ys)))
        spans[gap][key] = min(low, *ys), max(high, *ys)

    for link in flow.forward:
        if len(reach.levels[link.ref]) == lane_of[link.target] - lane_of[link.origin] + 1:
            for gap, key, before, after in turns(link, flow, reach):
                note(gap, key, before, after)
    for link in flow.feedback:
        corridor = reach.corridors[link.ref]
        note(lane_of[link.origin] + 1, link.ref, reach.levels[link.ref][0], corridor)
        note(lane_of[link.target], link.ref, reach.levels[link.ref][-1], corridor)
    return spans


def _tracks(spans: Mapping[str, Span]) -> Mapping[str, int]:
    """The first track in which a span overlaps no other."""
    ends: list[float] = []
    tracks: dict[str, int] = {}
    for key, (low, high) in sorted(spans.items(), key=lambda each: (each[1], each[0])):
        free = (i for i, end in enumerate(ends) if end + _APART < low)
        track = next(free, len(ends))
        ends[track : track + 1] = [high]
        tracks[key] = track
    return tracks
