"""A flow as DOT, and what Graphviz answers: how high things stand, and how long links run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import graphviz

from streamatlas.graph.graph import Ref
from streamatlas.targets.drawing.lanes import Flow, Lane
from streamatlas.targets.drawing.measure import Measure
from streamatlas.targets.drawing.svg import Point
from streamatlas.targets.file import Layout

_RANKS_APART = 80
_PX = 72  # to the inch, as DOT measures


@dataclass(frozen=True, slots=True)
class Placed:
    """Centres of the boxes, and the splines of links that pass a lane, as Graphviz has them."""

    centres: Mapping[Ref, Point]
    splines: Mapping[str, tuple[Point, ...]]

    def extent(self, size: Measure) -> tuple[float, float]:
        """The least and the greatest height of boxes and links."""
        runs = [y for run in self.splines.values() for _, y in run]
        boxes = [y for _, y in self.centres.values()]
        low = min((y - size.high / 2 for y in boxes), default=0.0)
        high = max((y + size.high / 2 for y in boxes), default=0.0)
        return min([low, *runs]), max([high, *runs])

    def higher(self, times: float) -> Placed:
        """The same, each thing that many times as high from the top."""
        return Placed(
            {ref: (x, y * times) for ref, (x, y) in self.centres.items()},
            {ref: tuple((x, y * times) for x, y in run) for ref, run in self.splines.items()},
        )


def centred(flow: Flow, size: Measure) -> Placed:
    """Without a layout: each lane in its order, all around one middle. No link may pass a lane."""
    pitch = size.high + size.between
    most = max(len(lane.refs) for lane in flow.lanes)
    return Placed(
        {
            ref: (i * (size.wide + size.apart), ((most - len(lane.refs)) / 2 + row) * pitch)
            for i, lane in enumerate(flow.lanes)
            for row, ref in enumerate(lane.refs)
        },
        {},
    )


def placed(flow: Flow, size: Measure, layout: Layout) -> Placed:
    """Ask the layout."""
    names = {ref: f"n{i}" for i, ref in enumerate(ref for lane in flow.lanes for ref in lane.refs)}
    lane_of = flow.lane_of
    answer = layout(_dot(flow, size, names, lane_of))
    long = (e for e in flow.forward if lane_of[e.target] - lane_of[e.origin] > 1)
    return Placed(
        {ref: answer.nodes[name] for ref, name in names.items()},
        {e.ref: answer.edges[names[e.origin], names[e.target]] for e in long},
    )


def _dot(flow: Flow, size: Measure, names: Mapping[Ref, str], lane_of: Mapping[Ref, int]) -> str:
    """Boxes of one size in ranks; names are numbers, so that nothing a user wrote is in DOT."""
    dot = graphviz.Digraph()
    dot.attr("graph", rankdir="LR", nodesep=_inch(size.between), ranksep=_inch(_RANKS_APART))
    dot.attr("node", shape="box", fixedsize="true", label="")
    dot.attr("node", width=_inch(size.wide), height=_inch(size.high))
    dot.attr("edge", arrowhead="none", tailport="e", headport="w")
    for lane in flow.lanes:
        with dot.subgraph() as rank:
            rank.attr(rank="same")
            for ref in lane.refs:
                rank.node(names[ref])
    for edge in flow.forward:
        lanes = lane_of[edge.target] - lane_of[edge.origin]
        dot.edge(names[edge.origin], names[edge.target], minlen=str(lanes))
    for before, after in _unjoined(flow, lane_of):
        dot.edge(names[before.refs[0]], names[after.refs[0]], style="invis", weight="0")
    return str(dot.source)


def _inch(px: float) -> str:
    return f"{px / _PX:.4f}"


def _unjoined(flow: Flow, lane_of: Mapping[Ref, int]) -> Iterable[tuple[Lane, Lane]]:
    """Neighbouring lanes that no link holds apart."""
    joined = {(lane_of[e.origin], lane_of[e.target]) for e in flow.forward}
    for i, (before, after) in enumerate(pairwise(flow.lanes)):
        if (i, i + 1) not in joined:
            yield before, after
