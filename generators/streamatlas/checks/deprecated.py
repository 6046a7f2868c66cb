"""Nobody uses what is deprecated.

`deprecated` says that a thing goes away. Who still reads or writes it on that day stands still, and
had all the time in the world to move. This names them, until the day and after it.

```yaml
topics:
  clicks: {deprecated: {until: 2027-01-31, use: clicks.v2}}
services:
  shop: {owner: shop, writes: clicks}
```

Let them use what `use` names, and take the old one out when none of them is left. If they need more
time, agree on another day.

```yaml
services:
  shop: {owner: shop, writes: clicks.v2}
```

A service or job that is deprecated is told once its day is past and it still reads or writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from streamatlas.graph.graph import Deprecated, Edge, Graph, Job, Service, Store, Topic
from streamatlas.model.problem import Level, Problem

ID = "deprecated"
LEVEL: Level = "warning"


def check(graph: Graph, today: date) -> Iterator[Problem]:
    """Who reads or writes what is deprecated, where they say so."""
    for node in graph.nodes():
        if node.deprecated is None:
            continue
        if isinstance(node, Topic | Store):
            for edge in (*graph.inputs(node.ref), *graph.outputs(node.ref)):
                message = _message(node, node.deprecated, edge, today)
                yield Problem(edge.at, ID, message, LEVEL)
        elif _is_over(node.deprecated, today) and _is_busy(graph, node):
            at = graph.positions.value(f"{node.kind}s", node.id, "deprecated", "until")
            message = f"{node.ref} was to be gone after {node.deprecated.until}: take it out"
            yield Problem(at, ID, message, LEVEL)


def _is_over(said: Deprecated, today: date) -> bool:
    return said.until is not None and said.until < today


def _is_busy(graph: Graph, node: Service | Job) -> bool:
    return bool(graph.inputs(node.ref) or graph.outputs(node.ref))


def _message(node: Topic | Store, said: Deprecated, edge: Edge, today: date) -> str:
    if edge.target == node.ref:
        who, does = edge.origin, "writes"
    else:
        who, does = edge.target, "reads"
    remedy = f"use {said.use}" if said.use else f"ask {node.owner or 'its owner'} what to use"
    if _is_over(said, today):
        until = f"was to be gone after {said.until}: {remedy} now"
    elif said.until:
        until = f"goes away after {said.until}: {remedy}"
    else:
        until = f"is deprecated: {remedy}"
    return f"{who} still {does} {node.ref}, which {until}"
