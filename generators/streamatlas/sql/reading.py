"""Free SQL as it is understood: what it reads and gives, and which columns are not there.

Whatever is not understood stays unknown: no guess makes a mistake of SQL that Flink takes.
This module is slow to import, and many platforms have no SQL: import it where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from streamatlas.sql.apart import added, single, singled
from streamatlas.sql.columns import UNKNOWN, Columns, Kind, narrowed
from streamatlas.sql.kinds import Lookup, kind
from streamatlas.sql.parsing import Name, Parsed, parsed, place
from streamatlas.sql.understood import (
    Changes,
    Expression,
    Item,
    Kept,
    Mention,
    Missing,
    Reading,
    Total,
    Unclear,
)
from streamatlas.sql.windows import by_window, changes, has_window, kept
from streamatlas.sql.words import FLINK

_WINDOW_COLUMNS = {
    "window_start": Kind("timestamp", local=True, bound="start"),
    "window_end": Kind("timestamp", local=True, bound="end"),
    "window_time": Kind("timestamp"),
}
_NO_COLUMNS = FLINK | {"MAP"}


Tables = Mapping[str, Columns | None]


def read(select: str, tables: Tables) -> Reading | None:
    """A query over tables by name; None where it could not be read at all."""
    found = parsed(select)
    if found is None:
        return None
    try:
        return _Reader(found, tables).read()
    except (SqlglotError, RecursionError):
        return None


_BEFORE = "SELECT "
_HERE = "the rows"
_AFTER = f"FROM `{_HERE}`"


def read_expression(text: str, over: Columns) -> Expression | None:
    """An expression over rows with these columns; None where it could not be read."""
    reading = read(f"{_BEFORE}{text}\n{_AFTER}", {_HERE: over})
    if reading is None or not reading.items:
        return None
    moved, found = len(_BEFORE), parsed(f"{_BEFORE}{text}\n{_AFTER}")
    condition = found.query.selects[0] if found else None
    return Expression(
        reading.items[0].kind,
        tuple(replace(each, offset=each.offset - moved) for each in reading.missing),
        tuple(replace(each, offset=each.offset - moved) for each in reading.unclear),
        tuple(replace(each, offset=each.offset - moved) for each in reading.totals),
        frozenset(column.name for column in single(condition)),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """What stands in FROM under a name: its columns, None where they are not known."""

    label: str
    columns: Columns | None
    origins: tuple[Mention, ...] = ()
    changes: Changes = ""


class _Reader:
    """Goes through the SELECTs of a query twice: what each gives, then what each lacks."""

    def __init__(self, found: Parsed, tables: Tables) -> None:
        self.found = found
        self.tables = tables
        self.first = _first(found.query)
        self.sources: dict[int, dict[str, _Source]] = {}
        self.items: dict[int, tuple[Item, ...] | None] = {}
        self.origins: dict[int, tuple[Mention, ...]] = {}
        self.changes: dict[int, Changes] = {}
        self.kept: set[Kept] = set()
        self.mentions: list[Mention] = []
        self.missing: list[Missing] = []
        self.unclear: list[Unclear] = []

    def read(self) -> Reading:
        scopes = traverse_scope(self.found.query)
        for scope in scopes:  # inner ones first
            self.sources[id(scope)] = self._sources(scope)
            self.items[id(scope)] = self._given(scope)
            self.origins[id(scope)] = tuple(dict.fromkeys(self._passed(scope)))
            self._remember(scope)
        self._look(scopes)
        root = scopes[-1]
        return Reading(
            tuple(self.mentions),
            tuple(self.missing),
            tuple(self.unclear),
            self.items[id(root)],
            tuple(total for scope in scopes for total in self._totals(scope)),
            self.origins[id(root)],
            self.changes[id(root)],
            frozenset(self.kept),
            bool(self.found.windows) or has_window(self.found.query),
        )

    def _sources(self, scope: Scope) -> dict[str, _Source]:
        select = scope.expression
        if not isinstance(select, exp.Select):
            return {}
        found = {n: self._source(n, *pair) for n, pair in scope.selected_sources.items()}
        parts = [select.args.get("from_"), *select.args.get("joins", ())]
        parts += select.args.get("laterals", ())
        if len(found) != sum(part is not None for part in parts):
            found[""] = _Source("", None)  # something that has no name of its own
        alike = list(single(select.args.get("where")))
        return {name: _narrowed(name, source, alike) for name, source in found.items()}

    def _source(self, name: str, node: exp.Expr, source: exp.Expr | Scope) -> _Source:
        if isinstance(source, exp.Table):
            return self._table(source)
        if not isinstance(source, Scope):
            return _Source(name, None)
        items = self.items.get(id(source))
        given: Columns | None = None if items is None else {i.name: i.kind for i in items}
        parent = source.expression.parent
        if isinstance(parent, exp.CTE | exp.Subquery):
            given = _renamed(given, parent.alias_column_names)
        given = _renamed(given, node.alias_column_names)
        own = id(source)
        return _Source(name, given, self.origins.get(own, ()), self.changes.get(own, ""))

    def _table(self, table: exp.Table) -> _Source:
        at = place(table.this)
        odd = table.args.get("db") or table.args.get("pivots")
        if at is None or odd or not isinstance(table.this, exp.Identifier):
            return _Source(table.alias_or_name, None)
        windowed, as_of = at in self.found.windows, bool(table.args.get("version"))
        mention = Mention(table.name, at, windowed, as_of)
        self.mentions.append(mention)
        columns = None if at in self.found.opaque else self.tables.get(table.name)
        if windowed and columns is not None:
            self._look_at_times(table.name, columns, self.found.windows[at])
            columns = {**columns, **_WINDOW_COLUMNS}
        renamed = _renamed(columns, table.alias_column_names)
        return _Source(table.name, renamed, () if as_of else (mention,))

    def _look_at_times(self, table: str, columns: Columns, times: tuple[Name, ...]) -> None:
        for name, at in times:
            if name not in columns:
                self.missing.append(Missing(name, at, (table,), tuple(columns)))

    def _given(self, scope: Scope) -> tuple[Item, ...] | None:
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            left, right = (self.items.get(id(each)) for each in scope.set_operation_scopes)
            return _united(left, right)
        if isinstance(query, exp.UDTF):
            names = query.alias_column_names
            return tuple(Item(name, UNKNOWN, 0) for name in names) or None
        if not isinstance(query, exp.Select):
            return None
        found = [self._item(scope, node, n) for n, node in enumerate(query.selects)]
        if any(items is None for items in found):
            return None
        return tuple(item for items in found for item in items or ())

    def _item(self, scope: Scope, node: exp.Expr, index: int) -> list[Item] | None:
        sources = self.sources[id(scope)]
        at = self._begin(scope.expression, index, node)
        if not node.is_star:
            named = isinstance(node, exp.Alias | exp.Column)
            name = node.alias_or_name if named else ""
            return [Item(name, kind(node, lambda column: _kind(column, sources)), at)]
        table = node.text("table")
        starred = [source for name, source in sources.items() if table in ("", name)]
        items: list[Item] = []
        for source in starred:
            if source.columns is None:
                return None
            items += [Item(name, own, at, starred=True) for name, own in source.columns.items()]
        return items

    def _begin(self, select: exp.Expr, index: int, node: exp.Expr) -> int:
        """Where a column of a SELECT begins in the text."""
        if select is self.first and len(self.found.items) == len(select.expressions):
            return self.found.items[index]
        return place(node) or 0

    def _passed(self, scope: Scope) -> Iterator[Mention]:
        query = scope.expression
        if isinstance(query, exp.SetOperation) and not query.args.get("distinct"):
            for each in scope.set_operation_scopes:
                yield from self.origins.get(id(each), ())
        if isinstance(query, exp.Select) and _passes(query):
            for source in self.sources[id(scope)].values():
                yield from source.origins

    def _remember(self, scope: Scope) -> None:
        """What is kept for the query of a scope, and whether its rows replace each other."""
        query, sources = scope.expression, self.sources[id(scope)]
        column = partial(_kind, sources=sources)
        given = [item.kind for item in self.items[id(scope)] or ()]
        self.kept.update(kept(query, column, given))
        self.changes[id(scope)] = changes(query, column, given) or self._passed_on(scope, column)

    def _passed_on(self, scope: Scope, column: Lookup) -> Changes:
        query = scope.expression
        found: list[Changes] = []
        if isinstance(query, exp.SetOperation):
            found = [self.changes.get(id(each), "") for each in scope.set_operation_scopes]
        elif not query.find(exp.RowNumber) and not by_window(query.args.get("group"), column):
            found = [source.changes for source in self.sources[id(scope)].values()]
        return next((each for each in found if each), "")

    def _look(self, scopes: list[Scope]) -> None:
        seen: set[int] = set()
        for scope in scopes:
            for column in scope.columns if id(scope) in self.sources else ():
                if id(column) not in seen:
                    seen.add(id(column))
                    self._look_at(column, scope)

    def _look_at(self, column: exp.Column, scope: Scope) -> None:
        at, table = place(column.this), column.table
        own = self.sources[id(scope)]
        if at is None or not own:
            return
        self._look_at_word(column, at, own)
        if _is_no_column(column):
            return
        self._look_at_twins(column, at, scope)
        sources = list(self._visible(scope))
        if table:
            sources = [(n, s) for n, s in sources if n == table] or [("", _Source("", None))]
        unsure = any(source.columns is None for _, source in sources)
        if unsure or any(column.name in (source.columns or ()) for _, source in sources):
            return
        of = sources if table else list(own.items())
        known = dict.fromkeys(name for _, source in of for name in source.columns or ())
        labels = tuple(dict.fromkeys(source.label for _, source in of))
        self.missing.append(Missing(column.name, at, labels, tuple(known)))

    def _look_at_word(self, column: exp.Column, at: int, own: Mapping[str, _Source]) -> None:
        """A word of SQL that is a column too: Flink takes it for the word."""
        known = any(column.name in (source.columns or ()) for source in own.values())
        bare = isinstance(column.this, exp.Identifier) and not column.this.quoted
        unit = isinstance(column.parent, exp.Anonymous) and not column.table  # (DAY, 1, ...)
        if known and bare and not unit and column.name.upper() in FLINK:
            self.unclear.append(Unclear(column.name, at, f"write `{column.name}`, a word of SQL"))

    def _look_at_twins(self, column: exp.Column, at: int, scope: Scope) -> None:
        """A column of two tables; what USING and NATURAL join is one."""
        joins = scope.expression.args.get("joins") or ()
        if column.table or any(j.args.get("using") or j.args.get("method") for j in joins):
            return
        own = self.sources[id(scope)].items()
        found = [name for name, source in own if column.name in (source.columns or ())]
        if len(found) > 1 and all(source.columns is not None for _, source in own):
            either = " or ".join(f"{name}.{column.name}" for name in found)
            self.unclear.append(Unclear(column.name, at, f"write {either}"))

    def _visible(self, scope: Scope) -> Iterator[tuple[str, _Source]]:
        """What a column may be of: here, and around a query in a condition."""
        outer: Scope | None = scope
        while outer is not None:
            yield from self.sources.get(id(outer), {}).items()
            outer = outer.parent

    def _totals(self, scope: Scope) -> Iterator[Total]:
        select = scope.expression
        if not isinstance(select, exp.Select):
            return
        sources = self.sources[id(scope)]
        for index, item in enumerate(select.selects):
            for node in item.find_all(exp.Sum, exp.Avg, exp.Count):
                if node.find_ancestor(exp.Select) is select and _adds_up(node):
                    at = self._begin(select, index, node)
                    yield _total(select, node, at, sources)


def _total(select: exp.Select, node: exp.Expr, at: int, sources: Mapping[str, _Source]) -> Total:
    columns = list(added(node))
    kinds = (_kind(column, sources) for column in columns)
    over = (mention for source in sources.values() for mention in source.origins)
    beside: dict[str, Kind] = {}
    for source in sources.values():
        if any(column.name in (source.columns or ()) for column in columns):
            beside |= source.columns or {}
    return Total(
        node.sql(comments=False),
        at,
        tuple(kinds),
        tuple(dict.fromkeys(over)),
        beside,
        frozenset((*_told_apart(select), *singled(node))),
        isinstance(node, exp.Sum | exp.Avg),
    )


def _told_apart(select: exp.Select) -> Iterator[str]:
    """Columns of which each total has one value only."""
    group = select.args.get("group")
    yield from (column.name for column in group.find_all(exp.Column)) if group else ()
    yield from (column.name for column in single(select.args.get("where")))


def _adds_up(node: exp.Expr) -> bool:
    """Whether a repeated row changes the number."""
    parent = node.parent
    while isinstance(parent, exp.Filter):
        parent = parent.parent
    return not isinstance(node.this, exp.Distinct) and not isinstance(parent, exp.Window)


def _first(query: exp.Expr) -> exp.Expr:
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    return query


def _passes(select: exp.Select) -> bool:
    """Whether a SELECT gives the rows that it reads, neither added up nor chosen from."""
    if any(select.args.get(word) for word in ("group", "distinct", "limit", "qualify")):
        return False
    chosen = (exp.AggFunc, exp.RowNumber)
    return not any(n.find_ancestor(exp.Select) is select for n in select.find_all(*chosen))


def _narrowed(name: str, source: _Source, alike: list[exp.Column]) -> _Source:
    """A source after WHERE, which lets one value of some columns through."""
    names = {column.name for column in alike if column.table in ("", name)}
    if not names or source.columns is None:
        return source
    return replace(source, columns=narrowed(source.columns, names))


def _united(
    left: tuple[Item, ...] | None, right: tuple[Item, ...] | None
) -> tuple[Item, ...] | None:
    """The columns of a UNION: names of the first, types that both have."""
    if left is None or right is None or len(left) != len(right):
        return None
    same = (a.kind.type == b.kind.type for a, b in zip(left, right, strict=True))
    return tuple(
        replace(item, kind=replace(item.kind, one=False) if equal else UNKNOWN)
        for item, equal in zip(left, same, strict=True)
    )


def _renamed(columns: Columns | None, names: list[str]) -> Columns | None:
    """The columns under the names of `AS t (a, b)`."""
    if not names or columns is None:
        return dict.fromkeys(names, UNKNOWN) if names else columns
    return dict(zip(names, columns.values(), strict=False)) if len(names) == len(columns) else None


def _kind(column: exp.Column, sources: Mapping[str, _Source]) -> Kind:
    for name, source in sources.items():
        if column.table in ("", name) and column.name in (source.columns or ()):
            return (source.columns or {})[column.name]
    bound = _WINDOW_COLUMNS[column.name].bound if column.name in _WINDOW_COLUMNS else ""
    unsure = any(source.columns is None for source in sources.values())
    return Kind("", bound=bound) if unsure else UNKNOWN


def _is_no_column(column: exp.Column) -> bool:
    """A word of SQL that the parser took for a column, `*`, or a field of a row."""
    if column.is_star or column.args.get("db") or not isinstance(column.this, exp.Identifier):
        return True
    return not column.this.quoted and not column.table and column.name.upper() in _NO_COLUMNS
