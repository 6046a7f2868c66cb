"""A job's queries: its steps as views, and an INSERT for each output.

Appending and replacing inputs of one output get an INSERT each: in one, the sink would keep
every key in state. Below a running total they may meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from streamatlas.graph.graph import Query, Ref, Store
from streamatlas.sql.columns import columns
from streamatlas.sql.rows import (
    Other,
    Rows,
    computed,
    dedupe,
    enrich,
    expression,
    fresh,
    named,
    select,
    union,
    where,
)
from streamatlas.sql.scope import FLOORS, Scope, adds_up, is_total, schema_of
from streamatlas.sql.sources import view
from streamatlas.sql.text import ended, identifier, indent, interval, literal, written


def statements(scope: Scope) -> tuple[list[str], list[str]]:
    """CREATE VIEW statements, and the INSERTs that belong into one statement set."""
    known = {ref: scope.rows(ref) for ref in scope.inputs}
    views: list[str] = []
    for name, query in scope.job.steps.items():
        made, known[name] = _step(scope, known, name, query)
        views += made
    inserts: list[str] = []
    for ref, query in scope.job.queries.items():
        made, into = _output(scope, known, ref, query)
        views += made
        inserts += into
    return views, inserts


def _step(
    scope: Scope, known: Mapping[str, Rows], name: str, query: Query
) -> tuple[list[str], Rows]:
    if query.select:
        return [view(name, written(query.select))], named(name, _free(known, query))
    (rows,) = _flow(known, query, whole=True)
    if not adds_up(query):
        return [view(name, select(rows))], named(name, rows)
    made, rows = _standing(scope.fresh(f"{name}_in"), rows)
    picks = {field: identifier(field) for field in query.group_by} | dict(query.set)
    time = rows.time
    if rows.time and query.tumble:
        picks[rows.time] = "window_start"
        # Of a window's columns this one alone is a time that a later window can go by.
        time = fresh("window_time", picks)
        picks[time] = "window_time"
    body = _windowed(query, rows, picks) if query.tumble else _total(query, rows, picks, None)
    made.append(view(name, body))
    total = replace(rows, columns=picks, identity=query.group_by, replaces=not query.tumble)
    return made, named(name, replace(total, time=time))


def _output(
    scope: Scope, known: Mapping[str, Rows], ref: Ref, query: Query
) -> tuple[list[str], list[str]]:
    if query.select:
        rows = replace(_free(known, query), source=f"(\n{indent(written(query.select))}\n)")
        return [], [_insert(scope, ref, select(rows, _picks(scope, ref, {})))]
    if adds_up(query):
        (rows,) = _flow(known, query, whole=True)
        made, rows = _standing(scope.fresh(f"{scope.sink(ref)}_in"), rows)
        return made, [_insert(scope, ref, _aggregate(scope, ref, query, rows))]
    flows = _flow(known, query, whole=False)
    selects = (select(rows, _picks(scope, ref, rows.columns)) for rows in flows)
    return [], [_insert(scope, ref, body, number) for number, body in enumerate(selects, start=1)]


def _flow(known: Mapping[str, Rows], query: Query, *, whole: bool) -> list[Rows]:
    """The rows after all words but the aggregate: as one, or appending and replacing apart."""
    parts = [known[name] for name in query.sources]
    groups = [[p for p in parts if not p.replaces], [p for p in parts if p.replaces]]
    merged = [union(group) for group in groups if group]
    if query.dedupe:
        merged = [rows if rows.replaces else dedupe(rows) for rows in merged]
    return [_shaped(known, query, rows) for rows in ([union(merged)] if whole else merged)]


def _shaped(known: Mapping[str, Rows], query: Query, rows: Rows) -> Rows:
    if query.where:
        rows = where(rows, query.where)
    if query.set and not adds_up(query):
        rows = computed(rows, query.set)
    others = [Other(known[r], on, r.startswith("store/")) for r, on in query.enrich.items()]
    return enrich(rows, others) if others else rows


def _standing(name: str, rows: Rows) -> tuple[list[str], Rows]:
    """The rows under a name, for which a view is made where they have none."""
    if rows.untouched and not rows.source.startswith("("):
        return [], rows
    return [view(name, select(rows))], named(name, rows)


def _aggregate(scope: Scope, ref: Ref, query: Query, rows: Rows) -> str:
    """Windowed into a plain topic: one final row. Else a running total, replaced by its id."""
    time = schema_of(scope.topic_or_store(ref)).time
    known = {field: identifier(field) for field in query.group_by} | dict(query.set)
    if query.tumble is None:
        return _total(query, rows, _picks(scope, ref, known), None)
    if is_total(scope.graph, ref, query):
        start = f"FLOOR({identifier(rows.time or '')} TO {FLOORS[query.tumble]})"
        starts = {time: start} if time else {}
        return _total(query, rows, _picks(scope, ref, {**known, **starts}), start)
    starts = {time: "window_start"} if time else {}
    return _windowed(query, rows, _picks(scope, ref, {**known, **starts}))


def _windowed(query: Query, rows: Rows, picks: Mapping[str, str]) -> str:
    time = identifier(rows.time or "")
    width = interval(query.tumble) if query.tumble else ""
    tumbling = f"TUMBLE(TABLE {rows.source}, DESCRIPTOR({time}), {width})"
    timed = ["window_time"] if "window_time" in picks.values() else []
    by = ", ".join([*map(identifier, query.group_by), "window_start", "window_end", *timed])
    return select(Rows(source=f"TABLE(\n{indent(tumbling)}\n)", tail=f"GROUP BY {by}"), picks)


def _total(query: Query, rows: Rows, picks: Mapping[str, str], start: str | None) -> str:
    by = ", ".join([*map(identifier, query.group_by), *([start] if start else [])])
    return select(Rows(source=rows.source, tail=f"GROUP BY {by}"), picks)


def _picks(scope: Scope, ref: Ref, known: Mapping[str, str]) -> dict[str, str]:
    """The output's fields, each by its name; a time without offset is written in its zone."""
    node = scope.topic_or_store(ref)
    zone = None if isinstance(node, Store) else node.wall_clock
    picks = {}
    for field in schema_of(node).fields:
        given = expression(known[field.name]) if field.name in known else identifier(field.name)
        local = zone and field.type == "timestamp"
        picks[field.name] = _local(given, zone or "UTC") if local else given
    return picks


def _local(time: str, zone: str) -> str:
    second = f"DATE_FORMAT({time}, 'yyyy-MM-dd HH:mm:ss')"
    local = f"REPLACE(CONVERT_TZ({second}, 'UTC', {literal(zone)}), ' ', 'T')"
    return f"{local} || DATE_FORMAT({time}, '.SSS')"


def _free(known: Mapping[str, Rows], query: Query) -> Rows:
    """What can be told of the rows that free SQL gives."""
    own = columns(query.select, {rows.source: tuple(rows.columns) for rows in known.values()})
    time = next((rows.time for rows in known.values() if rows.time in own), None)
    return Rows(source="", columns={name: identifier(name) for name in own}, time=time)


def _insert(scope: Scope, ref: Ref, body: str, number: int = 1) -> str:
    """An INSERT; a second one into a topic needs transactions of its own name."""
    hint = ""
    exactly = scope.outputs[ref].guarantee == "exactly-once"
    if number > 1 and ref.startswith("topic/") and exactly:
        prefix = literal(f"{scope.job.id}/{scope.topic_or_store(ref).id}/{number}")
        hint = f" /*+ OPTIONS('sink.transactional-id-prefix' = {prefix}) */"
    return ended(f"INSERT INTO {identifier(scope.sink(ref))}{hint}\n{body}")
