"""The drawings: accessible SVG, made by us; Graphviz gives positions only."""

from streamatlas.targets.drawing.alone import alone
from streamatlas.targets.drawing.flowchart import flowchart, said
from streamatlas.targets.drawing.handovers import data_of, summary
from streamatlas.targets.drawing.lanes import Lane, flow
from streamatlas.targets.drawing.platform import edge_anchor, fact, neighbourhood, platform

__all__ = [
    "Lane",
    "alone",
    "data_of",
    "edge_anchor",
    "fact",
    "flow",
    "flowchart",
    "neighbourhood",
    "platform",
    "said",
    "summary",
]
