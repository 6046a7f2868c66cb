"""Numbers as people say them: durations, rates, clock times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_STEPS = ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))


def span(duration: timedelta) -> str:
    """`40 s`, `2 min 4 s`, `9 h 4 min`, `6 d 23 h`; never negative."""
    seconds = max(0, round(duration.total_seconds()))
    for size, unit, smaller, name in _STEPS:
        if seconds >= size:
            rest = seconds % size // smaller
            return f"{seconds // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{seconds} s"


def number(value: float) -> str:
    """`0.3`, `12`, `4.1k`, `2.5M`."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            scale = size if unit != "k" else 1e3
            return f"{value / scale:.3g}{unit}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 10 and value != int(value) else f"{value:.0f}"


def rate(value: float | None) -> str:
    """`12/s`; a rate that is not known yet says so."""
    return "rate not known yet" if value is None else f"{number(value)}/s"


def clock(at: datetime) -> str:
    """`03:12 UTC`."""
    return f"{at.astimezone(UTC):%H:%M} UTC"


def many(count: int, one: str, more: str | None = None) -> str:
    """`1 job`, `2 jobs`."""
    return f"{count} {one if count == 1 else more or one + 's'}"
