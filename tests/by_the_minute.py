"""What is normal, asked of the wall clock at every minute: slow, simple, and nobody's code.

Written from the words of the format, not from the program: windows are read here anew, and no
change of a clock is worked out. A service is plain data, as it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Bounds = tuple[float, float | None]


@dataclass(frozen=True)
class Stretch:
    """A window as it is written, with its rate as low and high."""

    at: str
    low: float
    high: float | None
    required: bool = False
    since: date = date.min
    until: date = date.max


@dataclass
class Sender:
    """A service: its zone, its rate outside of windows, its windows."""

    zone: str
    base: Bounds
    windows: Sequence[Stretch]
    known: dict[datetime, Bounds] = field(default_factory=dict)

    def band(self, at: datetime) -> Bounds:
        """Low and high at a whole minute of UTC."""
        if at not in self.known:
            self.known[at] = self._band(wall(self.zone, at))
        return self.known[at]

    def highest(self, since: datetime, until: datetime) -> float | None:
        """The largest high of all minutes from one to another, both included."""
        highs = [self.band(at)[1] for at in minutes(since, until + MINUTE)]
        return largest(highs)

    def _band(self, clock: datetime) -> Bounds:
        opened = [window for window in self.windows if is_open(window, clock)]
        if not opened:
            return self.base
        low = min(self.base[0] if window.required else window.low for window in opened)
        return low, largest([window.high for window in opened])


def largest(highs: Sequence[float | None]) -> float | None:
    """The largest upper bound; None is no bound at all."""
    known = [high for high in highs if high is not None]
    return max(known) if len(known) == len(highs) else None


@cache
def wall(zone: str, at: datetime) -> datetime:
    """What a clock on the wall shows there at that moment."""
    return at.astimezone(info(zone)).replace(tzinfo=None)


@cache
def info(zone: str) -> ZoneInfo:
    """The zone of a name, which the library would read again and again."""
    return ZoneInfo(zone)


def minutes(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Every whole minute from one to before the other."""
    while begin < end:
        yield begin
        begin += MINUTE


def is_open(window: Stretch, clock: datetime) -> bool:
    """Whether that wall clock is in a window that began today, or one or two days ago."""
    starts, length, days = read(window.at)
    for ago in range(3):
        midnight = datetime(clock.year, clock.month, clock.day) - ago * DAY
        day = midnight.date()
        if not (window.since <= day <= window.until and fits(days, day)):
            continue
        if any(midnight + start <= clock < midnight + start + length for start in starts):
            return True
    return False


def fits(days: str, day: date) -> bool:
    """Whether a day is one of those that stand behind the clock times; nothing is every day."""
    match days:
        case "":
            return True
        case "1st":
            return day.day == 1
        case "last":
            return (day + DAY).month != day.month
        case "weekdays":
            return day.weekday() < 5
        case "weekend":
            return day.weekday() > 4
    ranges = (part.partition("-") for part in days.split())
    return any(
        WEEK.index(first) <= day.weekday() <= WEEK.index(last or first) for first, _, last in ranges
    )


@cache
def read(text: str) -> tuple[list[timedelta], timedelta, str]:
    """When a window begins after midnight, how long it is, and on which days it does."""
    if found := re.fullmatch(r"every (\d+)min for (\d+)min(?: from (\S+))?(?: (.+))?", text):
        every, length = timedelta(minutes=int(found[1])), timedelta(minutes=int(found[2]))
        starts = [hours(found[3] or "00:00")]
        while starts[-1] + every < DAY:
            starts.append(starts[-1] + every)
        return starts, length, found[4] or ""
    found = re.fullmatch(r"(\S+)-(\S+)(?: for \S+)?(?: (.+))?", text)
    assert found, text
    begin, end = hours(found[1]), hours(found[2])
    return [begin], (end - begin) if end > begin else end - begin + DAY, found[3] or ""


def hours(text: str) -> timedelta:
    """A clock time as a time since midnight."""
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


@cache
def clock_changes(zone: str, first: int, last: int) -> tuple[datetime, ...]:
    """The minutes of some years at which a zone's clock is set."""
    found, at = [], datetime(first, 1, 1, tzinfo=UTC)
    while at.year <= last:
        after = at + timedelta(hours=4)
        if offset(zone, at) != offset(zone, after):
            later = minutes(at, after + MINUTE)
            found.append(next(m for m in later if offset(zone, m) == offset(zone, after)))
        at = after
    return tuple(found)


def offset(zone: str, at: datetime) -> timedelta | None:
    """How far the zone is ahead of UTC."""
    return at.astimezone(info(zone)).utcoffset()
