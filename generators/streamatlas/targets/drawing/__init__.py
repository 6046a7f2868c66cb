"""The drawings: accessible SVG, made by us; Graphviz gives positions only."""

from streamatlas.targets.drawing.platform import edge_anchor, fact, neighbourhood, platform

__all__ = ["edge_anchor", "fact", "neighbourhood", "platform"]
