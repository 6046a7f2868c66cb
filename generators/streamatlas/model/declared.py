"""Topology: what the file says, typed and frozen, with nothing added.

A field that is None, empty or missing was not written: `graph.resolve` alone knows what is
meant then. Keys of the file have hyphens where these names have underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from streamatlas.model import calendar, units
from streamatlas.model.units import Keep, UnitError
from streamatlas.model.values import (
    Amounts,
    Day,
    Declared,
    Duration,
    Limit,
    Rate,
    Secret,
    Size,
    Texts,
    When,
    Whole,
    YesNo,
    Zone,
    read_by,
    stands_for,
)


def _edges(value: object) -> object:
    """An id, a list of ids, or a mapping from ids to facts, all as a mapping."""
    if isinstance(value, str):
        return {value: {}}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return {item: {} for item in value}
    if isinstance(value, list):
        raise UnitError("value", "a list of ids is meant here, or a mapping from ids to facts")
    return value


def _clusters(value: object) -> object:
    """Keys right below a server's name mean one cluster, called main."""
    if isinstance(value, dict) and not any(isinstance(v, dict) for v in value.values()):
        return {"main": value}
    return value


def _format(text: str) -> int:
    if text != "1":
        raise UnitError("format", f"this reads format 1, not {text}")
    return 1


class Team(Declared):
    """People who own and watch things; `chat` is a channel without `#`."""

    chat: str
    timezone: Zone | None = None
    on_call: str = ""
    chat_webhook: Secret | None = None
    chat_limit: Limit | None = None
    doc: str = ""
    was: Texts = ()
    also: Texts = ()
    links: Mapping[str, str] = Field(default_factory=dict)


class Window(Declared):
    """A stretch of time in which another rate is normal; dates are whole local days."""

    at: When
    rate: Rate | None = None
    records: Amounts | None = None
    required: YesNo | None = None
    why: str = ""
    from_: Day | None = None
    until: Day | None = None


class Normal(Declared):
    """What is normal, and when its silence or delay is not."""

    rate: Rate | None = None
    silent_after: Duration | None = None
    latency: Duration | None = None
    grace: Duration | None = None
    alerts_at: Limit | None = None
    agreed: Annotated[str, read_by(calendar.agreed)] = ""
    review_every: Duration | None = None
    windows: tuple[Window, ...] = ()


class Limits(Declared):
    """What a node can take."""

    rate: Limit | None = None
    size: Size | None = None


class Deprecated(Declared):
    """Until when a node may be used, and what to use instead."""

    until: Day | None = None
    use: str = ""
    why: str = ""


class Node(Declared):
    """What every service, topic, job and store may say."""

    owner: str = ""
    doc: str = ""
    was: Texts = ()
    also: Texts = ()
    links: Mapping[str, str] = Field(default_factory=dict)
    deprecated: Deprecated | None = None
    normal: Normal | None = None
    limits: Limits | None = None


class EdgeFacts(Declared):
    """What an edge may say of itself; `as` is its name in SQL."""

    watched_by: str = ""
    group: str = ""
    principal: str = ""
    as_: str = ""
    doc: str = ""


Edges: TypeAlias = Annotated[Mapping[str, EdgeFacts], BeforeValidator(_edges)]


class Service(Node):
    """An upstream product or a downstream application."""

    reads: Edges = Field(default_factory=dict)
    writes: Edges = Field(default_factory=dict)
    principal: str = ""
    group: str = ""


class Topic(Node):
    """A Kafka topic."""

    schema_: str = ""
    partitions: Whole | None = None
    replication: Whole | None = None
    retention: Duration | None = None
    compacted: YesNo | None = None
    format: Literal["json"] | None = None
    timezone: Zone | None = None
    idle_timeout: Duration | None = None
    bad_records: Literal["fail", "skip"] | None = None
    cluster: str = ""


class Store(Node):
    """A table in which data ends up."""

    kind: Literal["postgres"] | None = None
    schema_: str = ""
    table: str = ""
    cluster: str = ""


class FieldFacts(Declared):
    """One field of a schema."""

    type: Annotated[str, read_by(units.field_type)]
    unit: str = ""
    doc: str = ""
    classification: Literal["public", "internal", "customer", "secret"] | None = None


class Schema(Declared):
    """The shape of a record."""

    id: Texts = ()
    key: Texts = ()
    time: str = ""
    out_of_order: Duration | None = None
    like: str = ""
    doc: str = ""
    fields_: Mapping[str, Annotated[FieldFacts, stands_for("type")]] = Field(default_factory=dict)


class Words(Declared):
    """Words that compose to a query, or free SQL in `select`."""

    select: str = ""
    from_: Texts = ()
    dedupe: YesNo | None = None
    where: str = ""
    set: Mapping[str, str] = Field(default_factory=dict)
    enrich: Mapping[str, str] = Field(default_factory=dict)
    tumble: Duration | None = None
    group_by: Texts = ()


class Output(Words, EdgeFacts):
    """What a job writes to one place, and what that edge says of itself."""

    guarantee: Literal["exactly-once", "at-least-once"] | None = None


class Job(Node):
    """A Flink job; the words beside `writes` hold for each output that has a query."""

    reads: Edges = Field(default_factory=dict)
    writes: Annotated[
        Mapping[str, Annotated[Output, stands_for("select")]], BeforeValidator(_edges)
    ] = Field(default_factory=dict)
    steps: Mapping[str, Annotated[Words, stands_for("select")]] = Field(default_factory=dict)
    dedupe: YesNo | None = None
    where: str = ""
    set: Mapping[str, str] = Field(default_factory=dict)
    tumble: Duration | None = None
    group_by: Texts = ()
    principal: str = ""
    group: str = ""
    cluster: str = ""
    parallelism: Whole | None = None
    taskmanager_memory: Size | None = None
    checkpoint_interval: Duration | None = None
    restart: Annotated[tuple[timedelta, timedelta], read_by(units.restart)] | None = None
    guarantee: Literal["exactly-once", "at-least-once"] | None = None
    savepoints: Annotated[Keep, read_by(units.keep)] | None = None
    worst_outage: Duration | None = None
    state_ttl: Duration | None = None


class Term(Declared):
    """What a word means here."""

    doc: str
    see: Texts = ()


class View(Declared):
    """A saved map."""

    of: str
    depth: Annotated[str, read_by(units.depth)] = ""
    direction: Literal["both", "upstream", "downstream"] | None = None
    collapsed: Texts = ()


class Maintenance(Declared):
    """Work that was announced."""

    of: Texts
    at: When
    date: Day | None = None
    timezone: Zone | None = None
    why: str = ""


class Traffic(Declared):
    """How much of the declared rates the sandbox sends."""

    scale: Annotated[float, read_by(units.fraction)] | None = None


class Server(Declared):
    """What every server that is asked has."""

    address: str = ""
    user: str = ""
    password: Secret | None = None


class Kafka(Server):
    """A Kafka cluster."""

    ca: str = ""
    cert: str = ""
    key: str = ""
    replication: Whole | None = None


class Flink(Server):
    """A Flink cluster with its SQL gateway; `state` is the folder of its checkpoints."""

    gateway: str = ""
    state: str = ""
    token: Secret | None = None
    ca: str = ""


class Metrics(Declared):
    """Where long history is read."""

    from_: Literal["portal", "kminion", "kafka-exporter"] | None = None
    address: str = ""


class Deploy(Declared):
    """Commands around each job that is replaced."""

    before: str = ""
    after: str = ""
    within: Duration | None = None


class NodeOverride(Declared):
    """Operating facts of a service or store in one environment."""

    limits: Limits | None = None


class TopicOverride(NodeOverride):
    """Operating facts of a topic in one environment."""

    partitions: Whole | None = None
    replication: Whole | None = None
    retention: Duration | None = None


class JobOverride(NodeOverride):
    """Operating facts of a job in one environment."""

    parallelism: Whole | None = None
    taskmanager_memory: Size | None = None
    checkpoint_interval: Duration | None = None


Clusters = BeforeValidator(_clusters)


class Environment(Declared):
    """Servers of one environment, and what is different there."""

    portal: str = ""
    traffic: Traffic | None = None
    kafka: Annotated[Mapping[str, Kafka], Clusters] = Field(default_factory=dict)
    flink: Annotated[Mapping[str, Flink], Clusters] = Field(default_factory=dict)
    postgres: Annotated[Mapping[str, Server], Clusters] = Field(default_factory=dict)
    metrics: Metrics | None = None
    deploy: Deploy | None = None
    services: Mapping[str, NodeOverride] = Field(default_factory=dict)
    topics: Mapping[str, TopicOverride] = Field(default_factory=dict)
    jobs: Mapping[str, JobOverride] = Field(default_factory=dict)
    stores: Mapping[str, NodeOverride] = Field(default_factory=dict)


class Topology(Declared):
    """The whole of the main file and the files that it includes."""

    platform: str
    format: Annotated[int, read_by(_format)] | None = None
    doc: str = ""
    chat: str = ""
    edit: str = ""
    include: Texts = ()
    teams: Mapping[str, Team] = Field(default_factory=dict)
    services: Mapping[str, Service] = Field(default_factory=dict)
    topics: Mapping[str, Topic] = Field(default_factory=dict)
    stores: Mapping[str, Store] = Field(default_factory=dict)
    schemas: Mapping[str, Schema] = Field(default_factory=dict)
    jobs: Mapping[str, Job] = Field(default_factory=dict)
    glossary: Mapping[str, Annotated[Term, stands_for("doc")]] = Field(default_factory=dict)
    views: Mapping[str, View] = Field(default_factory=dict)
    maintenance: tuple[Maintenance, ...] = ()
    environments: Mapping[str, Environment] = Field(default_factory=dict)
