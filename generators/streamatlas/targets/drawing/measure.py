"""Sizes of a drawing, in px, and the room that its pills take."""

from __future__ import annotations

from dataclasses import dataclass

from streamatlas.targets.drawing.letters import width

PILL_SIZE = 10.5
PILL_HIGH = 18
ARROW = 11
MARGIN = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """`wide` is along the flow, `high` across it; `between` boxes of a lane, `apart` lanes.

    `top` is what lies above the first box of a lane, `track` what an upright part of a link
    takes. `square` turns long links at right angles; else they follow Graphviz's splines.
    """

    wide: float
    high: float
    between: float
    apart: float
    top: float
    track: float = 12
    square: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A pill at the origin or the target of a link; `room` is what it takes along the flow."""

    text: str
    at_target: bool
    room: float


def pill_width(text: str) -> float:
    """Width in px of a pill."""
    return round(width(text, PILL_SIZE)) + 13
