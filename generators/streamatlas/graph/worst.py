"""When what flows into a node is more than it can take, over many days, and how much it then is.

Who shares the windows of another, as most of a team's topics do, is looked at together with it;
what cannot come to more than the limit even with all windows open is not looked at at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from streamatlas.graph.changes import Open, Second, Span, moment, openings, second
from streamatlas.graph.graph import Ref, Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.windows import joined
from streamatlas.model.units import At

# Rates are added up as whole numbers of these, so that equal sums are equal.
_PARTS = 1_000_000
_DAY = 86_400

Times = tuple[str, tuple[tuple[At, date | None, date | None], ...]]
Opened = frozenset[tuple[Times, Open]]


@dataclass(frozen=True, slots=True)
class Spell:
    """A rate that is reached while the same windows are open, and when, by time."""

    rate: float
    windows: tuple[tuple[Ref, Window], ...]
    times: tuple[tuple[datetime, datetime], ...]


def above(
    shares: Sequence[Share], limit: float, begin: datetime, end: datetime
) -> tuple[Spell, ...]:
    """The spells in which the shares together are above a limit; the highest, then first, first.

    A share without an upper bound counts with its lower one: so much comes in any case.
    """
    groups = _grouped(shares)
    if sum(_most(group) for group in groups.values()) <= limit * _PARTS:
        return ()
    found: dict[Opened, list[Span]] = {}
    totals = {}
    # What runs into the first day began on the one before.
    first, last = second(begin), second(end)
    for span, total, opened in _above(groups, limit * _PARTS, first - _DAY, last + _DAY):
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


def _grouped(shares: Sequence[Share]) -> dict[Times, list[Share]]:
    """The shares by when their windows are open."""
    groups: dict[Times, list[Share]] = {}
    for share in strongest(shares):
        windows = tuple((w.at, w.since, w.until) for w in share.normal.windows)
        # Without a window the zone does not matter.
        groups.setdefault((share.normal.timezone if windows else "UTC", windows), []).append(share)
    return groups


def _most(group: list[Share]) -> int:
    """What a group comes to at most, whichever windows are open."""
    return sum(max(_rates(share)) for share in group)


def _rates(share: Share) -> Iterator[int]:
    yield _whole(share, ())
    yield from (_whole(share, (window,)) for window in share.normal.windows)


def _whole(share: Share, windows: tuple[Window, ...]) -> int:
    return round(amount(share, windows) * _PARTS)


def _above(
    groups: Mapping[Times, list[Share]], limit: float, begin: Second, end: Second
) -> Iterator[tuple[Span, int, Opened]]:
    """Each stretch above the limit in which no window opens or closes, its sum, what is open."""
    changes: dict[Second, list[tuple[Times, Open]]] = {end: []}
    for times, group in groups.items():
        for at, which in openings(group[0].normal.windows, times[0], begin, end):
            changes.setdefault(at, []).append((times, which))
    sums: dict[tuple[Times, Open], int] = {}
    now = dict.fromkeys(groups, 0)
    opened: dict[Times, Open] = {}
    last, total = begin, 0
    for at in sorted(changes):
        if total > limit and last < at:
            yield (last, at), total, frozenset(opened.items())
        for times, which in changes[at]:
            if (times, which) not in sums:
                sums[times, which] = _sum(groups[times], which)
            total += sums[times, which] - now[times]
            now[times] = sums[times, which]
            opened.pop(times, None)
            if which:
                opened[times] = which
        last = at


def _sum(group: list[Share], opened: Open) -> int:
    return sum(_whole(s, tuple(s.normal.windows[n] for n in opened)) for s in group)


def _spell(
    groups: Mapping[Times, list[Share]],
    opened: Opened,
    total: int,
    spans: list[Span],
) -> Spell:
    which = dict(opened)
    windows = [
        (share.origin, share.normal.windows[number])
        for times, group in groups.items()
        for share in group
        for number in which.get(times, ())
    ]
    stretches = tuple((moment(a), moment(b)) for a, b in _touching(spans))
    return Spell(total / _PARTS, tuple(windows), stretches)


def _touching(spans: list[Span]) -> list[Span]:
    """The spans, those that touch as one."""
    found: list[Span] = []
    for begin, end in spans:
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        found.append((begin, end))
    return found
