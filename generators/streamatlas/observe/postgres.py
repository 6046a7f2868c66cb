"""Reads a PostgreSQL database: whether it answers, and what its tables hold and take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from streamatlas.graph.graph import Ref, Source
from streamatlas.model.observed import ABSENT, Reading, Snapshot, StoreState
from streamatlas.observe.answers import AnswerError, plain

COUNTED = 10_000
"""Tables that seem to hold fewer rows are counted: after a crash the statistics begin at 0."""

_STATISTICS = """
SELECT s.relname, s.schemaname, greatest(s.n_live_tup, c.reltuples::bigint, 0),
       s.n_tup_ins + s.n_tup_upd + s.n_tup_del
FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
WHERE s.relname = ANY(%s)
"""
_COUNT = sql.SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS counted")

_LIMITS = "-c lock_timeout=200 -c statement_timeout=3000"
_UNREADABLE = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.UndefinedTable,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
)

Connection = psycopg.AsyncConnection[TupleRow]


class PostgresReader:
    """One database. `tables` maps declared tables to references of stores."""

    def __init__(self, source: Source, tables: Mapping[str, Ref]) -> None:
        self._source = source
        self._tables = tables
        self._connection: Connection | None = None

    async def aclose(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def read(self, now: datetime, end: float) -> Snapshot:
        """One poll, over by `end` (the event loop's time) whatever PostgreSQL does."""
        try:
            async with asyncio.timeout_at(end):
                tables = await self._read()
        except (TimeoutError, AnswerError) as error:
            await self.aclose()
            reason = str(error) or "timed out"
            return self._nothing(now, reason)
        stores = {
            ref: Reading(tables[table], now) if table in tables else Reading(missing=ABSENT)
            for table, ref in self._tables.items()
        }
        return Snapshot(now, {self._source.ref: Reading(at=now)}, stores=stores)

    def _nothing(self, now: datetime, reason: str) -> Snapshot:
        return Snapshot(
            now,
            {self._source.ref: Reading(missing=reason)},
            stores={ref: Reading(missing=reason) for ref in self._tables.values()},
        )

    async def _read(self) -> dict[str, StoreState]:
        """The declared tables that exist. Raises AnswerError."""
        try:
            connection = await self._connected()
            cursor = await connection.execute(_STATISTICS, [list(self._tables)])
            found = {}
            for table, schema, rows, writes in await cursor.fetchall():
                rows = rows if rows >= COUNTED else await _count(connection, schema, table, rows)
                found[table] = StoreState(rows, writes)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            raise AnswerError(plain(str(error))) from None
        except psycopg.Error:
            raise AnswerError("the statistics cannot be read") from None
        return found

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._source.address.removeprefix("jdbc:"),
                user=self._source.user or None,
                password=self._source.password or None,
                application_name="streamatlas",
                options=_LIMITS,
                autocommit=True,
            )
        return self._connection


async def _count(connection: Connection, schema: str, table: str, estimate: int) -> int:
    """At most COUNTED rows; the estimate where the table may not be read, or is locked."""
    query = _COUNT.format(sql.Identifier(schema, table), sql.Literal(COUNTED))
    try:
        row = await (await connection.execute(query)).fetchone()
    except _UNREADABLE:
        return estimate
    return max(estimate, row[0]) if row else estimate
