"""Where an operating fact of a node was written: an environment may have its own."""

from __future__ import annotations

from streamatlas.graph.graph import Graph, Node
from streamatlas.model.positions import Path
from streamatlas.model.problem import Position


def written(graph: Graph, node: Node, *keys: str) -> bool:
    """Whether a fact was written for the node, there or in the environment."""
    own = _own(node, keys)
    return own in graph.positions.values or _there(graph, own) in graph.positions.values


def place(graph: Graph, node: Node, *keys: str) -> tuple[Position, str]:
    """Where the fact that holds stands; and ` in ENVIRONMENT` where that one has its own.

    A fact that was not written stands where its node does.
    """
    own = _own(node, keys)
    there = _there(graph, own)
    if there in graph.positions.values:
        return graph.positions.values[there], f" in {graph.environment}"
    return graph.positions.value(*own), ""


def _own(node: Node, keys: tuple[str, ...]) -> Path:
    return (f"{node.kind}s", node.id, *keys)


def _there(graph: Graph, own: Path) -> Path:
    return ("environments", graph.environment, *own)
