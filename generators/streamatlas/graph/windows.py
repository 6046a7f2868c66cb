"""When a window of wall-clock time is open, in UTC, and what rate is normal then.

A moment is in a window if its wall clock is: an hour that daylight saving repeats counts
twice, one that it skips never.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from streamatlas.graph.graph import Normal, Window
from streamatlas.model.units import At, Days

_DAY = timedelta(days=1)
# No zone is further from UTC; a local day, with the next one, lies within.
_FURTHEST = timedelta(hours=27)
# Nowhere does a clock change there and back within fewer days.
_STEP = timedelta(days=7)
# Who looks for the newest occurrence looks back this far: the longest pause between two
# occurrences is a month, unless the window's dates have passed.
_LOOK_BACK = 62

Piece = tuple[datetime, datetime]
Stretch = tuple[datetime, datetime, timedelta]


@dataclass(frozen=True, slots=True)
class Band:
    """What is normal at one moment, in records per second; `windows` are those that are open."""

    low: float
    high: float | None
    windows: tuple[Window, ...] = ()

    def scaled(self, factor: float) -> Band:
        """The band where only a part of the traffic is sent."""
        high = None if self.high is None else self.high * factor
        return Band(self.low * factor, high, self.windows)


def occurrences(at: At, timezone: str, day: date) -> tuple[Piece, ...]:
    """The pieces, in UTC and by time, of what begins on that local day; start in, end out."""
    if not falls_on(at.days, day):
        return ()
    midnight = datetime(day.year, day.month, day.day)
    pieces = []
    for start in starts(at):
        pieces += _pieces(timezone, midnight + start, midnight + start + at.length)
    return tuple(sorted(pieces))


def falls_on(days: Days, day: date) -> bool:
    """Whether a window of those days begins on the day."""
    if days.month_day == "1st":
        return day.day == 1
    if days.month_day == "last":
        return (day + _DAY).day == 1
    return day.weekday() in days.weekdays


def expected(normal: Normal, at: datetime) -> Band:
    """The band that holds at that moment; `at` carries a time zone.

    Outside windows the base holds; windows replace it, and overlapping ones join. A required
    window keeps the base's low end, since its own is a duty of the whole window.
    """
    wall = at.astimezone(zone(normal.timezone)).replace(tzinfo=None)
    return joined(normal, tuple(window for window in normal.windows if _is_open(window, wall)))


def joined(normal: Normal, windows: tuple[Window, ...]) -> Band:
    """The band that holds while those windows of a normal are open."""
    if not windows:
        return Band(normal.rate.low, normal.rate.high)
    lows = [normal.rate.low if w.required else w.rate.low for w in windows]
    highs = [w.rate.high for w in windows if w.rate.high is not None]
    high = max(highs) if len(highs) == len(windows) else None
    return Band(min(lows), high, windows)


def previous(window: Window, timezone: str, before: datetime) -> Piece | None:
    """The newest piece of a window that began before that moment; None if there was none."""
    clock = zone(timezone)
    newest = before.astimezone(clock).date()
    if window.until is not None and window.until < newest:
        newest = window.until
    for ago in range(_LOOK_BACK):
        day = newest - ago * _DAY
        if window.since is not None and day < window.since:
            return None
        # A clock set back at midnight repeats the end of a day after the next has begun.
        pieces = (p for d in (day - _DAY, day) for p in _in_force(window, timezone, d))
        if begun := [piece for piece in pieces if piece[0] < before]:
            return max(begun)
    return None


def excused(normal: Normal, since: datetime, until: datetime) -> timedelta:
    """How much of [since, until) lies in windows in which nothing need come."""
    clock = zone(normal.timezone)
    days = range(until.astimezone(clock).toordinal() - since.astimezone(clock).toordinal() + 3)
    first = since.astimezone(clock).date() - 2 * _DAY
    idle = (w for w in normal.windows if w.rate.low == 0 and not w.required)
    pieces = (
        p for w in idle for n in days for p in _in_force(w, normal.timezone, first + n * _DAY)
    )
    total, reached = timedelta(0), since
    for begin, end in sorted(pieces):
        begin, end = max(begin, reached), min(end, until)
        total += max(end - begin, timedelta(0))
        reached = max(reached, end)
    return total


def _in_force(window: Window, timezone: str, day: date) -> tuple[Piece, ...]:
    return occurrences(window.at, timezone, day) if begins_on(window, day) else ()


def starts(at: At) -> Iterator[timedelta]:
    """When the occurrences of one local day begin, since midnight."""
    start = at.start
    while start < _DAY:
        yield start
        if at.every is None:
            return
        start += at.every


def _is_open(window: Window, wall: datetime) -> bool:
    """Whether a wall clock lies in the window, begun today or on an earlier day."""
    at = window.at
    for ago in range((_last_start(at) + at.length) // _DAY + 1):
        day = wall.date() - ago * _DAY
        if begins_on(window, day) and _covers(at, wall - datetime(day.year, day.month, day.day)):
            return True
    return False


def begins_on(window: Window, day: date) -> bool:
    """Whether the window begins on that local day."""
    since, until = window.since or date.min, window.until or date.max
    return since <= day <= until and falls_on(window.at.days, day)


def _covers(at: At, since_midnight: timedelta) -> bool:
    after = since_midnight - at.start
    if at.every is not None and after >= timedelta(0):
        after -= min(after // at.every * at.every, _last_start(at) - at.start)
    return timedelta(0) <= after < at.length


def _last_start(at: At) -> timedelta:
    """When the last occurrence of a local day begins, since midnight."""
    if at.every is None:
        return at.start
    return at.start + (_DAY - at.start - timedelta(microseconds=1)) // at.every * at.every


def _pieces(timezone: str, start: datetime, end: datetime) -> list[Piece]:
    """The stretches of UTC in which the wall clock is in [start, end); joined where they touch."""
    pieces: list[Piece] = []
    for begin, finish, offset in _offsets(timezone, start.date()):
        piece = (max(begin, start - offset), min(finish, end - offset))
        if piece[0] >= piece[1]:
            continue
        if pieces and pieces[-1][1] == piece[0]:
            piece = (pieces.pop()[0], piece[1])
        pieces.append(piece)
    return [(a.replace(tzinfo=UTC), b.replace(tzinfo=UTC)) for a, b in pieces]


@lru_cache(maxsize=4096)
def _offsets(timezone: str, day: date) -> tuple[Stretch, ...]:
    """Stretches around a local day and the next."""
    midnight = datetime(day.year, day.month, day.day)
    return offsets(timezone, midnight - _FURTHEST, midnight + 2 * _DAY + _FURTHEST)


@lru_cache(maxsize=256)
def offsets(timezone: str, begin: datetime, end: datetime) -> tuple[Stretch, ...]:
    """Stretches of naive UTC from `begin` to `end`, each with one offset of the zone."""
    clock = zone(timezone)
    stretches, last = [], begin
    while last < end:
        after = min(last + _STEP, end)
        if _offset(clock, last) != _offset(clock, after):
            change = _change(clock, last, after)
            stretches.append((begin, change, _offset(clock, last)))
            begin = change
        last = after
    # An offset that begins at the very end has no part in it.
    return (*stretches, (begin, end, _offset(clock, begin))) if begin < end else tuple(stretches)


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of a name; the library itself keeps but eight, and reads others anew each time."""
    return ZoneInfo(name)


def _offset(clock: ZoneInfo, utc: datetime) -> timedelta:
    return utc.replace(tzinfo=UTC).astimezone(clock).utcoffset() or timedelta(0)


def _change(clock: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The second at which the offset of `high` begins to hold."""
    seconds = range(1, int((high - low).total_seconds()) + 1)
    before = _offset(clock, low)
    found = bisect_left(
        seconds, True, key=lambda s: _offset(clock, low + timedelta(seconds=s)) != before
    )
    return low + timedelta(seconds=seconds[found])
