"""Everything has an owner.

Who owns a thing is asked about it and paged for it. What belongs to nobody is found out in the
night in which it fails.

```yaml
jobs:
  paid-orders: {reads: orders, writes: orders.paid}
```

Add the team. A topic belongs to the team that owns all who write it, if it is one. On top of a
file, `owner` holds for all that the file declares, which then is that team's alone:

```yaml
jobs:
  paid-orders: {owner: data, reads: orders, writes: orders.paid}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem

ID = "owner"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Nodes that nobody owns; a topic that is read is left to the rule on watchers."""
    left = {edge.origin for edge in graph.edges}
    for node in graph.nodes():
        if node.owner or (node.kind == "topic" and node.ref in left):
            continue
        why = " and no single team writes it" if node.kind == "topic" else ""
        yield Problem(node.at, ID, f"{node.ref} has no owner{why}: add owner: TEAM", LEVEL)
