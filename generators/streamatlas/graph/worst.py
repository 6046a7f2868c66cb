"""When what flows into a node is more than it can take, over many days, and how much it then is.

Who shares the windows of another, as most of a team's topics do, is looked at together with it;
what cannot come to more than the limit even with all windows open is not looked at at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate

from streamatlas.graph.changes import Open, Second, Span, changes, moment, second, spans
from streamatlas.graph.graph import Ref, Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.windows import joined
from streamatlas.model.units import At

# Rates are added up as whole numbers of these, so that equal sums are equal.
_PARTS = 1_000_000
_DAY = 86_400

Opened = frozenset[tuple[int, Open]]


@dataclass(frozen=True, slots=True)
class Spell:
    """A rate that is reached while the same windows are open, and when, by time."""

    rate: float
    windows: tuple[tuple[Ref, Window], ...]
    times: tuple[tuple[datetime, datetime], ...]


@lru_cache(maxsize=64)
def above(
    shares: tuple[Share, ...], limit: float, begin: datetime, end: datetime
) -> tuple[Spell, ...]:
    """The spells in which the shares together are above a limit; the highest, then first, first.

    A share without an upper bound counts with its lower one: so much comes in any case.
    """
    groups, most = _grouped(shares), round(limit * _PARTS)
    if sum(group.most for group in groups) <= most:
        return ()
    # What runs into the first day began on the one before.
    first, last = second(begin), second(end)
    found: dict[Opened, list[Span]] = {}
    totals = {}
    for span, total, opened in _above(groups, most, first - _DAY, last + _DAY):
        if not opened or first <= span[0] < last:
            found.setdefault(opened, []).append(span)
            totals[opened] = total
    spells = [_spell(groups, opened, totals[opened], spans) for opened, spans in found.items()]
    return tuple(sorted(spells, key=lambda spell: (-spell.rate, spell.times[0])))


def amount(share: Share, windows: tuple[Window, ...]) -> float:
    """What a share adds while those windows are open, in records a second.

    Without an upper bound it is what surely comes.
    """
    if (high := joined(share.normal, windows).high) is not None:
        return high * share.copies
    rates = [window.rate for window in windows] or [share.normal.rate]
    return max(rate.low if rate.high is None else rate.high for rate in rates) * share.sure


def strongest(shares: Sequence[Share]) -> tuple[Share, ...]:
    """One share an origin: of the ways that share its rate, the one that brings most."""
    found: dict[Ref, Share] = {}
    for share in shares:
        known = found.get(share.origin)
        if known is None or share.copies > known.copies:
            found[share.origin] = share
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Group:
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
        return sum(max(_rates(share)) for share in self.shares)

    def total(self, opened: Open) -> int:
        """What all come to while those windows are open."""
        if opened not in self.sums:
            self.sums[opened] = sum(
                _whole(s, tuple(s.normal.windows[n] for n in opened)) for s in self.shares
            )
        return self.sums[opened]


def _grouped(shares: Sequence[Share]) -> tuple[_Group, ...]:
    groups: dict[tuple[str, tuple[tuple[At, date | None, date | None], ...]], _Group] = {}
    for share in strongest(shares):
        windows = tuple((w.at, w.since, w.until) for w in share.normal.windows)
        # Without a window the zone does not matter.
        zone = share.normal.timezone if windows else "UTC"
        groups.setdefault((zone, windows), _Group(zone, [], {})).shares.append(share)
    return tuple(groups.values())


def _rates(share: Share) -> Iterator[int]:
    yield _whole(share, ())
    yield from (_whole(share, (window,)) for window in share.normal.windows)


def _whole(share: Share, windows: tuple[Window, ...]) -> int:
    return round(amount(share, windows) * _PARTS)


def _above(
    groups: Sequence[_Group], limit: int, begin: Second, end: Second
) -> Iterator[tuple[Span, int, Opened]]:
    """Each stretch above the limit in which no window opens or closes, its sum, what is open."""
    opened: dict[int, Open] = {}
    now = [0] * len(groups)
    last, total = begin, 0
    for at, number, which in _changes(groups, limit, begin, end):
        if total > limit and last < at:
            yield (last, at), total, frozenset(opened.items())
        last = at
        if number < len(groups):
            total += groups[number].total(which) - now[number]
            now[number] = groups[number].total(which)
            opened.pop(number, None)
            opened |= {number: which} if which else {}


def _changes(
    groups: Sequence[_Group], limit: int, begin: Second, end: Second
) -> list[tuple[Second, int, Open]]:
    """When the windows of each group, by its number, open and close; the last change is the end."""
    series = [[spans(w, g.timezone, begin, end) for w in g.windows] for g in groups]
    if needed := _needed(groups, series, limit):
        series = [[_within(each, needed) for each in one] for one in series]
    found = [
        (at, number, which)
        for number, one in enumerate(series)
        for at, which in changes(one, begin, end)
    ]
    return sorted([*found, (end, len(groups), ())])


def _needed(
    groups: Sequence[_Group], series: Sequence[Sequence[list[Span]]], limit: int
) -> list[Span]:
    """Outside of these spans the limit holds whatever else is open; empty where there are none."""
    most = sum(group.most for group in groups)
    found = [
        sorted(span for each in one for span in each)
        for group, one in zip(groups, series, strict=True)
        if most - group.most + group.total(()) <= limit
    ]
    return min(found, key=len, default=[])


def _within(spans: Sequence[Span], needed: Sequence[Span]) -> list[Span]:
    """Those of the spans that overlap some of the needed ones."""
    begins = [begin for begin, _ in needed]
    # The latest end of any needed span up to each: windows of one node may overlap.
    ends = list(accumulate((end for _, end in needed), max))
    before = [(span, bisect_left(begins, span[1])) for span in spans]
    return [span for span, count in before if count and ends[count - 1] > span[0]]


def _spell(groups: Sequence[_Group], opened: Opened, total: int, spans: Sequence[Span]) -> Spell:
    windows = [
        (share.origin, share.normal.windows[window])
        for number, which in sorted(opened)
        for share in groups[number].shares
        for window in which
    ]
    stretches = tuple((moment(a), moment(b)) for a, b in _touching(spans))
    return Spell(total / _PARTS, tuple(windows), stretches)


def _touching(spans: Sequence[Span]) -> list[Span]:
    """The spans, those that touch as one."""
    found: list[Span] = []
    for begin, end in spans:
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        found.append((begin, end))
    return found
