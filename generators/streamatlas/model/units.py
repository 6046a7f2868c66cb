"""The values of a topology as people write them: durations, rates, sizes, windows of time.

Parsers take the text of one YAML scalar and return a typed value, or raise `UnitError` with
a message that says what is wrong and what to write instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


class UnitError(ValueError):
    """A value that cannot be read; `rule` is the id under which `check` reports it."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Range:
    """Low to high, both included; `high` is None where there is no upper bound."""

    low: float = 0.0
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The local days on which a window begins; weekdays count from Monday = 0."""

    weekdays: frozenset[int] = frozenset(range(7))
    month_day: Literal["1st", "last"] | None = None


@dataclass(frozen=True, slots=True)
class At:
    """A recurring stretch of wall-clock time, start in, end out.

    `start` counts from local midnight; `length` may run past it into the next day and then
    belongs to the day it starts. With `every`, occurrences repeat from `start` through the
    local day.
    """

    start: timedelta
    length: timedelta
    days: Days = field(default_factory=Days)
    every: timedelta | None = None
    text: str = ""
