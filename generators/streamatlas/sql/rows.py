"""Rows: a relation on its way through a job, and what each word of a query makes of it.

The words compose in one order: union, dedupe, where, set, enrich. The shapes are those for
which Flink's planner keeps the least state; they are asserted on the real planner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from streamatlas.sql.text import identifier, identifiers, indent, written


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands after FROM (`source`, `tail`) and its columns by name.

    `columns` maps names to expressions over `source`; empty means that they are not known.
    `time` names the event time, `identity` what makes a row the same row. `replaces` says that
    later rows take the place of earlier ones (a compacted topic), rather than adding to them.
    """

    source: str
    columns: Mapping[str, str] = field(default_factory=dict)
    tail: str = ""
    time: str | None = None
    identity: tuple[str, ...] = ()
    replaces: bool = False

    @property
    def untouched(self) -> bool:
        """Whether these are the source's own rows and columns, so that its name will do."""
        return not self.tail and all(identifier(c) == x for c, x in self.columns.items())


def named(name: str, like: Rows) -> Rows:
    """The same rows, once they stand under a name of their own."""
    own = {column: identifier(column) for column in like.columns}
    return replace(like, source=identifier(name), columns=own, tail="")


def select(rows: Rows, picks: Mapping[str, str] | None = None) -> str:
    """A SELECT of the rows, or of `picks` of them (column to expression)."""
    items = [_item(x, column) for column, x in (picks or rows.columns).items()]
    tail = f"\n{rows.tail}" if rows.tail else ""
    return f"SELECT {', '.join(items) or '*'}\nFROM {rows.source}{tail}"


def _item(expression: str, column: str) -> str:
    name = identifier(column)
    plain = expression == name or expression.endswith(f".{name}")
    return expression if plain else f"{expression} AS {name}"


def source(rows: Rows) -> str:
    """The rows as they stand after FROM: a name, or a SELECT in parentheses."""
    return rows.source if rows.untouched else f"(\n{indent(select(rows))}\n)"


def union(parts: Sequence[Rows]) -> Rows:
    """All rows of all parts, by name: with the columns that every part has."""
    first = parts[0]
    if len(parts) == 1:
        return first
    shared = [c for c in first.columns if all(c in part.columns for part in parts)]
    columns = {column: identifier(column) for column in shared}
    items = ", ".join(columns.values()) or "*"
    selects = [f"SELECT {items} FROM {source(part)}" for part in parts]
    body = "(\n" + indent("\nUNION ALL\n".join(selects)) + "\n)"
    replaces = any(part.replaces for part in parts)
    return replace(first, source=body, columns=columns, tail="", replaces=replaces)


def dedupe(rows: Rows) -> Rows:
    """Of each identity the row that arrives first.

    It is ordered by arrival: by event time it would wait for the watermark and drop late rows.
    """
    now, number = fresh("now_at", rows.columns), fresh("n", rows.columns)
    by = identifiers(rows.identity or rows.columns)
    numbered = (
        f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {by} ORDER BY {now}) AS {number}\n"
        f"FROM (SELECT *, PROCTIME() AS {now} FROM {source(rows)})"
    )
    own = {column: identifier(column) for column in rows.columns}
    return replace(
        rows, source=f"(\n{indent(numbered)}\n)", columns=own, tail=f"WHERE {number} = 1"
    )


def where(rows: Rows, condition: str) -> Rows:
    """The rows for which the condition holds."""
    text = written(condition)
    inner = f"(\n{text}\n)" if "--" in text or "\n" in text else f"({text})"
    return replace(rows, tail=f"{rows.tail} AND {inner}" if rows.tail else f"WHERE {inner}")


def computed(rows: Rows, columns: Mapping[str, str]) -> Rows:
    """The rows with columns computed: of the same name in their place, others behind."""
    known = rows.columns or {"*": "*"}
    made = {column: known.get(x) or expression(x) for column, x in columns.items()}
    return replace(rows, columns={**known, **made})


def expression(text: str) -> str:
    """An expression that a user wrote, so placed that a comment in it ends with it."""
    sql = written(text)
    return f"{sql}\n" if "--" in sql else sql


@dataclass(frozen=True, slots=True)
class Other:
    """What rows are enriched from: a table, joined where its `identity` is the field `on`."""

    rows: Rows
    on: str
    is_store: bool


def enrich(rows: Rows, others: Sequence[Other]) -> Rows:
    """The rows with the fields that they lack: a topic's as of event time, a store's as of now."""
    now = fresh("now_at", rows.columns)
    left = source(rows)
    if any(other.is_store for other in others):
        left = f"(SELECT *, PROCTIME() AS {now} FROM {left})"
    columns = {column: f"l.{identifier(column)}" for column in rows.columns} or {"*": "l.*"}
    joins = []
    for number, other in enumerate(others, start=1):
        right = "r" if len(others) == 1 else f"r{number}"
        joins.append(_join(rows, other, right, now if other.is_store else None))
        added = (c for c in other.rows.columns if c not in columns and c != other.rows.time)
        columns |= {column: f"{right}.{identifier(column)}" for column in added}
    return replace(rows, source=f"{left} AS l", columns=columns, tail="\n".join(joins))


def _join(rows: Rows, other: Other, right: str, now: str | None) -> str:
    as_of = now or identifier(rows.time or "")
    first, *rest = other.rows.identity or (other.on,)
    pairs = [(first, other.on), *((column, column) for column in rest)]
    on = " AND ".join(f"{right}.{identifier(r)} = l.{identifier(left)}" for r, left in pairs)
    return f"LEFT JOIN {other.rows.source} FOR SYSTEM_TIME AS OF l.{as_of} AS {right}\n  ON {on}"


def fresh(name: str, taken: Mapping[str, object] | frozenset[str]) -> str:
    """The name, with `_` behind it until nobody else has it."""
    while name in taken:
        name += "_"
    return name
