"""Somebody reads every topic.

A topic that nobody reads costs disk and attention, and when it stops nobody is hit: its alerts are
noise. More often a reader exists and is not written down, and then it is missing where it counts,
in the list of whom an outage hits.

```yaml
topics:
  orders: {}
services:
  web-shop: {owner: shop, writes: orders}
```

Write down who reads it, or take the topic out:

```yaml
services:
  web-shop: {owner: shop, writes: orders}
  reports: {owner: data, reads: orders}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem

ID = "unread-topic"
LEVEL: Level = "warning"


def check(graph: Graph) -> Iterator[Problem]:
    """Topics without a reader."""
    for topic in graph.topics.values():
        if not graph.outputs(topic.ref):
            message = f"nobody reads {topic.ref}: write down who does, or take it out"
            yield Problem(topic.at, ID, message, LEVEL)
