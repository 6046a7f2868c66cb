"""Services and stores: who owns reference data upserts it, who reads a store asks it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Placeholder
from psycopg.types.json import Jsonb

from streamatlas.graph.graph import Field, Graph, Schema, Service, Source, Store
from streamatlas.sandbox.traffic.values import Pools, entity, is_number, listed, maker


@dataclass(frozen=True, slots=True)
class Use:
    """One service with one store that it reads or writes."""

    service: Service
    store: Store
    schema: Schema

    @property
    def name(self) -> str:
        """`service, store/x`."""
        return f"{self.service.id}, {self.store.ref}"


def writers(graph: Graph) -> tuple[Use, ...]:
    """Services that write a store: reference data is theirs."""
    pairs = ((s, edge.target) for s in graph.services.values() for edge in graph.outputs(s.ref))
    return tuple(_uses(graph, pairs))


def readers(graph: Graph) -> tuple[Use, ...]:
    """Services that read a store."""
    pairs = ((s, edge.origin) for s in graph.services.values() for edge in graph.inputs(s.ref))
    return tuple(_uses(graph, pairs))


def _uses(graph: Graph, pairs: Iterator[tuple[Service, str]]) -> Iterator[Use]:
    stores = {store.ref: store for store in graph.stores.values() if store.schema}
    for service, ref in pairs:
        if (store := stores.get(ref)) and store.schema:
            yield Use(service, store, store.schema)


def rows(use: Use, pools: Pools, at: datetime) -> Iterator[tuple[Any, ...]]:
    """One row of every entity; the same entity always gets the same values."""
    for number in range(_many(use, pools)):
        rng = Random(f"{use.store.ref} {number}")
        yield tuple(_value(use, field, pools, rng, number, at) for field in use.schema.fields)


def _many(use: Use, pools: Pools) -> int:
    return max((pools.size(name) for name in use.schema.identity), default=1)


def _value(use: Use, field: Field, pools: Pools, rng: Random, number: int, at: datetime) -> Any:
    if field.type == "timestamp":
        return at.astimezone(UTC).replace(tzinfo=None)  # stores keep UTC without a zone
    if field.type == "string":
        return _text(use, field, pools, rng, number)
    if field.name in use.schema.identity and is_number(field.type):
        return number
    return _native(field, maker(field, lambda _: use.service.id, None)(rng, at))


def _text(use: Use, field: Field, pools: Pools, rng: Random, number: int) -> str:
    if field.name in use.schema.identity:
        return entity(field.name, number)
    if pools.is_entity(field.name):
        return entity(field.name, rng.randrange(pools.size(field.name)))
    return rng.choice(listed(field.doc) or tuple(f"{field.name}-{n}" for n in range(1, 5)))


def _native(field: Field, value: Any) -> Any:
    if field.type == "bytes":
        return base64.b64decode(value)
    if field.type == "date":
        return date.fromisoformat(value)
    return Jsonb(value) if isinstance(value, dict) else value


def upsert(use: Use) -> Composed:
    """The INSERT ... ON CONFLICT of one row."""
    names = [field.name for field in use.schema.fields]
    rest = [name for name in names if name not in use.schema.identity]
    keys = SQL(", ").join(map(Identifier, use.schema.identity))
    change = SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(n)) for n in rest)
    conflict = SQL(" ON CONFLICT ({}) DO ").format(keys) if use.schema.identity else SQL("")
    then = SQL("UPDATE SET {}").format(change) if rest else SQL("NOTHING")
    return SQL("INSERT INTO {} ({}) VALUES ({}){}{}").format(
        Identifier(use.store.table),
        SQL(", ").join(map(Identifier, names)),
        SQL(", ").join(Placeholder() * len(names)),
        conflict,
        then if use.schema.identity else SQL(""),
    )


def question(use: Use) -> Composed:
    """A SELECT as a reader asks it: how many rows, and the sum of the first number."""
    numbers = (f.name for f in use.schema.fields if is_number(f.type))
    first = next(numbers, None)
    summed = SQL("sum({})").format(Identifier(first)) if first else SQL("NULL")
    return SQL("SELECT count(*), {} FROM {}").format(summed, Identifier(use.store.table))


class Database:
    """A connection that comes back by itself; errors are counted, not raised."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._connection: psycopg.Connection | None = None
        self.done: dict[str, int] = {}
        self.failed: dict[str, int] = {}
        self.problem = ""

    def upsert(self, use: Use, values: list[tuple[Any, ...]]) -> bool:
        """Write the rows; False where that failed."""
        return self._try(use, lambda c: c.cursor().executemany(upsert(use), values), len(values))

    def ask(self, use: Use) -> bool:
        """Read as the service does; False where that failed."""
        return self._try(use, lambda c: c.execute(question(use)).fetchone(), 1)

    def _try(self, use: Use, act: Any, many: int) -> bool:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = _open(self._source)
            act(self._connection)
        except psycopg.Error as error:
            self.failed[use.name] = self.failed.get(use.name, 0) + many
            self.problem = (str(error).strip() or type(error).__name__).splitlines()[0]
            self.close()
            return False
        self.problem = ""
        self.done[use.name] = self.done.get(use.name, 0) + many
        return True

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _open(source: Source) -> psycopg.Connection:
    return psycopg.connect(
        source.address.removeprefix("jdbc:"),
        user=source.user,
        password=source.password,
        connect_timeout=2,
        autocommit=True,
        application_name="streamatlas-traffic",
        options="-c statement_timeout=3000",
    )
