"""When what flows into a node is more than it can take, over many days, and how much it then is.

What cannot come to more than the limit even with all windows open is not looked at any closer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from streamatlas.graph.changes import Second, Span, moment, second
from streamatlas.graph.graph import Ref, Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.sums import PARTS, Group, Opened, grouped, highest, most

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Spell:
    """A rate that is reached while the same windows are open, and when, by time."""

    rate: float
    windows: tuple[tuple[Ref, Window], ...]
    times: tuple[tuple[datetime, datetime], ...]


def above(
    shares: tuple[Share, ...], limit: float, begin: datetime, end: datetime
) -> tuple[Spell, ...]:
    """The spells in which the shares together are above a limit: of the two highest rates alone.

    The highest comes first, and of those that are as high the one that comes first.

    A share without an upper bound counts with its lower one: so much comes in any case.
    """
    together = strongest(shares)
    if sum(map(most, together)) <= limit:
        return ()
    return _spells(together, round(limit * PARTS), second(begin), second(end))


@lru_cache(maxsize=64)
def _spells(shares: tuple[Share, ...], limit: int, begin: Second, end: Second) -> tuple[Spell, ...]:
    groups = grouped(shares)
    found: dict[Opened, list[Span]] = {}
    totals = {}
    # What runs into the first day began on the one before.
    for span, total, opened in highest(groups, limit, begin - _DAY, end + _DAY):
        if not opened or begin <= span[0] < end:
            found.setdefault(opened, []).append(span)
            totals[opened] = total
    spells = [_spell(groups, opened, totals[opened], spans) for opened, spans in found.items()]
    return tuple(sorted(spells, key=lambda spell: (-spell.rate, spell.times[0])))


def strongest(shares: Sequence[Share]) -> tuple[Share, ...]:
    """One share an origin: of the ways that share its rate, the one that brings most."""
    found: dict[Ref, Share] = {}
    for share in shares:
        known = found.get(share.origin)
        if known is None or share.copies > known.copies:
            found[share.origin] = share
    return tuple(found.values())


def _spell(groups: Sequence[Group], opened: Opened, total: int, spans: Sequence[Span]) -> Spell:
    windows = [
        (share.origin, share.normal.windows[window])
        for number, which in sorted(opened)
        for share in groups[number].shares
        for window in which
    ]
    stretches = tuple((moment(a), moment(b)) for a, b in _touching(sorted(spans)))
    return Spell(total / PARTS, tuple(windows), stretches)


def _touching(spans: Sequence[Span]) -> list[Span]:
    """The spans, those that touch as one."""
    found: list[Span] = []
    for begin, end in spans:
        if found and found[-1][1] == begin:
            begin = found.pop()[0]
        found.append((begin, end))
    return found
