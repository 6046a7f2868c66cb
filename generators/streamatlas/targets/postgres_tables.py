"""PostgreSQL tables of all stores."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.sql.tables import ddl
from streamatlas.targets.file import Facts, File

NAME = "postgres-tables"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/postgres/tables.sql`."""
    graph = facts.graph
    yield File(f"definitions/{graph.environment}/postgres/tables.sql", ddl(graph))
