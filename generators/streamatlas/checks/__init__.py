"""Checks of a graph: one rule a module, each with `ID`, `LEVEL` and `check(graph)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from streamatlas.checks import id, name, owner, reference, sql, unread, unwatched
from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem


class Check(Protocol):
    """What a module must have to be a check."""

    ID: str
    LEVEL: Level

    def check(self, graph: Graph) -> Iterator[Problem]:
        """Every place that breaks the rule."""


CHECKS: tuple[Check, ...] = (id, name, reference, owner, sql, unread, unwatched)


def run(graph: Graph, checks: tuple[Check, ...] = CHECKS) -> tuple[Problem, ...]:
    """What all the checks say, each problem once, by position."""
    return tuple(sorted({problem for check in checks for problem in check.check(graph)}))
