"""Two things never share one name in SQL, in metrics, in PostgreSQL or as a user of Kafka.

There `.` and `-` become `_`. Of two that are one name, a query would read the wrong one, a chart
would add both up, or a service would have the rights of another.

```yaml
topics:
  usage.hourly: {}
  usage-hourly: {}
```

Rename one of them; a service and a job of one id each say a `principal` of their own:

```yaml
services:
  usage: {owner: web, reads: usage.hourly, principal: usage-app}
jobs:
  usage: {owner: data, writes: usage.hourly}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from streamatlas.graph import names
from streamatlas.graph.access import ADMIN, COLLECTOR
from streamatlas.graph.edges import fact
from streamatlas.graph.graph import Graph, Job, Ref, Service
from streamatlas.model.problem import Level, Position, Problem

ID = "name"
LEVEL: Level = "error"

_ACTIVE = ("service/", "job/")

Named = tuple[str, str, Position]


def check(graph: Graph) -> Iterator[Problem]:
    """Every second bearer of a name, where it is declared."""
    for nodes in (graph.services, graph.topics, graph.jobs, graph.stores):
        named = [(names.metric(node.id), node.ref, node.at) for node in nodes.values()]
        yield from _shared(named, "in SQL and metrics")
    yield from _shared(_tables(graph), "in SQL")
    for job in graph.jobs.values():
        yield from _shared(_in_job(graph, job), f"in the SQL of {job.ref}")
    yield from _shared(_servers(graph), "in SQL and variables")
    yield from _shared(_stored(graph), "in PostgreSQL")
    yield from _shared(_users(graph), "as user of Kafka")


def _tables(graph: Graph) -> Iterator[Named]:
    """Topics and stores as they are named in a job."""
    kinds: dict[str, Named] = {}
    for node in (*graph.topics.values(), *graph.stores.values()):
        word = names.sql(node.ref)
        first = kinds.setdefault(word, (word, node.ref, node.at))
        if first[1].partition("/")[0] != node.kind:
            yield first
            yield word, node.ref, node.at


def _in_job(graph: Graph, job: Job) -> Iterator[Named]:
    """What a job reads, its steps, and what it writes: an output may be an input too."""
    edges = (*graph.inputs(job.ref), *graph.outputs(job.ref))
    own = any(fact(edge, "as", graph.positions) for edge in edges)
    if not job.steps and not own:  # all have the names that are compared above
        return
    for edge in edges:
        passive = edge.origin if edge.target == job.ref else edge.target
        yield edge.name, passive, fact(edge, "as", graph.positions) or edge.at
    for step in job.steps:
        yield step, f"step '{step}'", graph.positions.key("jobs", job.id, "steps", step)


def _servers(graph: Graph) -> Iterator[Named]:
    """Clusters, whose names stand in variables such as `$KAFKA_EDGE_ADDRESS`."""
    for source in graph.sources.values():
        at = graph.positions.key("environments", graph.environment, source.kind, source.cluster)
        word = names.metric(f"{source.kind}_{source.cluster}").lower()
        yield word, names.label(source.ref), at


def _stored(graph: Graph) -> Iterator[Named]:
    for store in graph.stores.values():
        if store.table != names.sql(store.id):
            at = graph.positions.value("stores", store.id, "table")
        else:
            at = store.at
        yield store.table, store.ref, at


def _users(graph: Graph) -> Iterator[Named]:
    yield names.metric(COLLECTOR), "the portal's collector", Position("")
    yield names.metric(ADMIN), "the cluster's operator", Position("")
    nodes: tuple[Service | Job, ...] = (*graph.services.values(), *graph.jobs.values())
    users = set(_at_topics(graph))
    for node in nodes:
        if node.ref in users:
            yield names.metric(node.principal).lower(), node.ref, node.at
    for edge in graph.edges:
        if at := fact(edge, "principal", graph.positions):
            active = edge.origin if edge.origin.startswith(_ACTIVE) else edge.target
            yield names.metric(edge.principal).lower(), active, at


def _at_topics(graph: Graph) -> Iterator[Ref]:
    """Whoever reads or writes a topic."""
    for edge in graph.edges:
        if edge.origin.startswith("topic/"):
            yield edge.target
        elif edge.target.startswith("topic/"):
            yield edge.origin


def _shared(named: Iterable[Named], where: str) -> Iterator[Problem]:
    seen: dict[str, Named] = {}
    for word, ref, at in named:
        _, first, first_at = seen.setdefault(word, (word, ref, at))
        if first == ref or first.lower() == ref.lower():
            continue
        line = f" ({first_at.seen_from(at)})" if first_at.file else ""
        yield Problem(at, ID, f"{ref} and {first}{line} are both '{word}' {where}", LEVEL)
