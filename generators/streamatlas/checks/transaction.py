"""A job commits what it wrote before Kafka gives the transaction up.

An exactly-once output becomes visible with the next checkpoint. The job writes in a transaction of
Kafka that may last 14 minutes; if there is no checkpoint for so long, Kafka aborts it and what was
written is lost, although the job goes on. The longest pause is the checkpoint interval, the 5
minutes that one checkpoint may take, and the longest delay before a restart.

```yaml
jobs:
  usage-pipeline: {checkpoint-interval: 10min}  # + 5min + 2min
```

Take checkpoints more often, restart sooner, or be content with records that may come twice:

```yaml
jobs:
  usage-pipeline: {checkpoint-interval: 1min}
  clicks: {guarantee: at-least-once, checkpoint-interval: 10min}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from streamatlas.graph.graph import Graph, Job
from streamatlas.graph.overrides import place, written
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import say_duration

ID = "transaction"
LEVEL: Level = "error"

# One minute below the broker's own limit, so that it is ours that is reached first.
TRANSACTION = timedelta(minutes=14)


def check(graph: Graph) -> Iterator[Problem]:
    """Jobs whose pauses may outlast the transactions that their generated SQL opens."""
    for job in graph.jobs.values():
        longest = job.checkpoint_interval + job.checkpoint_timeout + job.restart[1]
        if longest <= TRANSACTION or not _commits(graph, job):
            continue
        at, where = place(graph, job, _cause(graph, job))
        message = (
            f"{say_duration(job.checkpoint_interval)} + {say_duration(job.checkpoint_timeout)} "
            f"timeout + {say_duration(job.restart[1])} restart{where}: "
            f"longer than the {say_duration(TRANSACTION)} of a Kafka transaction"
        )
        yield Problem(at, ID, message, LEVEL)


def _commits(graph: Graph, job: Job) -> bool:
    return any(
        edge.guarantee == "exactly-once"
        and edge.target.startswith("topic/")
        and edge.target in job.queries
        for edge in graph.outputs(job.ref)
    )


def _cause(graph: Graph, job: Job) -> str:
    """The longest of the durations that were written."""
    lasts = {"checkpoint-interval": job.checkpoint_interval, "restart": job.restart[1]}
    return max(lasts, key=lambda key: (written(graph, job, key), lasts[key]))
