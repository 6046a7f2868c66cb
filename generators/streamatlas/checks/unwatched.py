"""Every edge has somebody who is paged when it is not normal."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Edge, Graph
from streamatlas.model.problem import Level, Problem

ID = "unwatched"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Edges without a watcher, where the topic that they leave is declared."""
    for edge in graph.edges:
        topic = graph.topics.get(edge.origin.removeprefix("topic/"))
        if edge.watcher or topic is None or not edge.origin.startswith("topic/"):
            continue
        message = f"nobody watches {edge.ref}: {_why(graph, edge)}, so add its owner"
        yield Problem(topic.at, ID, message, LEVEL)


def _why(graph: Graph, edge: Edge) -> str:
    writers = [e.origin for e in graph.inputs(edge.origin)]
    if not writers:
        return f"nothing writes {edge.origin}"
    if len(writers) == 1:
        return f"{writers[0]}, which writes it, has no owner"
    return f"{', '.join(writers)} write it and have no owner in common"
