"""A layout for tests: without Graphviz, and so without a child process."""

from __future__ import annotations

from streamatlas.targets.file import Placement


def stacked(dot: str) -> Placement:
    """A layout without Graphviz: boxes of a rank below each other, straight splines."""
    nodes: dict[str, tuple[float, float]] = {}
    ranks = dot.split("rank=same")[1:]
    for i, part in enumerate(ranks):
        names = [line.strip() for line in part.split("}")[0].splitlines() if line.strip()]
        nodes |= {name: (77.0 + 234 * i, 24.0 + 62 * j) for j, name in enumerate(names)}
    pairs = [line.split(" [")[0].strip().split(" -> ") for line in dot.splitlines() if "->" in line]
    return Placement(
        width=234.0 * len(ranks),
        height=max((y for _, y in nodes.values()), default=0.0) + 24,
        nodes=nodes,
        edges={(a, b): (nodes[a], nodes[a], nodes[b], nodes[b]) for a, b in pairs},
    )
