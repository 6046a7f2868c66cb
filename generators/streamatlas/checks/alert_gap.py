"""An owner's own alerting begins before anything downstream has too much.

`alerts-at` is the rate from which an owner is paged by alerts of their own. If a topic or
application further down takes less than that, then there are rates at which it breaks while its
source looks fine to those who run it: they are not called, and whoever is called cannot help.

```yaml
services:
  backups: {owner: backups, writes: copies, normal: {rate: up to 20k/s, alerts-at: 30k/s}}
topics:
  copies: {limits: {rate: 25k/s}}  # at 27k/s it breaks, and backups hear of nothing
```

Agree with the owner on an alert that begins at the limit or below it, or raise the limit. What
others bring at their own normal counts too. Past an aggregation nothing is said: how much comes
through it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from streamatlas.checks.excess import AHEAD
from streamatlas.checks.rates import label, rate
from streamatlas.checks.when import several
from streamatlas.graph.graph import Graph, Node
from streamatlas.graph.inflows import Share, demand
from streamatlas.graph.overrides import place
from streamatlas.graph.worst import above, strongest
from streamatlas.model.problem import Level, Problem

ID = "alert-gap"
LEVEL: Level = "warning"

_NAMED = 3


def check(graph: Graph, today: date) -> Iterator[Problem]:
    """Owners whose alerting begins above what a node takes that surely gets their records."""
    for node in graph.nodes():
        if node.limits.rate is not None:
            sure = [replace(s, copies=s.sure) for s in demand(graph, node.ref).shares if s.sure]
            for share in strongest(sure):
                yield from _gaps(graph, today, node, share, sure)


def _gaps(
    graph: Graph, today: date, node: Node, share: Share, sure: Sequence[Share]
) -> Iterator[Problem]:
    alerts, limit = share.normal.alerts_at, node.limits.rate
    if alerts is None or limit is None:
        return
    rest = limit - alerts * share.copies
    others = tuple(other for other in sure if other.origin != share.origin)
    besides = _besides(others, rest, limit, today)
    if rest >= 0 and not besides:
        return
    origin = graph.node(share.origin)
    at = graph.positions.value(f"{origin.kind}s", origin.id, "normal", "alerts-at")
    there, where = place(graph, node, "limits", "rate")
    own = label(origin.ref, {s.origin for s in sure})
    begins = f"{own}'s own alerting begins at {rate(alerts, limit)}"
    twice = f", which comes {share.copies} times" if share.copies > 1 else ""
    takes = f"{node.ref} ({there.seen_from(at)}) takes {rate(limit, limit)}{where}"
    message = f"{begins}{twice}, {takes}{besides}: nobody is paged in between"
    yield Problem(at, ID, message, LEVEL)


def _besides(others: tuple[Share, ...], rest: float, limit: float, today: date) -> str:
    """What the others bring at most, where only with them it is too much; empty elsewhere."""
    begin = datetime(today.year, today.month, today.day, tzinfo=UTC)
    spells = above(others, rest, begin, begin + AHEAD) if rest >= 0 else ()
    if not spells:
        return ""
    origins = {share.origin for share in others}
    names = [label(share.origin, origins) for share in strongest(others)]
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    normal = rate(spells[0].rate, limit)
    return f" and up to {normal} from {several([*names[:_NAMED], *more])} is normal besides"
