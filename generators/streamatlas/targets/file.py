"""File and Facts: what every target is given and what it yields.

Targets are pure: they neither read nor write. `Facts.layout` places a drawing; it is passed
in, so that a target knows nothing of Graphviz or of child processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from streamatlas.graph.graph import Graph
from streamatlas.model.runbook import Runbook


@dataclass(frozen=True, slots=True, order=True)
class File:
    """A file to write: path relative to the output folder, with `/`, and its whole text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a layout put things, in px from the top left; nodes by their centres.

    `edges` maps (origin, target) to the points of a cubic spline.
    """

    width: float
    height: float
    nodes: Mapping[str, tuple[float, float]]
    edges: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]


Layout: TypeAlias = Callable[[str], Placement]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a target may speak of; `layout` turns DOT into a Placement."""

    graph: Graph
    layout: Layout
    runbooks: tuple[Runbook, ...] = ()
