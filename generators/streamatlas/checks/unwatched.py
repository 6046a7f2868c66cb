"""Every edge has somebody who is paged when it is not normal.

The owner of what an edge leaves watches it. Where that is nobody, data may stop there for days
before a customer notices.

```yaml
topics:
  accounts: {compacted: true}
jobs:
  usage-pipeline: {owner: platform, reads: accounts, writes: usage.hourly}
```

Give the topic an owner, declare who writes it, or say with the edge who watches it:

```yaml
topics:
  accounts: {compacted: true, owner: sales}
jobs:
  usage-pipeline:
    owner: platform
    reads: {accounts: {watched-by: platform}}
    writes: usage.hourly
```
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Ref
from streamatlas.model.problem import Level, Problem

ID = "unwatched"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Edges without a watcher, where the topic that they leave is declared."""
    writers: dict[Ref, list[Ref]] = {}
    for edge in graph.edges:
        writers.setdefault(edge.target, []).append(edge.origin)
    for edge in graph.edges:
        topic = graph.topics.get(edge.origin.removeprefix("topic/"))
        if edge.watcher or topic is None or topic.ref != edge.origin:
            continue
        why = _why(topic.ref, writers.get(topic.ref, []))
        yield Problem(topic.at, ID, f"nobody watches {edge.ref}: {why}, so add its owner", LEVEL)


def _why(topic: Ref, writers: list[Ref]) -> str:
    if not writers:
        return f"nothing writes {topic}"
    if len(writers) == 1:
        return f"{writers[0]}, which writes it, has no owner"
    return f"{', '.join(writers[:5])} write it and have no owner in common"
