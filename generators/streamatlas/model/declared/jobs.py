"""Flink jobs, and the words that their queries are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from streamatlas.model import units
from streamatlas.model.declared.nodes import EdgeFacts, Edges, Node, edges
from streamatlas.model.forms import (
    DATA_REF,
    EXPRESSION,
    FIELD,
    ID,
    INPUT,
    KEEP,
    NAME,
    QUERY,
    RESTART,
    STEP,
)
from streamatlas.model.units import Keep
from streamatlas.model.values import (
    Declared,
    Duration,
    Size,
    StandsFor,
    Texts,
    Whole,
    YesNo,
    read_by,
)


class Words(Declared):
    """A query: free SQL in `select`, or words that compose in this order."""

    select: Annotated[str, QUERY] = ""
    """One SELECT over the steps and the job's inputs; the other words then stay out.

    Example: SELECT order_id, amount FROM orders WHERE amount > 0
    """
    from_: Annotated[Texts, INPUT] = ()
    """What is read: topics, or earlier steps; several are put together by field name.

    Example: [orders.web, orders.phone]
    """
    dedupe: YesNo | None = None
    """Whether of each `id` only the record that arrives first counts."""
    where: Annotated[str, EXPRESSION] = ""
    """Which rows count: a condition in SQL.

    Example: amount > 0
    """
    set: Mapping[Annotated[str, FIELD], Annotated[str, EXPRESSION]] = Field(default_factory=dict)
    """Columns that are computed, or renamed.

    Example: {amount: SUM(amount)}
    """
    enrich: Mapping[Annotated[str, DATA_REF], Annotated[str, FIELD]] = Field(default_factory=dict)
    """Fields are added from a compacted topic as of event time, or from a store as of now.

    Each is mapped to the field that it is joined on.

    Example: {customers: customer_id}
    """
    tumble: Duration | None = None
    """The length of the windows that are added up, by event time.

    Example: 1min
    """
    group_by: Annotated[Texts, FIELD] = ()
    """The columns whose values are added up apart.

    Example: [customer_id, currency]
    """


class Output(Words, EdgeFacts):
    """What a job writes to one place, and what that edge says of itself."""

    guarantee: Literal["exactly-once", "at-least-once"] | None = None
    """What holds for this output when the job restarts.

    Default: that of the job
    Read by: SQL
    """


class Job(Node):
    """A Flink job. Without a query it is documented and watched, not generated."""

    reads: Edges = Field(default_factory=dict)
    """What it reads besides the `from` and `enrich` of its queries.

    An id, a list, or a mapping to an edge's facts.

    Example: orders
    Read by: map, ACLs, SQL
    """
    writes: Annotated[
        Mapping[Annotated[str, DATA_REF], Annotated[Output, StandsFor("select")]],
        BeforeValidator(edges),
    ] = Field(default_factory=dict)
    """What it writes: ids alone, or each output with its query.

    Example: {orders.paid: {from: orders, where: paid}}
    Read by: map, ACLs, SQL
    """
    steps: Mapping[Annotated[str, STEP], Annotated[Words, StandsFor("select")]] = Field(
        default_factory=dict
    )
    """Named queries that later ones read.

    Example: {valid: {from: orders, dedupe: true}}
    Read by: SQL
    """
    dedupe: YesNo | None = None
    """Whether of each `id` only the record that arrives first counts.

    It holds for each output with `from` that does not say otherwise, as do `where`, `set`,
    `tumble` and `group-by` beside it.

    Read by: SQL
    """
    where: Annotated[str, EXPRESSION] = ""
    """Which rows count, for each output with `from` that does not say otherwise.

    Example: amount > 0
    Read by: SQL
    """
    set: Mapping[Annotated[str, FIELD], Annotated[str, EXPRESSION]] = Field(default_factory=dict)
    """Columns that are computed, for each output with `from` that does not say otherwise.

    Example: {amount: SUM(amount)}
    Read by: SQL
    """
    tumble: Duration | None = None
    """The length of windows, for each output with `from` that does not say otherwise.

    Example: 1min
    Read by: SQL
    """
    group_by: Annotated[Texts, FIELD] = ()
    """What is added up apart, for each output with `from` that does not say otherwise.

    Example: [customer_id, currency]
    Read by: SQL
    """
    principal: Annotated[str, NAME] = ""
    """Its user in Kafka.

    Example: paid-orders
    Read by: ACLs, SQL
    """
    group: Annotated[str, NAME] = ""
    """Its consumer group in Kafka.

    Example: paid-orders
    Read by: ACLs, SQL, status
    """
    cluster: Annotated[str, ID] = ""
    """Which of the named Flink clusters it runs on.

    Example: batch
    Default: main
    Read by: deploy, status
    """
    parallelism: Whole | None = None
    """In how many parts it runs.

    Read by: deploy, status
    """
    taskmanager_memory: Size | None = None
    """The memory of each of its TaskManagers.

    Read by: pages
    """
    checkpoint_interval: Duration | None = None
    """How often its state is saved; results appear that often.

    Example: 30s
    Read by: SQL, check latency
    """
    restart: Annotated[tuple[timedelta, timedelta], read_by(units.restart), RESTART] | None = None
    """The shortest and the longest wait before it starts again; it doubles in between.

    Read by: SQL, check transaction
    """
    guarantee: Literal["exactly-once", "at-least-once"] | None = None
    """What holds for its outputs when it restarts.

    Read by: SQL
    """
    savepoints: Annotated[Keep, read_by(units.keep), KEEP] | None = None
    """Which savepoints are kept: the newest few, all younger than an age, or both.

    Read by: savepoints, pages
    """
    worst_outage: Duration | None = None
    """For how long it may be down with nothing lost.

    Example: 3d
    Read by: checks retention and state, pages
    """
    state_ttl: Duration | None = None
    """After how long without a change the state of a key is forgotten.

    Example: 7d
    Default: none; needed where a query would keep state for ever
    Read by: SQL, check state
    """
