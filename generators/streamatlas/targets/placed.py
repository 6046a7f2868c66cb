"""Where definitions lie: those of a named cluster in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Source


def folders(graph: Graph, kind: str) -> Iterator[tuple[str, Source]]:
    """`definitions/ENV/KIND`, or `definitions/ENV/KIND/CLUSTER` of each named cluster."""
    for source in graph.sources.values():
        if source.kind == kind:
            yield folder(graph, source), source


def folder(graph: Graph, source: Source) -> str:
    """The folder of what is on one source."""
    named = (source.cluster,) if source.cluster else ()
    return "/".join(("definitions", graph.environment, source.kind, *named))
