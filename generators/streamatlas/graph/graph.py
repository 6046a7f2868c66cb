"""Graph: the topology with every default applied, as the rest of the program reads it.

Only `graph.resolve` makes one. Nothing in it is optional but a true unknown (a topic without
schema, a node without declared normal). References are texts `KIND/ID`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position
from streamatlas.model.units import At, Keep, Range

Ref: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Team:
    """Who owns and watches things; `timezone` is an IANA name.

    `chat_limit` is in messages a second; `chat_webhook` is `$NAME`, or empty.
    """

    id: str
    chat: str
    on_call: str
    timezone: str
    doc: str
    at: Position
    chat_webhook: str
    chat_limit: float
    was: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> Ref:
        """`team/ID`."""
        return f"team/{self.id}"


@dataclass(frozen=True, slots=True)
class Window:
    """When and how a node differs from its base rate; dates are whole local days."""

    at: At
    rate: Range
    records: Range | None = None
    required: bool = False
    why: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Normal:
    """What is normal, in records per second and in the wall clock of `timezone`."""

    rate: Range
    timezone: str
    silent_after: timedelta | None = None
    latency: timedelta | None = None
    grace: timedelta = field(kw_only=True)
    alerts_at: float | None = None
    windows: tuple[Window, ...] = ()
    agreed: str = ""
    review_every: timedelta = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a node can take: `rate` in records per second, `size` in bytes."""

    rate: float | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Until when a node may be used (that day included), and what to use instead."""

    until: date | None = None
    use: Ref = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema; `type` is the declared text, such as `decimal(18,6)`."""

    name: str
    type: str
    unit: str = ""
    doc: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The shape of a record: what identifies it, what places it, when it happened.

    What it takes over from the schema that it is `like` is in it already.
    """

    id: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    key: tuple[str, ...]
    time: str | None
    out_of_order: timedelta
    doc: str = ""
    like: str = ""

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Query:
    """A job's words for one output or step.

    `select` is free SQL and excludes the rest. `sources` are references, or names of steps.
    `enrich` maps a topic's or store's reference to the field it is joined on.
    """

    select: str = ""
    sources: tuple[str, ...] = ()
    dedupe: bool = False
    where: str = ""
    set: Mapping[str, str] = field(default_factory=dict)
    enrich: Mapping[Ref, str] = field(default_factory=dict)
    tumble: timedelta | None = None
    group_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """What every service, topic, job and store has; `timezone` is its owner's."""

    kind: str
    id: str
    owner: str
    doc: str
    timezone: str
    at: Position
    normal: Normal | None
    limits: Limits = field(default=Limits(), kw_only=True)
    deprecated: Deprecated | None = field(default=None, kw_only=True)
    was: tuple[str, ...] = field(default=(), kw_only=True)
    also: tuple[str, ...] = field(default=(), kw_only=True)
    links: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def ref(self) -> Ref:
        """`KIND/ID`."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Node):
    """An upstream product or downstream application outside streaming."""

    principal: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Node):
    """A Kafka topic; `wall_clock` is the zone of timestamps that carry no offset, or None.

    `skips_bad` says that jobs leave out records that are not of the schema, rather than fail.
    """

    source: Ref
    schema: Schema | None
    partitions: int
    replication: int
    retention: timedelta
    compacted: bool
    format: str
    wall_clock: str | None
    idle_timeout: timedelta
    skips_bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Node):
    """Where data ends up; `table` is its name in SQL."""

    source: Ref
    engine: str
    schema: Schema | None
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Node):
    """A Flink job. `queries` maps each output that has one; a job without is only watched.

    `restart` is the shortest and the longest delay of exponential back-off.
    """

    source: Ref
    principal: str
    group: str
    parallelism: int
    taskmanager_memory: int
    checkpoint_interval: timedelta
    checkpoint_timeout: timedelta
    restart: tuple[timedelta, timedelta]
    guarantee: str
    state_ttl: timedelta | None
    savepoints: Keep
    worst_outage: timedelta
    steps: Mapping[str, Query]
    queries: Mapping[Ref, Query]


@dataclass(frozen=True, slots=True)
class Edge:
    """Data flowing from `origin` to `target`; `watcher` is the team paged for it.

    `principal` and `group` are those of the service or job unless the edge has its own.
    `name` is what SQL calls the topic or store there; `guarantee` is of a job's output.
    """

    origin: Ref
    target: Ref
    watcher: str
    at: Position
    doc: str = ""
    principal: str = ""
    group: str = ""
    name: str = ""
    guarantee: str = ""

    @property
    def ref(self) -> str:
        """`FROM -> TO`."""
        return f"{self.origin} -> {self.target}"


@dataclass(frozen=True, slots=True)
class Source:
    """A server that is asked: Flink, Kafka or PostgreSQL. Secrets are `$NAME`."""

    kind: str
    owner: str
    address: str
    user: str = ""
    password: str = ""
    gateway: str = ""
    state: str = ""
    cluster: str = ""
    token: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""

    @property
    def ref(self) -> Ref:
        """`source/KIND`, or `source/KIND.NAME` where a cluster is named."""
        return f"source/{self.kind}.{self.cluster}" if self.cluster else f"source/{self.kind}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that names something declared elsewhere, whether that exists or not."""

    ref: Ref
    at: Position


@dataclass(frozen=True, slots=True)
class Term:
    """What a word means here; `see` names other words or references."""

    doc: str
    see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A saved map: what is within `depth` edges of a node; all where that is None."""

    id: str
    of: Ref
    depth: int | None
    direction: str
    collapsed: tuple[Ref, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Work that was announced, on each day of `at` or on one; in the clock of `timezone`."""

    of: tuple[Ref, ...]
    when: At
    day: date | None
    timezone: str
    why: str
    at: Position


@dataclass(frozen=True, slots=True)
class Metrics:
    """Who exports metrics, and where their long history is read."""

    exporter: str
    address: str


@dataclass(frozen=True, slots=True)
class Deploy:
    """Commands around each job that is replaced, and how long each may take."""

    before: str
    after: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Graph:
    """The whole platform in one environment; every mapping keeps the order of the file.

    `scale` multiplies declared rates and limits where traffic is scaled (1 elsewhere).
    `digest` is that of the loaded files.
    """

    platform: str
    doc: str
    chat: str
    environment: str
    digest: str
    scale: float
    traffic: bool
    teams: Mapping[str, Team]
    services: Mapping[str, Service]
    topics: Mapping[str, Topic]
    jobs: Mapping[str, Job]
    stores: Mapping[str, Store]
    edges: tuple[Edge, ...]
    sources: Mapping[Ref, Source]
    glossary: Mapping[str, Term]
    positions: Positions = field(compare=False, repr=False)
    schemas: Mapping[str, Schema]
    references: tuple[Reference, ...]
    edit: str
    portal: str
    views: Mapping[str, View]
    maintenance: tuple[Maintenance, ...]
    metrics: Metrics
    deploy: Deploy
    _into: Mapping[Ref, tuple[Edge, ...]] = field(init=False, repr=False, compare=False)
    _from: Mapping[Ref, tuple[Edge, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Every room asks for a node's edges; to search all edges each time would be quadratic.
        object.__setattr__(self, "_into", _grouped((e.target, e) for e in self.edges))
        object.__setattr__(self, "_from", _grouped((e.origin, e) for e in self.edges))

    def nodes(self) -> Iterator[Service | Topic | Job | Store]:
        """Every service, topic, job and store, in that order."""
        yield from self.services.values()
        yield from self.topics.values()
        yield from self.jobs.values()
        yield from self.stores.values()

    def node(self, ref: Ref) -> Service | Topic | Job | Store:
        """The node of a reference; KeyError where there is none."""
        kind, _, name = ref.partition("/")
        kinds: Mapping[str, Mapping[str, Service | Topic | Job | Store]] = {
            "service": self.services,
            "topic": self.topics,
            "job": self.jobs,
            "store": self.stores,
        }
        return kinds[kind][name]

    def inputs(self, ref: Ref) -> tuple[Edge, ...]:
        """Edges that end in the node."""
        return self._into.get(ref, ())

    def outputs(self, ref: Ref) -> tuple[Edge, ...]:
        """Edges that leave the node."""
        return self._from.get(ref, ())


def _grouped(pairs: Iterator[tuple[Ref, Edge]]) -> dict[Ref, tuple[Edge, ...]]:
    grouped: dict[Ref, list[Edge]] = {}
    for ref, edge in pairs:
        grouped.setdefault(ref, []).append(edge)
    return {ref: tuple(edges) for ref, edges in grouped.items()}
