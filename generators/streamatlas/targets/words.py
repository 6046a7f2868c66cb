"""Numbers as people read them: `25 min`, `300-1.2k/s`, `6 d 23 h`, `1 of 3 jobs`."""

from __future__ import annotations

from datetime import date, timedelta

from streamatlas.graph.graph import Limits
from streamatlas.model.units import Keep, Range, say_number

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_TWO_DAYS = 2 * 86_400
_SIZES = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def duration(length: timedelta) -> str:
    """The two greatest parts, `6 d 23 h`; days from two on, below a second in `ms`."""
    seconds = length.total_seconds()
    if 0 < seconds < 1:
        return f"{seconds * 1000:g} ms"
    parts: list[str] = []
    rest = int(seconds)
    for name, size in _UNITS if seconds >= _TWO_DAYS else _UNITS[1:]:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


def day(date_of: date) -> str:
    """`5 Dec 2026`."""
    return f"{date_of:%-d %b %Y}"


def size(in_bytes: int) -> str:
    """In the greatest unit that fits: `8 GiB`, `1.5 TiB`, `300 B`."""
    for unit, name in _SIZES:
        if in_bytes >= unit:
            return f"{in_bytes / unit:.4g} {name}"
    return f"{in_bytes} B"


def limits(can_take: Limits) -> str:
    """`25k/s, 2 TiB`; empty where nothing is said."""
    rated = f"{number(can_take.rate)}/s" if can_take.rate is not None else ""
    return ", ".join(filter(None, (rated, size(can_take.size) if can_take.size else "")))


def kept(keep: Keep) -> str:
    """Which savepoints stay: `the newest 5, and all of 30 d`."""
    count = f"the newest {keep.count}" if keep.count else ""
    age = f"all of {duration(keep.age)}" if keep.age else ""
    return ", and ".join(filter(None, (count, age)))


def number(value: float) -> str:
    """Three digits at most: `950`, `1.2k`, `2.5M`."""
    return say_number(value)


def amount(values: Range) -> str:
    """A range: `300-1.2k`, `up to 5`, `at least 5`, `any`."""
    if values.high is None:
        return f"at least {number(values.low)}" if values.low else "any"
    if not values.low:
        return f"up to {number(values.high)}"
    if values.low == values.high:
        return number(values.low)
    return f"{number(values.low)}-{number(values.high)}"


def rate(values: Range) -> str:
    """A range of records a second: `300-1.2k/s`."""
    text = amount(values)
    return text if text == "any" else f"{text}/s"


def scaled(values: Range, scale: float) -> Range:
    """The range where traffic is scaled."""
    return Range(values.low * scale, None if values.high is None else values.high * scale)


def count(number_of: int, noun: str) -> str:
    """`1 job`, `2 jobs`, `2 topics`."""
    return f"{number_of} {noun}" if number_of == 1 else f"{number_of} {noun}s"


def several(names: tuple[str, ...]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def place(timezone: str) -> str:
    """The city of a zone: `Los Angeles` of `America/Los_Angeles`."""
    return timezone.rpartition("/")[2].replace("_", " ")
