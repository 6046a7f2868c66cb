"""What is normal for a node, in its owner's wall clock and in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from streamatlas.graph import walk
from streamatlas.graph.graph import Graph, Node, Normal, Window
from streamatlas.model.units import Range
from streamatlas.targets.markup import html
from streamatlas.targets.pages import capacity, clocks, parts, promises
from streamatlas.targets.words import amount, day, duration, number, place, rate, scaled


@dataclass(frozen=True, slots=True)
class Agreed:
    """A node and what is normal for it."""

    node: Node
    normal: Normal


def block(graph: Graph, node: Node, root: str) -> str:
    """Its own numbers, and those of the services that feed it."""
    own = [Agreed(node, node.normal)] if node.normal else []
    fed = list(_feeding(graph, node))
    takes = capacity.block(graph, node)
    blocks = [takes] if takes else []
    if not own and not fed:
        blocks += ["Nobody has said. The owner can declare it under `normal:`; then it is watched."]
    blocks += [_numbers(graph, agreed.normal) for agreed in own]
    blocks += [_fed(graph, fed, root)] if fed else []
    windows = [(agreed, window) for agreed in own + fed for window in agreed.normal.windows]
    blocks += [_windows(graph, windows, root)] if windows else []
    return "\n\n".join(blocks)


def _feeding(graph: Graph, node: Node) -> Iterator[Agreed]:
    """Services upstream; for a store also other jobs say nothing, so services alone."""
    for reached in walk.upstream(graph, node.ref):
        if reached.ref.removeprefix("service/") in graph.services:
            other = graph.node(reached.ref)
            if other.ref == reached.ref and other.normal:
                yield Agreed(other, other.normal)


def _numbers(graph: Graph, normal: Normal) -> str:
    outside = " outside the windows" if normal.windows else ""
    rated = normal.rate.low or normal.rate.high is not None
    silence, latency, alerts = normal.silent_after, normal.latency, normal.alerts_at
    begin = f"begin at {number(alerts)}/s{promises.note('alerts-at')}" if alerts else ""
    promised = f"{duration(latency)} is promised{promises.note('latency')}" if latency else ""
    return parts.listed(
        {
            "Rate": f"{_rates(graph, normal.rate)}{outside}" if rated else "",
            "Silence": f"longer than {duration(silence)} is worth a page" if silence else "",
            "Latency": promised,
            "Own alerts": begin,
            "Agreed": _agreed(normal),
        }
    )


def _agreed(normal: Normal) -> str:
    """When and with whom, and the day by which it is looked at again."""
    if not normal.agreed:
        return ""
    when, _, who = normal.agreed.partition(" with ")
    agreed = date.fromisoformat(when)
    every, due = duration(normal.review_every), day(agreed + normal.review_every)
    return f"{day(agreed)} with {html(who)}; to be looked at again by {due} (every {every})"


def _rates(graph: Graph, declared: Range) -> str:
    """What is declared, and what that is where traffic is scaled."""
    text = f'<span class="sa-whole">{rate(declared)}</span>'
    if graph.scale == 1:
        return text
    here = rate(scaled(declared, graph.scale))
    return f"{text} <small>{here} in {html(graph.environment)}</small>"


def _fed(graph: Graph, fed: Sequence[Agreed], root: str) -> str:
    heads = ("What feeds it", "Owner", "Rate", "Silence")
    rows = (
        parts.row(
            heads,
            (
                parts.node_link(agreed.node.ref, root),
                parts.team_link(graph, agreed.node.owner, root),
                _rates(graph, agreed.normal.rate),
                _silence(agreed.normal),
            ),
        )
        for agreed in fed
    )
    return parts.table("Normal of what feeds it", heads, rows)


def _silence(normal: Normal) -> str:
    return f"up to {duration(normal.silent_after)}" if normal.silent_after else "any"


def _windows(graph: Graph, windows: Sequence[tuple[Agreed, Window]], root: str) -> str:
    heads = ("Window", "Of", "In UTC", "Rate", "Records", "Why")
    rows = (parts.row(heads, _window(graph, agreed, window, root)) for agreed, window in windows)
    return parts.table("Windows in which more is normal", heads, rows)


def _window(graph: Graph, agreed: Agreed, window: Window, root: str) -> tuple[str, ...]:
    zone = agreed.normal.timezone
    grace = duration(agreed.normal.grace)
    due = f" (must happen, at the latest {grace} after its end){promises.note('required')}"
    return (
        f"{html(window.at.text)} {html(place(zone))}{_dates(window)}",
        parts.node_link(agreed.node.ref, root),
        clocks.in_utc(window.at, zone),
        _rates(graph, window.rate),
        _whole(amount(window.records)) + promises.note("records") if window.records else "",
        html(window.why) + (due if window.required else ""),
    )


def _whole(text: str) -> str:
    """A number that stays on one line."""
    return f'<span class="sa-whole">{text}</span>'


def _dates(window: Window) -> str:
    since = f" from {day(window.since)}" if window.since else ""
    until = f" until {day(window.until)}" if window.until else ""
    return since + until
