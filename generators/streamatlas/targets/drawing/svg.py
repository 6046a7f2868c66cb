"""SVG as text: elements with escaped attributes, and paths with rounded corners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from streamatlas.targets import markup

Point: TypeAlias = tuple[float, float]


def element(name: str, attributes: dict[str, str | float], *children: str) -> str:
    """One element; `children` are markup, attribute values are text."""
    head = " ".join((name, *(f'{key}="{_value(each)}"' for key, each in attributes.items())))
    if not children:
        return f"<{head}/>"
    # White space between children: without it a screen reader runs texts together.
    return f"<{head}>{' '.join(children)}</{name}>"


def text(content: str, attributes: dict[str, str | float]) -> str:
    """A text element; `content` is text."""
    return element("text", attributes, markup.html(content))


def number(value: float) -> str:
    """At most one decimal, and no `.0`."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def line(points: Sequence[Point], radius: float) -> str:
    """Path data of a polyline whose corners are rounded, less where there is no room."""
    points = _corners(points)
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        fits = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        parts.append(f"L{_at(_towards(corner, before, fits))}")
        parts.append(f"Q{_at(corner)} {_at(_towards(corner, after, fits))}")
    parts.append(f"L{_at(points[-1])}")
    return "".join(parts)


def spline(points: Sequence[Point]) -> str:
    """Path data of a cubic spline: a start, then three points a piece."""
    return f"M{_at(points[0])}C{' '.join(map(_at, points[1:]))}"


def polygon(*points: Point) -> str:
    """Path data of a closed shape with sharp corners."""
    return f"M{'L'.join(map(_at, points))}Z"


def _value(value: str | float) -> str:
    return markup.html(value) if isinstance(value, str) else number(value)


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _corners(points: Sequence[Point]) -> list[Point]:
    """Without points that repeat, and without those in the middle of a straight piece."""
    kept: list[Point] = []
    for point in points:
        if kept and _length(kept[-1], point) < 0.5:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept if len(kept) > 1 else [points[0], points[-1]]


def _straight(a: Point, b: Point, c: Point) -> bool:
    return a[0] == b[0] == c[0] or a[1] == b[1] == c[1]


def _length(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _towards(a: Point, b: Point, distance: float) -> Point:
    share = distance / (_length(a, b) or 1)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
