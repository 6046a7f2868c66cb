"""Checks of a graph: one rule a module, each with `ID`, `LEVEL` and `check(graph)`.

What depends on a day is a dated check, `check(graph, today)`: a build, which knows no day, leaves
it out. The docstring of a module is its page in the handbook, and what `--explain` prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from streamatlas.checks import (
    alert_gap,
    batch_in_stream,
    changelog,
    cycle,
    deprecated,
    fields,
    id,
    latency,
    like,
    limit,
    link,
    name,
    owner,
    records,
    reference,
    repeats,
    required,
    retention,
    review,
    schema_field,
    sql,
    state,
    transaction,
    undeclared,
    units,
    unread_topic,
    unwatched,
    was,
    window_dates,
    window_dst,
    window_gap,
)
from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem


class Check(Protocol):
    """What a module must have to be a check."""

    ID: str
    LEVEL: Level

    def check(self, graph: Graph) -> Iterator[Problem]:
        """Every place that breaks the rule."""


class Dated(Protocol):
    """What a module must have to be a check that depends on the day."""

    ID: str
    LEVEL: Level

    def check(self, graph: Graph, today: date) -> Iterator[Problem]:
        """Every place that breaks the rule on that day, or in the 366 days after it."""


CHECKS: tuple[Check, ...] = (
    id,
    name,
    was,
    reference,
    owner,
    link,
    schema_field,
    like,
    window_dates,
    required,
    records,
    cycle,
    sql,
    undeclared,
    fields,
    repeats,
    units,
    changelog,
    batch_in_stream,
    state,
    transaction,
    retention,
    latency,
    unread_topic,
    unwatched,
)
DATED: tuple[Dated, ...] = (review, window_dst, window_gap, deprecated, limit, alert_gap)


def run(graph: Graph, checks: tuple[Check, ...] = CHECKS) -> tuple[Problem, ...]:
    """What all the checks say, each problem once, by position."""
    return tuple(sorted({problem for check in checks for problem in check.check(graph)}))


def due(graph: Graph, today: date) -> tuple[Problem, ...]:
    """What the dated checks say on that day, each problem once, by position."""
    return tuple(sorted({problem for one in DATED for problem in one.check(graph, today)}))
