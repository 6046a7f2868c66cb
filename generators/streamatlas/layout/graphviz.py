"""DOT to positions, by the Graphviz inside pygraphviz's wheel: no system package is needed.

Graphviz runs in a child process with a time limit: a crash or an endless run of it is one
`LayoutError`, not the end of a build. Coordinates come back as whole px, so that machines
whose last digits differ draw the same. One DOT point is one px.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from streamatlas.model.generated import Layout, Placement

LIMIT = 60.0


class LayoutError(RuntimeError):
    """Graphviz refused the drawing, crashed, or did not end within the limit."""


def place(dot: str, limit: float = LIMIT) -> Placement:
    """Positions of the nodes and edges of a DOT graph; `limit` is in seconds."""
    return _placement(_run(dot, limit))


def cached(folder: Path) -> Layout:
    """`place` with a memory on disk: one file a drawing, named by the hash of its DOT."""

    def layout(dot: str) -> Placement:
        file = folder / f"{hashlib.sha256(dot.encode()).hexdigest()}.json"
        try:
            return _placement(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError):
            answer = _run(dot, LIMIT)
            _keep(file, answer)
            return _placement(answer)

    return layout


def _run(dot: str, limit: float) -> str:
    command = [sys.executable, "-m", "streamatlas.layout.child"]
    try:
        done = subprocess.run(
            command, input=dot, capture_output=True, timeout=limit, encoding="utf-8", check=False
        )
    except subprocess.TimeoutExpired:
        raise LayoutError(f"the drawing was not ready after {limit:g} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        raise LayoutError(f"Graphviz ended with {done.returncode}: {said[-1]}")
    return done.stdout


def _keep(file: Path, answer: str) -> None:
    """Write by rename: a build beside this one sees a whole file or none.

    A memory that cannot be written costs time at the next build, and nothing else.
    """
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as writer:
            writer.write(answer)
        Path(name).replace(file)


def _placement(answer: str) -> Placement:
    """Whole px from the top left; Graphviz counts from the bottom left."""
    found: dict[str, Any] = json.loads(answer)
    width, height = found["size"]

    def point(xy: list[float]) -> tuple[float, float]:
        return float(round(xy[0])), float(round(height - xy[1]))

    return Placement(
        width=float(round(width)),
        height=float(round(height)),
        nodes={name: point(xy) for name, xy in found["nodes"].items()},
        edges={(a, b): tuple(map(point, points)) for a, b, points in found["edges"]},
    )
