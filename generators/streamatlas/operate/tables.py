"""Tables: create those of the declared stores that are missing; alter and drop nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import psycopg

from streamatlas.graph.graph import Source, Store
from streamatlas.graph.names import label
from streamatlas.operate.step import OperateError, Step, UnreachableError

SECONDS = 10


@contextmanager
def connect(source: Source) -> Iterator[psycopg.Connection]:
    """A connection to a filled source; raises UnreachableError or OperateError in plain words."""
    try:
        with psycopg.connect(
            source.address.removeprefix("jdbc:"),
            user=source.user,
            password=source.password,
            connect_timeout=SECONDS,
            application_name="streamatlas",
        ) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise UnreachableError(f"{label(source.ref)} at {_shown(source)}: {_line(error)}") from None
    except psycopg.Error as error:
        raise OperateError(f"{label(source.ref)} at {_shown(source)}: {_line(error)}") from None


def plan(declared: Iterable[Store], running: Collection[str]) -> tuple[Step[Store], ...]:
    """A step for every store whose table is not there."""
    missing = (store for store in declared if store.table not in running)
    return tuple(Step("create", store.ref, store, f"table {store.table}") for store in missing)


def running(connection: psycopg.Connection) -> frozenset[str]:
    """The tables that an unqualified name finds."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
    return frozenset(row[0] for row in connection.execute(query))


def apply(connection: psycopg.Connection, steps: Iterable[Step[Store]], ddl: str) -> None:
    """Run the DDL (every statement says IF NOT EXISTS) if a step asks for it."""
    if tuple(steps):
        connection.execute(ddl.encode())


def _shown(source: Source) -> str:
    return source.address.removeprefix("jdbc:postgresql://").partition("?")[0]


def _line(error: psycopg.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[-1]
