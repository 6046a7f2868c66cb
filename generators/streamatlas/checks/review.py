"""What was agreed on as normal is looked at again from time to time.

Traffic grows, batches move, people leave. An old agreement calls an outage normal, or pages
somebody for what is normal by now.

```yaml
normal: {rate: 200-900/s, agreed: 2026-03-02 with the lead of meet}
```

Look at the last weeks together with the owner, then write the new date. `review-every` says how
long an agreement holds:

```yaml
normal: {rate: 300-1.2k/s, agreed: 2026-11-24 with the lead of meet, review-every: 90d}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import say_duration

ID = "review"
LEVEL: Level = "warning"

_SECTIONS = {"service": "services", "topic": "topics", "job": "jobs", "store": "stores"}


def check(graph: Graph, today: date) -> Iterator[Problem]:
    """Agreements that are older than `review-every`."""
    for node in graph.nodes():
        if node.normal is None or not node.normal.agreed:
            continue
        agreed = date.fromisoformat(node.normal.agreed.partition(" ")[0])
        every = node.normal.review_every
        if agreed + every < today:
            at = graph.positions.value(_SECTIONS[node.kind], node.id, "normal", "agreed")
            due = f"to be reviewed by {agreed + every} (every {say_duration(every)})"
            yield Problem(at, ID, f"agreed {agreed}, {due}", LEVEL)
