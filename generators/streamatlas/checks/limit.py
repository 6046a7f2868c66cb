"""What is normal stays within what a node can take.

A limit is what breaks first: a store that cannot write faster, a topic whose brokers are full, an
application that answers slowly from there on. If the normal rates of all that flows in come to
more, then on some ordinary day it breaks, with nobody having done anything wrong; at 3 a.m. no
graph shows an error that could be mended. Often each team's window is harmless, and only the sum is
not, in the minute in which they coincide: in winter, or from the day on which one of them moves.

So the rates are added up for each moment of the next 366 days, in every time zone. The message
names the worst moment, when it comes, and who brings how much of it.

```yaml
services:
  backups: {owner: backups, writes: copies, normal: {rate: up to 26k/s}}
topics:
  copies: {limits: {rate: 25k/s}}  # one second's backups are more than it takes
```

Move a window, agree on a lower rate, or raise the limit (`environments` may do so for one of them).
It is a warning where an aggregation on the way makes less of the records: say by how much, and
declare the `normal` of what it writes; that replaces the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from streamatlas.checks.excess import AHEAD, Excess
from streamatlas.graph.graph import Graph
from streamatlas.graph.inflows import demand
from streamatlas.graph.overrides import place
from streamatlas.graph.worst import above
from streamatlas.model.problem import Level, Problem

ID = "limit"
LEVEL: Level = "error"


def check(graph: Graph, today: date) -> Iterator[Problem]:
    """Limits of a rate that is normal, surely or at most, on that day or in the 366 after it."""
    begin = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for node in graph.nodes():
        limit = node.limits.rate
        if limit is None:
            continue
        shares = demand(graph, node.ref).shares
        if spells := above(shares, limit, begin, begin + AHEAD):
            sure = tuple(replace(s, copies=s.sure) for s in shares if s.sure)
            level = LEVEL if above(sure, limit, begin, begin + AHEAD) else "warning"
            at, where = place(graph, node, "limits", "rate")
            excess = Excess(node.ref, where, limit, shares, spells, today)
            yield Problem(at, ID, excess.message(level), level)
