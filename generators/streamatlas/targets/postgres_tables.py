"""PostgreSQL tables of all stores."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.sql.tables import ddl
from streamatlas.targets.file import Facts, File
from streamatlas.targets.placed import folders

NAME = "postgres-tables"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/postgres/tables.sql`, or one in the folder of each named database."""
    for folder, source in folders(facts.graph, "postgres"):
        stores = [s for s in facts.graph.stores.values() if s.source == source.ref]
        yield File(f"{folder}/tables.sql", ddl(stores))
