"""When what is normal changes, in UTC: from the edges of windows, never minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from streamatlas.graph.graph import Normal, Window
from streamatlas.graph.windows import Band, begins_on, joined, offsets, starts

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1)
_FIRST = _EPOCH.toordinal()

Second = int
Span = tuple[Second, Second]
Open = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A band and the stretch in which it holds; `begin` is in it, `end` is not."""

    begin: datetime
    end: datetime
    band: Band


def second(moment: datetime) -> Second:
    """Seconds since 1970 of a moment with a time zone; parts of a second are cut off."""
    return int(moment.timestamp())


def moment(of: Second) -> datetime:
    """The moment, in UTC."""
    return (_EPOCH + timedelta(seconds=of)).replace(tzinfo=UTC)


def bands(normal: Normal, begin: datetime, end: datetime) -> tuple[Held, ...]:
    """What holds from `begin` to `end`, by time and without a gap; both carry a time zone.

    Whole hours around are worked out and remembered, so that neighbours share them.
    """
    hour = 3600
    first, last = second(begin) // hour * hour, -(-second(end) // hour) * hour
    return tuple(h for h in _bands(normal, first, last) if h.begin < end and begin < h.end)


@lru_cache(maxsize=4096)
def _bands(normal: Normal, begin: Second, end: Second) -> tuple[Held, ...]:
    changes = openings(normal.windows, normal.timezone, begin, end)
    ends = [change[0] for change in changes[1:]] + [end]
    return tuple(
        Held(moment(at), moment(until), joined(normal, tuple(normal.windows[n] for n in which)))
        for (at, which), until in zip(changes, ends, strict=True)
    )


def openings(
    windows: Sequence[Window], timezone: str, begin: Second, end: Second
) -> list[tuple[Second, Open]]:
    """Which windows are open, by index: at `begin`, and from each change before `end` on."""
    return changes([spans(window, timezone, begin, end) for window in windows], begin, end)


def changes(
    each: Sequence[Sequence[Span]], begin: Second, end: Second
) -> list[tuple[Second, Open]]:
    """Which of several series of spans are open, by index: at `begin`, and from each change on."""
    edges: list[tuple[Second, int, int]] = []
    for number, series in enumerate(each):
        edges += [(opened, number, 1) for opened, _ in series]
        edges += [(closed, number, -1) for _, closed in series if closed < end]
    counts = [0] * len(each)
    found: list[tuple[Second, Open]] = [(begin, ())]
    for at, number, step in sorted(edges):
        counts[number] += step
        which = tuple([number for number, count in enumerate(counts) if count])
        if found[-1][0] == at:
            found.pop()
        if not found or found[-1][1] != which:
            found.append((at, which))
    return found


def spans(window: Window, timezone: str, begin: Second, end: Second) -> list[Span]:
    """When a window is open between `begin` and `end`; one that a change of the clock cuts
    through is in several spans, that touch where its wall clock runs on.
    """
    first, last = _EPOCH + timedelta(seconds=begin), _EPOCH + timedelta(seconds=end)
    begins = [int(start.total_seconds()) for start in starts(window.at)]
    length = int(window.at.length.total_seconds())
    found = []
    for low, high, offset in offsets(timezone, first, last):
        here = int((low - _EPOCH).total_seconds()), int((high - _EPOCH).total_seconds())
        ahead = int(offset.total_seconds())
        for day in _days(window, here[0] + ahead - begins[-1] - length, here[1] + ahead):
            midnight = day * _DAY - ahead
            for start in begins:
                opened = max(here[0], midnight + start)
                closed = min(here[1], midnight + start + length)
                if opened < closed:
                    found.append((opened, closed))
    return found


def _days(window: Window, first: Second, last: Second) -> list[int]:
    """The local days between two wall clocks on which the window begins, since 1970."""
    days = range(first // _DAY, last // _DAY + 1)
    return [day for day in days if begins_on(window, date.fromordinal(_FIRST + day))]
