"""PostgreSQL: a CREATE TABLE for each store."""

from __future__ import annotations

import re
from collections.abc import Iterable

from streamatlas.graph.graph import Field, Schema, Store
from streamatlas.sql.text import block
from streamatlas.sql.types import postgres
from streamatlas.sql.words import POSTGRES

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def ddl(stores: Iterable[Store]) -> str:
    """Statements that make the tables of stores where they are missing; times are UTC."""
    tables = (_table(store, store.schema) for store in stores if store.schema)
    return "\n".join(("-- generated from topology.yaml: edit that", *tables))


def _table(store: Store, schema: Schema) -> str:
    name = table_name(store)
    lines = [_column(field, schema) for field in schema.fields]
    if schema.identity:
        lines.append(f"PRIMARY KEY ({', '.join(map(_column_name, schema.identity))})")
    comments = [_comment("TABLE", name, store.doc)]
    comments += [
        _comment("COLUMN", f"{name}.{_column_name(field.name)}", field.doc)
        for field in schema.fields
    ]
    return f"CREATE TABLE IF NOT EXISTS {name} {block(lines)};\n" + "".join(comments)


def _column(field: Field, schema: Schema) -> str:
    needed = " NOT NULL" if field.name in schema.identity else ""
    return f"{_column_name(field.name)} {postgres(field.type)}{needed}"


def _comment(kind: str, name: str, doc: str) -> str:
    text = doc.replace("'", "''").replace("\0", "")
    return f"COMMENT ON {kind} {name} IS '{text}';\n" if text else ""


def table_name(store: Store) -> str:
    """The store's table in PostgreSQL, for DDL and for JDBC alike; `schema.table` is two names."""
    return ".".join(map(_name, store.table.split(".")))


def _column_name(name: str) -> str:
    """JDBC writes names of columns without quotes, so PostgreSQL reads them in lower case."""
    return _name(name.lower() if _WORD.fullmatch(name) else name)


def _name(name: str) -> str:
    if _PLAIN.fullmatch(name) and name.upper() not in POSTGRES:
        return name
    return '"' + name.replace('"', '""') + '"'
