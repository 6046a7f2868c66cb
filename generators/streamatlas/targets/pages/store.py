"""The page of a store."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Field, Graph, Schema, Store
from streamatlas.sql import tables
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import fence
from streamatlas.targets.pages import frame, parts, said, topic


def page(facts: Facts, store: Store) -> File:
    """Everything that is declared of the store, and the table that holds it."""
    where = frame.Page(store.ref)
    actions = (
        parts.button("On the map", f"{where.root}catalog/map/?from={store.ref}", first=True),
    )
    banner = said.banner(facts.graph, store, where.root)
    head = frame.head(where, store.doc, _facts(facts.graph, store, where), actions, banner)
    return frame.write(where, store.doc, head, _blocks(facts, store, where))


def _facts(graph: Graph, store: Store, where: frame.Page) -> dict[str, str]:
    return {
        "Owner of the data": parts.team_link(graph, store.owner, where.root),
        "Table": parts.code(tables.table_name(store)),
        "A row is one": ", ".join(map(parts.code, store.schema.identity)) if store.schema else "",
        "Its times": "UTC" if store.schema and store.schema.time else "",
        "Kept in": parts.server_link(store.source, where.root),
        **said.of(store),
    }


def _blocks(facts: Facts, store: Store, where: frame.Page) -> Iterator[str]:
    graph = facts.graph
    yield frame.is_it_fine(where)
    yield frame.whose(graph, store, where)
    yield frame.flows(facts, store, where)
    yield frame.what_is_normal(graph, store, where)
    yield frame.what_to_do(facts, store, where)
    if store.schema:
        yield topic.schema_block(store.schema, _meaning)
    yield "## How to use it\n\n" + fence(_query(store), "sql")
    yield frame.defined(graph, store, fence(_table(store), "sql"))


def _meaning(schema: Schema, field: Field) -> str:
    """What follows from a field's part in the schema of a store."""
    return "In UTC" if field.name == schema.time else ""


def _query(store: Store) -> str:
    """The newest rows."""
    order = f"\nORDER BY {store.schema.time} DESC" if store.schema and store.schema.time else ""
    return f"SELECT *\nFROM {tables.table_name(store)}{order}\nLIMIT 20;"


def _table(store: Store) -> str:
    if store.schema is None:
        return "-- its fields are not declared"
    return tables.ddl((store,))
