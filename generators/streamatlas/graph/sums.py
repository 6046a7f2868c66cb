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
from streamatlas.graph.repeats import Repeated, repeated, sample, touching, within
from streamatlas.graph.windows import joined, offsets
from streamatlas.model.units import At

# Rates are added up as whole numbers of these, so that equal sums are equal.
PARTS = 1_000_000
_DAY = 86_400
_WEEK = 7 * _DAY

# More numbers of states than there can be: a second and a state are one number, quickly sorted.
_BITS = 32
_STATE = (1 << _BITS) - 1
# So many sets of windows are told apart of those that come to the same.
_MOST_SETS = 64

Opened = tuple[tuple[int, Open], ...]
Found = tuple[int, Opened, list[Repeated]]


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
    """The highest sum and the next, if above the limit: in parts a second, and when they come.

    Apart for each set of windows that are open meanwhile; of many sets that come to the same, the
    first ones.
    """
    daily = all(len(w.at.days.weekdays) == 7 for group in groups for w in group.windows)
    period = _DAY if daily else _WEEK
    # A day around shows when that begins which runs into the first day.
    around = {begin - _DAY, begin, end, *_cuts(groups, begin - _DAY, end + _DAY)}
    cuts = list(pairwise(sorted(around)))
    states = _States(groups)
    # To look at all that is open takes long: at first the sums are enough.
    sums = {cut: _sums(states, limit, cut, period) for cut in cuts if begin <= cut[0] < end}
    least = sorted({total for found in sums.values() for total in found})[-2:][:1]
    if least:
        near = [cut for cut in cuts if max(sums.get(cut, least), default=0) >= least[0]]
        yield from _spells(states, least[0] - 1, near, period, (begin, end))


def _sums(states: _States, limit: int, cut: Span, period: Second) -> set[int]:
    begin, end = cut
    until = end if sample(cut, period) == cut else begin + period
    return {total for _, total, _ in _above(states, limit, begin, until)}


def _spells(
    states: _States, limit: int, cuts: Sequence[Span], period: Second, days: Span
) -> Iterator[Found]:
    found: dict[int, dict[int, list[Repeated]]] = {}
    for cut in cuts:
        for span, total, bits in _above(states, limit, *sample(cut, period)):
            sets = found.setdefault(total, {})
            if bits in sets or (len(sets) < _MOST_SETS and span[0] < days[1] and days[0] < span[1]):
                sets.setdefault(bits, []).extend(repeated(span, cut, period))
    for total, sets in found.items():
        for bits, parts in sets.items():
            if times := within(touching(parts), *days):
                yield total, states.opened(bits), times


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


class _States:
    """What may be open in each group: each state is a number, several of them are bits."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.known: list[tuple[int, Open, int]] = []
        self._numbers: dict[tuple[int, Open], int] = {}

    def number(self, group: int, which: Open) -> int:
        """The number of a state, by which `known` has the group, what is open and the sum."""
        if (group, which) not in self._numbers:
            self._numbers[group, which] = len(self.known)
            self.known.append((group, which, self.groups[group].total(which)))
        return self._numbers[group, which]

    def opened(self, bits: int) -> Opened:
        """Which windows are open, by group."""
        return tuple(
            sorted(known[:2] for n, known in enumerate(self.known) if known[1] and bits >> n & 1)
        )


def _above(
    states: _States, limit: int, begin: Second, end: Second
) -> Iterator[tuple[Span, int, int]]:
    """Each stretch above a limit, its sum, and the bits of the states in which windows are open."""
    now = [(0, 0)] * len(states.groups)
    last, total, opened = begin, 0, 0
    for code in _changes(states, begin, end):
        at, state = code >> _BITS, code & _STATE
        if total > limit and last < at:
            yield (last, at), total, opened
        last = at
        group, which, adds = states.known[state]
        bit = 1 << state if which else 0
        total += adds - now[group][0]
        opened ^= now[group][1] ^ bit
        now[group] = adds, bit
    if total > limit and last < end:
        yield (last, end), total, opened


def _changes(states: _States, begin: Second, end: Second) -> list[int]:
    """When the windows of each group open and close: the second, and in its last bits the state."""
    return sorted(
        at << _BITS | states.number(number, which)
        for number, group in enumerate(states.groups)
        for at, which in openings(group.windows, group.timezone, begin, end)
    )
