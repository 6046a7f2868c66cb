"""The sum of several normals over many days, where it is above a limit.

Between two changes of a clock, and away from the dates of windows, every day is as the one before,
or every week: one is added up, the others follow from it. Nodes whose windows open at the same
times are added up first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from streamatlas.graph.changes import Open, Second, Span, moment, openings, second
from streamatlas.graph.graph import Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.windows import joined, offsets
from streamatlas.model.units import At

# Rates are added up as whole numbers of these, so that equal sums are equal.
PARTS = 1_000_000
_DAY = 86_400
_WEEK = 7 * _DAY

Opened = frozenset[tuple[int, Open]]
Found = tuple[Span, int, Opened]


def amount(share: Share, windows: tuple[Window, ...]) -> float:
    """What a share adds while those windows are open, in records a second.

    Without an upper bound it is what surely comes.
    """
    if (high := joined(share.normal, windows).high) is not None:
        return high * share.copies
    rates = [window.rate for window in windows] or [share.normal.rate]
    return max(rate.low if rate.high is None else rate.high for rate in rates) * share.sure


def most(share: Share) -> float:
    """What a share adds at most, whichever windows are open."""
    rates = [share.normal.rate, *(window.rate for window in share.normal.windows)]
    return max(r.low * share.sure if r.high is None else r.high * share.copies for r in rates)


@dataclass(frozen=True, slots=True)
class Group:
    """Shares whose windows are open at the same times."""

    timezone: str
    shares: list[Share]
    sums: dict[Open, int]

    @property
    def windows(self) -> tuple[Window, ...]:
        """Those of the first share: the others' differ in their rates alone."""
        return self.shares[0].normal.windows

    @property
    def most(self) -> int:
        """What all come to at most, whichever windows are open."""
        return sum(round(most(share) * PARTS) for share in self.shares)

    def total(self, opened: Open) -> int:
        """What all come to while those windows are open."""
        if opened not in self.sums:
            self.sums[opened] = sum(
                _whole(s, tuple(s.normal.windows[n] for n in opened)) for s in self.shares
            )
        return self.sums[opened]


def grouped(shares: Sequence[Share]) -> tuple[Group, ...]:
    """The shares, those together whose windows are open at the same times."""
    groups: dict[tuple[str, tuple[tuple[At, date | None, date | None], ...]], Group] = {}
    for share in shares:
        windows = tuple((w.at, w.since, w.until) for w in share.normal.windows)
        # Without a window the zone does not matter.
        zone = share.normal.timezone if windows else "UTC"
        groups.setdefault((zone, windows), Group(zone, [], {})).shares.append(share)
    return tuple(groups.values())


def highest(groups: Sequence[Group], limit: int, begin: Second, end: Second) -> Iterator[Found]:
    """The stretches in which the sum is highest or next to that, if above the limit.

    Each without a window that opens or closes, with its sum in parts a second and which windows
    are open in which group, by number; not by time.
    """
    daily = all(len(w.at.days.weekdays) == 7 for group in groups for w in group.windows)
    period = _DAY if daily else _WEEK
    cuts = list(pairwise(_cuts(groups, begin, end)))
    # To look at all that is open takes long: at first the sums are enough.
    sums = {cut: _sums(groups, limit, *_sample(cut, period)) for cut in cuts}
    least = sorted({total for found in sums.values() for total in found})[-2:][:1]
    for cut in cuts:
        if not least or max(sums[cut], default=0) < least[0]:
            continue
        for span, total, opened in _above(groups, least[0] - 1, *_sample(cut, period)):
            which = frozenset(opened.items())
            yield from ((each, total, which) for each in _repeated(span, cut, period))


def _sample(cut: Span, period: Second) -> Span:
    """As much of a stretch as shows all of it: its first period, where the others are alike."""
    begin, end = cut
    return (begin, end) if end - begin <= 2 * period else (begin, begin + period)


def _repeated(span: Span, cut: Span, period: Second) -> Iterator[Span]:
    """What was found in the sample, in all periods of the stretch."""
    if _sample(cut, period) == cut:
        yield span
        return
    for later in range(0, cut[1] - cut[0], period):
        if span[0] + later < cut[1]:
            yield span[0] + later, min(span[1] + later, cut[1])


def _sums(groups: Sequence[Group], limit: int, begin: Second, end: Second) -> set[int]:
    return {total for _, total, _ in _above(groups, limit, begin, end)}


def _cuts(groups: Sequence[Group], begin: Second, end: Second) -> list[Second]:
    """Moments between which each day, or each week, is as the one before."""
    first, last = moment(begin).replace(tzinfo=None), moment(end).replace(tzinfo=None)
    found = {begin, end}
    for timezone in {group.timezone for group in groups}:
        found |= {second(a.replace(tzinfo=UTC)) for a, _, _ in offsets(timezone, first, last)}
    for window in {window for group in groups for window in group.windows}:
        for day, before, after in _margins(window, first.date(), last.date()):
            midnight = second(datetime(day.year, day.month, day.day, tzinfo=UTC))
            found |= {midnight + around * _DAY for around in range(-before, after + 1)}
    return sorted(cut for cut in found if begin <= cut <= end)


def _margins(window: Window, first: date, last: date) -> Iterator[tuple[date, int, int]]:
    """Days at which a window begins or ends to recur, and how many around are like no other.

    A day begins up to 14 hours off UTC, and what begins on it ends with the next at the latest.
    """
    if window.since:
        yield window.since, 1, 2
    if window.until and window.until < last:
        yield window.until + timedelta(days=1), 1, 2
    if window.at.days.month_day:
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month + 1)
        yield from ((date(month // 12, month % 12 + 1, 1), 2, 3) for month in months)


def _whole(share: Share, windows: tuple[Window, ...]) -> int:
    return round(amount(share, windows) * PARTS)


def _above(
    groups: Sequence[Group], limit: int, begin: Second, end: Second
) -> Iterator[tuple[Span, int, dict[int, Open]]]:
    """Each stretch above a limit, its sum, and what is open until the next one is asked for."""
    opened: dict[int, Open] = {}
    now = [0] * len(groups)
    last, total = begin, 0
    for at, number, which in _changes(groups, begin, end):
        if total > limit and last < at:
            yield (last, at), total, opened
        last = at
        if number < len(groups):
            total += groups[number].total(which) - now[number]
            now[number] = groups[number].total(which)
            opened.pop(number, None)
            opened |= {number: which} if which else {}


def _changes(groups: Sequence[Group], begin: Second, end: Second) -> list[tuple[Second, int, Open]]:
    """When the windows of each group, by its number, open and close; the last change is the end."""
    found = [
        (at, number, which)
        for number, group in enumerate(groups)
        for at, which in openings(group.windows, group.timezone, begin, end)
    ]
    return sorted([*found, (end, len(groups), ())])
