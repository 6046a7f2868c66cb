"""Streams: what each service sends to each topic, as resolved from its declared normal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, TypeAlias

from streamatlas.graph.graph import Field, Graph, Job, Normal, Query, Schema, Service, Topic
from streamatlas.graph.normals import GRACE, REVIEW_EVERY
from streamatlas.model.units import Range
from streamatlas.sandbox.traffic.values import SMALLEST_POOL, Pools, is_number, listed

Shape: TypeAlias = Literal["unique", "summed", "entity"]
LARGEST_POOL = 20_000
_NOTHING_SAID = Normal(Range(0, 10), "UTC", grace=GRACE, review_every=REVIEW_EVERY)
_NO_SCHEMA = Schema(
    "record",
    (Field("id", "string"), Field("value", "double"), Field("at", "timestamp")),
    ("id",),
    ("id",),
    "at",
    timedelta(minutes=1),
)


@dataclass(frozen=True, slots=True)
class Stream:
    """One service's records for one topic; `share` scales its declared rates."""

    service: Service
    topic: Topic
    schema: Schema
    normal: Normal
    share: float
    pools: Pools

    @property
    def name(self) -> str:
        """`service -> topic`, also the seed of everything random."""
        return f"{self.service.id} -> {self.topic.id}"

    @property
    def shape(self) -> Shape:
        """How records are told apart: each its own, one a period, or the newest of a thing."""
        return _shape(self.topic, self.schema)

    @property
    def period(self) -> int:
        """Seconds between two records of one identity, where the sender adds up."""
        name = self.schema.time or ""
        return 86_400 if name.startswith("day") else 3600 if name.startswith("hour") else 60


def _shape(topic: Topic, schema: Schema) -> Shape:
    if schema.time in schema.identity and len(schema.identity) > 1:
        return "summed"
    return "entity" if topic.compacted else "unique"


def streams(graph: Graph) -> tuple[Stream, ...]:
    """Every service with every topic that it writes."""
    drafts = tuple(_drafts(graph))
    pools = _pools(graph, drafts)
    return tuple(replace(draft, pools=pools) for draft in drafts)


def _drafts(graph: Graph) -> Iterator[Stream]:
    for service in graph.services.values():
        targets = [edge.target for edge in graph.outputs(service.ref)]
        topics = [topic for topic in graph.topics.values() if topic.ref in targets]
        for topic in topics:
            normal, among = _normal(graph, service, topic, len(topics))
            schema = topic.schema or _NO_SCHEMA
            yield Stream(service, topic, schema, normal, graph.scale / among, Pools())


def _normal(graph: Graph, service: Service, topic: Topic, topics: int) -> tuple[Normal, int]:
    """The normal that holds for the stream, and among how many streams it is divided."""
    if service.normal is not None:
        return service.normal, topics
    writers = sum(edge.origin.startswith("service/") for edge in graph.inputs(topic.ref))
    return topic.normal or _NOTHING_SAID, writers


def _pools(graph: Graph, drafts: tuple[Stream, ...]) -> Pools:
    joined = {on for job in graph.jobs.values() for q in _queries(job) for on in q.enrich.values()}
    keys = {s.identity[0] for s in _referred(graph) if len(s.identity) == 1}
    pools = Pools(frozenset(joined | keys))
    sizes: dict[str, int] = {}
    for draft in drafts:
        if draft.shape == "summed" and (name := _first_entity(draft.schema, pools)):
            needed = math.ceil(1.2 * _most(draft) / _combinations(draft.schema, name))
            wanted = min(max(SMALLEST_POOL, needed), LARGEST_POOL)
            sizes[name] = max(sizes.get(name, 0), wanted)
    return replace(pools, sizes=sizes)


def _queries(job: Job) -> tuple[Query, ...]:
    return (*job.steps.values(), *job.queries.values())


def _referred(graph: Graph) -> Iterator[Schema]:
    yield from (store.schema for store in graph.stores.values() if store.schema)
    yield from (t.schema for t in graph.topics.values() if t.schema and t.compacted)


def _first_entity(schema: Schema, pools: Pools) -> str | None:
    fields = (schema.field(name) for name in schema.identity)
    names = (f.name for f in fields if f and f.type == "string")
    return next((name for name in names if pools.is_entity(name)), None)


def _most(draft: Stream) -> float:
    rates = [draft.normal.rate, *(window.rate for window in draft.normal.windows)]
    return max(r.high or 2 * r.low for r in rates) * draft.share * draft.period


def _combinations(schema: Schema, but: str) -> int:
    fields = (schema.field(name) for name in schema.identity if name != but)
    return math.prod(len(listed(f.doc)) or 1 for f in fields if f)


def measures(schema: Schema) -> tuple[Field, ...]:
    """The fields that can be added up."""
    return tuple(f for f in schema.fields if is_number(f.type) and f.name not in schema.identity)
