"""Nothing is deleted before a job could have read it.

`worst-outage` says for how long a job may be down without loss, 3d where it is not written. Kafka
deletes what is older than the topic's `retention`, read or not. If a job comes back after a long
weekend and the records of Friday are gone, totals are too small and nothing says so.

```yaml
topics:
  usage.raw.maps: {retention: 1d}
jobs:
  usage-aggregation: {reads: usage.raw.maps}  # worst-outage: 3d
```

Keep records for longer than the longest outage that you plan for, or plan for a shorter one:

```yaml
topics:
  usage.raw.maps: {retention: 7d}
```

A compacted topic keeps the newest record of each key whatever its age, so this is not about it.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.graph.overrides import place
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import say_duration

ID = "retention"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Topics that forget sooner than a job that reads them may come back."""
    for topic in graph.topics.values():
        if topic.compacted:
            continue
        at, where = place(graph, topic, "retention")
        for edge in graph.outputs(topic.ref):
            job = graph.jobs.get(edge.target.removeprefix("job/"))
            if job and job.ref == edge.target and topic.retention < job.worst_outage:
                down, kept = say_duration(job.worst_outage), say_duration(topic.retention)
                message = (
                    f"{job.ref} may be down for {down} (worst-outage), "
                    f"unread records are deleted after {kept}{where}"
                )
                yield Problem(at, ID, message, LEVEL)
