"""Facts: what every target is given; and the File that it yields.

Targets are pure: they neither read nor write. `Facts.layout` places a drawing; it is passed
in, so that a target knows nothing of Graphviz or of child processes.
"""

from __future__ import annotations

from dataclasses import dataclass

from streamatlas.graph.graph import Graph
from streamatlas.model.generated import File, Layout, Placement
from streamatlas.model.runbook import Runbook

__all__ = ["Facts", "File", "Layout", "Placement"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a target may speak of; `layout` turns DOT into a Placement.

    `environments` is the same platform in each environment, for the page that compares them.
    """

    graph: Graph
    layout: Layout
    runbooks: tuple[Runbook, ...] = ()
    environments: tuple[Graph, ...] = ()
