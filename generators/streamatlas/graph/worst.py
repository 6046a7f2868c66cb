"""When what flows into a node is more than it can take, over many days, and how much it then is.

What cannot come to more than the limit even with all windows open is not looked at any closer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from streamatlas.graph.changes import Second, second
from streamatlas.graph.graph import Ref, Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.repeats import Repeated
from streamatlas.graph.sums import PARTS, Group, Opened, grouped, highest, most


@dataclass(frozen=True, slots=True)
class Spell:
    """A rate that is reached while the same windows are open, and when, by time."""

    rate: float
    windows: tuple[tuple[Ref, Window], ...]
    times: tuple[Repeated, ...]


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
    spells = [
        Spell(total / PARTS, _windows(groups, opened), tuple(times))
        for total, opened, times in highest(groups, limit, begin, end)
    ]
    # What holds while no window is open held before the first of them opened.
    return tuple(sorted(spells, key=lambda s: (-s.rate, bool(s.windows), s.times[0])))


def strongest(shares: Sequence[Share]) -> tuple[Share, ...]:
    """One share an origin: of the ways that share its rate, the one that brings most."""
    found: dict[Ref, Share] = {}
    for share in shares:
        known = found.get(share.origin)
        if known is None or share.copies > known.copies:
            found[share.origin] = share
    return tuple(found.values())


def _windows(groups: Sequence[Group], opened: Opened) -> tuple[tuple[Ref, Window], ...]:
    return tuple(
        (share.origin, share.normal.windows[window])
        for number, which in opened
        for share in groups[number].shares
        for window in which
    )
