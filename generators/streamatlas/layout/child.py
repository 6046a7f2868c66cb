"""The child process: DOT on standard input, positions as JSON on standard output."""

from __future__ import annotations

import json
import sys
from typing import Any

import pygraphviz


def positions(dot: str) -> dict[str, Any]:
    """Size, node centres and spline points as Graphviz gives them, in points from below."""
    drawing = pygraphviz.AGraph(string=dot)
    drawing.layout(prog="dot")
    return {
        "size": _numbers(drawing.graph_attr["bb"])[2:],
        "nodes": {str(node): _numbers(node.attr["pos"]) for node in drawing.nodes()},
        "edges": [[str(a), str(b), _spline(drawing.get_edge(a, b))] for a, b in drawing.edges()],
    }


def _spline(edge: Any) -> list[list[float]]:
    """Control points; an edge that Graphviz does not draw has none."""
    return [_numbers(point) for point in (edge.attr["pos"] or "").split()]


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def main() -> None:
    """Answer one drawing."""
    json.dump(positions(sys.stdin.read()), sys.stdout)


if __name__ == "__main__":
    main()
