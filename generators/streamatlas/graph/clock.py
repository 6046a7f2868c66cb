"""What daylight saving does to a wall clock: the stretches that it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from streamatlas.graph.windows import offsets

# How far checks look ahead: a year, leap or not.
AHEAD = timedelta(days=366)

_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stretch of wall clock, begin in, end out, that no moment has; both without a zone."""

    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """By how much the clock is put forward."""
        return self.end - self.begin

    def holds(self, wall: datetime) -> bool:
        """Whether the clock never shows that time."""
        return self.begin <= wall < self.end


def skipped(timezone: str, first: date, last: date) -> tuple[Skipped, ...]:
    """What the zone's clock leaves out on the days from `first` to `last`, by time."""
    begin, end = (datetime(day.year, day.month, day.day) for day in (first, last))
    stretches = offsets(timezone, begin - _MARGIN, end + _MARGIN)
    gaps = [
        Skipped(change + before, change + after)
        for (_, change, before), (_, _, after) in pairwise(stretches)
        if after > before
    ]
    return tuple(gap for gap in gaps if first <= gap.begin.date() <= last)
