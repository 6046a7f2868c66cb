"""What a build makes: a File to write; and where a layout put the nodes of a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


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
