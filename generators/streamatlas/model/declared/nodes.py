"""What data flows through: services, topics and stores, what is normal there, and edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from streamatlas.model import calendar
from streamatlas.model.forms import (
    AGREED,
    DATA_REF,
    ID,
    LABEL,
    NAME,
    SCHEMA_REF,
    SQL_NAME,
    SUCCESSOR,
    TEXT,
)
from streamatlas.model.units import UnitError
from streamatlas.model.values import (
    Amounts,
    Day,
    Declared,
    Duration,
    Limit,
    Link,
    Rate,
    Size,
    TeamId,
    Texts,
    When,
    Whole,
    YesNo,
    Zone,
    read_by,
)


def edges(value: object) -> object:
    """An id, a list of ids, or a mapping from ids to facts, all as a mapping."""
    if isinstance(value, str):
        return {value: {}}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return {item: {} for item in value}
    if isinstance(value, list):
        raise UnitError("value", "a list of ids is meant here, or a mapping from ids to facts")
    return value


class Window(Declared):
    """A stretch of time in which another rate is normal."""

    at: When
    """When, in the owner's clock: start in, end out.

    Read by: combined normal, sandbox traffic, pages
    """
    rate: Rate | None = None
    """What is normal within the window.

    Example: 8k-20k/s
    Read by: combined normal, sandbox traffic, pages
    """
    records: Amounts | None = None
    """How many records the whole window brings.

    Read by: check records, sandbox traffic, manuals
    """
    required: YesNo | None = None
    """Whether the window must happen: its absence is then worth a page.

    Read by: checks required and window-gap, pages
    """
    why: Annotated[str, TEXT] = ""
    """What happens then.

    Example: daily batch
    Read by: pages
    """
    from_: Day | None = None
    """The first day of the window, included.

    Default: always
    """
    until: Day | None = None
    """The last day of the window, included.

    Default: for ever
    """


class Normal(Declared):
    """What is normal, and when its silence or delay is not."""

    rate: Rate | None = None
    """What is normal outside of all windows; always a range.

    Default: any rate
    Read by: combined normal, sandbox traffic, pages
    """
    silent_after: Duration | None = None
    """After how long a silence somebody is paged. On a store: the age of its newest `time`.

    Example: 5min
    Default: 5min where the rate's low end is above 0, else never
    Read by: status
    """
    latency: Duration | None = None
    """How old a result may be when it is written; on a job, what the job promises.

    Example: 25min
    Read by: check latency
    """
    grace: Duration | None = None
    """How long after its end a required window may still be short.

    Read by: pages
    """
    alerts_at: Limit | None = None
    """The rate at which the owner's own alerting begins.

    Read by: check alert-gap
    """
    agreed: Annotated[str, read_by(calendar.agreed), AGREED] = ""
    """When this was last agreed on, and with whom.

    Read by: check review
    """
    review_every: Duration | None = None
    """How long such an agreement holds.

    Example: 180d
    Read by: check review
    """
    windows: tuple[Window, ...] = ()
    """Stretches of time in which another rate is normal.

    Example: [{at: 09:10-09:15, rate: 8k-20k/s, why: daily batch}]
    Read by: combined normal, sandbox traffic, pages
    """


class Limits(Declared):
    """What a thing can take."""

    rate: Limit | None = None
    """The most records that it can take in a second, minute, hour or day.

    Read by: check limit, pages
    """
    size: Size | None = None
    """The most that it can hold.

    Example: 2TiB
    Read by: pages
    """


class Deprecated(Declared):
    """A thing that should no longer be used."""

    until: Day | None = None
    """The last day on which it may be used.

    Read by: check deprecated, pages
    """
    use: Annotated[str, SUCCESSOR] = ""
    """What to use instead.

    Example: topic/orders.v2
    """
    why: Annotated[str, TEXT] = ""
    """Why it goes.

    Example: amounts had no currency
    """


class Node(Declared):
    """What every service, topic, job and store may say."""

    owner: TeamId = ""
    """The team that owns it, and is paged for what leaves it.

    Example: shop
    Default: the `owner` on top of its file
    Read by: pages, triage
    """
    doc: Annotated[str, TEXT] = ""
    """What it is for, in a sentence.

    Example: Every paid order, once.
    Read by: pages, map, search
    """
    was: Texts = ()
    """Earlier ids: their links and history lead here. No topic is renamed by it.

    Example: orders-old
    Read by: pages, check was
    """
    also: Texts = ()
    """Other names that people search by.

    Example: purchases
    Read by: search
    """
    links: Mapping[Annotated[str, LABEL], Link] = Field(default_factory=dict)
    """Addresses that belong to it, by any name; `repository`, `dashboard` and `logs` are usual.

    Example: {repository: https://git.example.com/shop}
    Read by: pages, triage
    """
    deprecated: Deprecated | None = None
    """That it should no longer be used, and what to use instead.

    Example: {until: 2027-06-30, use: topic/orders.v2}
    Read by: check deprecated, pages
    """
    normal: Normal | None = None
    """What is normal for it.

    Example: {rate: 20-400/s, silent-after: 5min}
    Default: the sum of what flows in, as an upper bound
    Read by: combined normal, status, pages
    """
    limits: Limits | None = None
    """What it can take.

    Example: {rate: 25k/s}
    Read by: check limit, pages
    """


class EdgeFacts(Declared):
    """What an edge between two things says of itself."""

    watched_by: TeamId = ""
    """The team that is paged when the edge is not normal.

    Example: shop
    Default: the owner of what the edge leaves
    Read by: pages, triage
    """
    group: Annotated[str, NAME] = ""
    """The consumer group in Kafka.

    Example: reports
    Default: that of the service or job
    Read by: ACLs, SQL, status
    """
    principal: Annotated[str, NAME] = ""
    """The user in Kafka.

    Example: reports
    Default: that of the service or job
    Read by: ACLs, SQL
    """
    as_: Annotated[str, SQL_NAME] = ""
    """What SQL calls the topic or store here.

    Example: paid
    Default: the id with `_` for `.` and `-`; of a store, after `store_`
    Read by: SQL
    """
    doc: Annotated[str, TEXT] = ""
    """What flows here, and why.

    Example: Only paid orders.
    Read by: pages
    """


Edges: TypeAlias = Annotated[Mapping[Annotated[str, DATA_REF], EdgeFacts], BeforeValidator(edges)]


class Service(Node):
    """An upstream product or a downstream application, outside of streaming."""

    reads: Edges = Field(default_factory=dict)
    """The topics and stores that it reads: an id, a list, or a mapping to an edge's facts.

    Example: orders.paid
    Read by: map, ACLs, triage
    """
    writes: Edges = Field(default_factory=dict)
    """The topics and stores that it writes: an id, a list, or a mapping to an edge's facts.

    Example: orders
    Read by: map, ACLs, triage
    """
    principal: Annotated[str, NAME] = ""
    """Its user in Kafka.

    Example: web-shop
    Read by: ACLs
    """
    group: Annotated[str, NAME] = ""
    """Its consumer group in Kafka.

    Example: reports
    Read by: ACLs, status
    """


class Topic(Node):
    """A log in Kafka. Its owner is by default the one of all who write it."""

    schema_: Annotated[str, SCHEMA_REF] = ""
    """The schema of its records; needed where a job's query reads or writes it.

    Example: order
    Read by: SQL, manuals
    """
    partitions: Whole | None = None
    """How many parts it has.

    Read by: the Kafka definitions
    """
    replication: Whole | None = None
    """How many copies of it there are.

    Default: that of its cluster, 1
    Read by: the Kafka definitions
    """
    retention: Duration | None = None
    """How long records are kept.

    Read by: the Kafka definitions, check retention
    """
    compacted: YesNo | None = None
    """Whether only the newest record of each key is kept.

    Read by: the Kafka definitions, SQL
    """
    format: Literal["json"] | None = None
    """How records are written.

    Read by: SQL, manuals
    """
    timezone: Zone | None = None
    """The clock of its timestamps, only where they carry no offset.

    Example: America/Los_Angeles
    Read by: SQL, manuals
    """
    idle_timeout: Duration | None = None
    """After how long a silent partition no longer holds results back.

    Read by: SQL, check latency
    """
    bad_records: Literal["fail", "skip"] | None = None
    """Whether a job stops at a record that is not of the schema, or leaves it out.

    Read by: SQL
    """
    cluster: Annotated[str, ID] = ""
    """Which of the named Kafka clusters it is on.

    Example: edge
    Default: main
    Read by: the Kafka definitions, SQL
    """


class Store(Node):
    """A table in which data ends up."""

    kind: Literal["postgres"] | None = None
    """What it is kept in.

    Read by: table definitions, SQL
    """
    schema_: Annotated[str, SCHEMA_REF] = ""
    """The schema of its rows; its `id` is the primary key.

    Example: order-row
    Read by: table definitions, SQL
    """
    table: Annotated[str, SQL_NAME] = ""
    """The name of the table.

    Example: orders
    Default: the id with `_` for `.` and `-`
    Read by: table definitions, SQL
    """
    cluster: Annotated[str, ID] = ""
    """Which of the named PostgreSQL servers it is on.

    Example: archive
    Default: main
    Read by: table definitions, SQL
    """
