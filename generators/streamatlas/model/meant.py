"""What was probably meant by a value in another notation: `7 days`, `8GB`, `5 - 10 /sec`, `on`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from streamatlas.model.units import UnitError, say_duration

_LONGEST = 60
_UNITS = (
    (r"ms|msecs?|milliseconds?", timedelta(milliseconds=1)),
    (r"s|secs?|seconds?", timedelta(seconds=1)),
    (r"m|mins?|minutes?", timedelta(minutes=1)),
    (r"h|hrs?|hours?", timedelta(hours=1)),
    (r"d|days?", timedelta(days=1)),
    (r"w|weeks?", timedelta(weeks=1)),
)
_RATES = (
    (r"\s*(?:/|\bper\b)\s*(?:s|secs?|seconds?)$", "/s"),
    (r"\s*(?:/|\bper\b)\s*(?:m|mins?|minutes?)$", "/min"),
    (r"\s*(?:/|\bper\b)\s*(?:h|hrs?|hours?)$", "/h"),
    (r"\s*(?:/|\bper\b)\s*(?:d|days?)$", "/d"),
    (r"^(.*\d[km]?)/(\w+)\s*(-.*/\2)$", r"\1\3"),
    (r"\s*(?:\.\.+|\bto\b(?=\s*\d)(?<!up to)|-)\s*(?=\d)", "-"),
    (r"^(?:<=?|max(?:imum)?|at most|up ?to)\s*(?=\d)", "up to "),
    (r"^(?:>=?|min(?:imum)?|at least)\s*(?=\d)", "at least "),
)
_TIMES = (
    (r"\s*(?:-|\bto\b)\s*", "-"),
    (r"\b(\d{1,2})-(\d{1,2})(?![\d:])", r"\1:00-\2:00"),
    (r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*", r"\1"),
    (r"\s*,\s*", " "),
    (r"\b(?:every day|each day)\b", "daily"),
)
_YES = {"true": "true", "on": "true", "y": "true", "false": "false", "off": "false", "n": "false"}


def meant(text: str, parse: Callable[[str], object]) -> str | None:
    """The first other way to write it that can be read; None where there is none."""
    if len(text) > _LONGEST:
        return None
    for other in _others(text.strip()):
        try:
            parse(other)
        except UnitError:
            continue
        if other != text:
            return other
    return None


def _others(text: str) -> Iterator[str]:
    lower = text.lower()
    yield from _YES.get(lower, "").split()
    yield from _durations(lower)
    if size := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt])i?b?", lower):
        yield f"{size[1]}{size[2].upper()}iB"
    yield _replaced(re.sub(r"(?<=\d)K\b", "k", text), _RATES)
    yield _replaced(lower, _TIMES)


def _durations(text: str) -> Iterator[str]:
    written = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)\s*([a-z]+)", text)
    for names, unit in _UNITS if written else ():
        if written and re.fullmatch(names, written[2]):
            length = float(written[1]) * unit.total_seconds()
            if length == int(length) and length < timedelta(days=36_500).total_seconds():
                yield say_duration(timedelta(seconds=length))


def _replaced(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for pattern, new in changes:
        text = re.sub(pattern, new, text)
    return text
