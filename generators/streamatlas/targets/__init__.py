"""Targets: what is generated from a graph. A target is a module with a name and one function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from streamatlas.targets import (
    facts,
    flink_sql,
    glossary,
    graph_json,
    kafka_acls,
    kafka_topics,
    manual,
    map,
    pages,
    postgres_tables,
    triage,
)
from streamatlas.targets.file import Facts, File


class Target(Protocol):
    """The shape of a target's module."""

    NAME: str

    def generate(self, facts: Facts) -> Iterator[File]:
        """The files that the target makes of the facts."""
        ...


TARGETS: tuple[Target, ...] = (
    kafka_topics,
    kafka_acls,
    flink_sql,
    postgres_tables,
    pages,
    map,
    triage,
    glossary,
    manual,
    facts,
    graph_json,
)
