"""Checks of a graph: one rule a module, each with `ID`, `LEVEL` and `check(graph)`.

What depends on a day is a dated check, `check(graph, today)`: a build, which knows no day, leaves
it out. The docstring of a module is its page in the handbook, and what `--explain` prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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


# Who has more mistakes of one kind has made one mistake very often.
MOST = 1_000


def run(graph: Graph, checks: tuple[Check, ...] = CHECKS) -> tuple[Problem, ...]:
    """What all the checks say, each problem once, by position; of each the first `MOST`."""
    return tuple(sorted(p for check in checks for p in _first(check.check(graph))))


def due(graph: Graph, today: date) -> tuple[Problem, ...]:
    """What the dated checks say on that day, each problem once, by position."""
    return tuple(sorted(p for check in DATED for p in _first(check.check(graph, today))))


def _first(found: Iterator[Problem]) -> Iterator[Problem]:
    """Each problem once, and where there are too many, one that says so in place of the rest."""
    seen: set[Problem] = set()
    for problem in found:
        if len(seen) == MOST and problem not in seen:
            yield replace(problem, message=f"only {MOST:,} mistakes of this kind are shown at once")
            return
        if problem not in seen:
            seen.add(problem)
            yield problem
