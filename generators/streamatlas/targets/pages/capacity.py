"""What a node can take, beside what is normal for it at most, and when that is.

A page knows no day. So the worst moment is that of one whole year: the one in which the first of
the windows' own dates lies, else the one whose clocks the pages show.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from streamatlas.graph.changes import moment
from streamatlas.graph.graph import Graph, Node, Ref, Window
from streamatlas.graph.inflows import Share, demand
from streamatlas.graph.sums import amount
from streamatlas.graph.worst import Spell, above, strongest
from streamatlas.targets.markup import html
from streamatlas.targets.pages import clocks, parts, promises
from streamatlas.targets.words import day, limits, number, several

_YEAR = timedelta(days=366)


def block(graph: Graph, node: Node) -> str:
    """Its limits, and the combined normal of what flows in; empty where it has no limit."""
    if not limits(node.limits):
        return ""
    takes = {"Can take": limits(node.limits) + promises.note("limits")}
    if node.limits.rate is not None:
        takes |= _most(demand(graph, node.ref).shares)
    return parts.listed(takes)


def _most(shares: tuple[Share, ...]) -> dict[str, str]:
    begin = datetime(_year(shares), 1, 1, tzinfo=UTC)
    spells = above(shares, 0, begin, begin + _YEAR)
    if not spells:
        return {"Normal at most": "not said by anything that flows in"}
    return {"Normal at most": _rate(shares, spells[0]), "Then": _when(shares, spells[0])}


def _year(shares: Sequence[Share]) -> int:
    windows = (window for share in shares for window in share.normal.windows)
    dates = (day for window in windows for day in (window.since, window.until) if day)
    return min(dates, default=date(clocks.YEAR, 1, 1)).year


def _rate(shares: Sequence[Share], worst: Spell) -> str:
    opened: dict[Ref, list[Window]] = {}
    for origin, window in worst.windows:
        opened.setdefault(origin, []).append(window)
    brought = [
        (amount(share, tuple(opened.get(share.origin, ()))), parts.name(share.origin))
        for share in strongest(shares)
    ]
    named = (f"{name} {number(rate)}" for rate, name in sorted(brought, reverse=True) if rate)
    open_ended = any(share.normal.rate.high is None for share in shares)
    return f"{'at least ' if open_ended else ''}{number(worst.rate)}/s: {', '.join(named)}"


def _when(shares: Sequence[Share], worst: Spell) -> str:
    if not worst.windows:
        windows = any(share.normal.windows for share in shares)
        return "outside the windows" if windows else "at any time"
    begin, end = moment(worst.times[0].begin), moment(worst.times[0].end)
    last = f"{end:%H:%M}" if end.date() == begin.date() else f"{day(end.date())} {end:%H:%M}"
    together = several(tuple(_window(origin, window) for origin, window in worst.windows))
    return f"in {together}; such as {day(begin.date())} {begin:%H:%M}-{last} UTC"


def _window(origin: Ref, window: Window) -> str:
    why = f" ({html(window.why)})" if window.why else ""
    return f"the window {html(window.at.text)} of {parts.name(origin)}{why}"
