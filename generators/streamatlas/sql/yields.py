"""What the rows of a job are on their way: columns with types, whether they repeat or replace.

The same words that `queries` writes as SQL are followed here for what can be told before it
runs. What is not understood stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from streamatlas.graph.graph import Graph, Job, Query, Ref, Schema, Topic
from streamatlas.model.problem import Position
from streamatlas.sql import places
from streamatlas.sql.columns import UNKNOWN, Columns, Kind, narrowed
from streamatlas.sql.rows import fresh
from streamatlas.sql.scope import Scope, adds_up, is_window, schema_of, scope
from streamatlas.sql.understood import Expression, Mention, Reading

Key = tuple[str, ...]
"""`where`, or `set` and the field."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Rows that replace each other: what gives them, in words, and where it is read.

    `instead` says how to get rows that stay.
    """

    what: str
    at: Position
    instead: str = "add up by tumble"


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows. `columns` is None where they are not known.

    `repeated` are the schemas of records that may come twice, `replaced` what gives rows that
    replace earlier ones. `time` names the event time.
    """

    columns: Columns | None
    time: str | None = None
    repeated: tuple[Schema, ...] = ()
    replaced: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One query of a job and what its rows are.

    `tables` are what it may read, by the name in SQL; `others` the steps that come later.
    `flow` are the rows before words add them up, `result` what comes out. `reading` is what was
    understood of free SQL, `expressions` that of `where` and `set`, by their keys.
    """

    job: Job
    place: places.Part
    query: Query
    tables: Mapping[str, Relation]
    later: tuple[str, ...]
    flow: Relation
    result: Relation
    reading: Reading | None
    expressions: Mapping[Key, tuple[str, Expression]]


NOTHING = Relation(None)


@dataclass(frozen=True, slots=True)
class _Same:
    """A graph that equals itself alone: to compare two costs more than to go through one."""

    graph: Graph

    def __hash__(self) -> int:
        return id(self.graph)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.graph is self.graph


def parts(graph: Graph) -> tuple[Part, ...]:
    """Every query of every job that has a script; worked out once for a graph.

    There are none while a schema cannot be read as it was written: the rest would be guesses.
    """
    return _parts(_Same(graph))


@lru_cache(maxsize=1)
def _parts(same: _Same) -> tuple[Part, ...]:
    graph = same.graph
    if not _is_whole(graph):
        return ()
    scopes = (scope(graph, job) for job in graph.jobs.values())
    return tuple(part for each in scopes if each for part in _of_job(each))


def _of_job(scope: Scope) -> Iterator[Part]:
    known = {ref: _input(scope, ref) for ref in scope.inputs}
    steps = list(scope.job.steps)
    for number, (name, query) in enumerate(scope.job.steps.items()):
        part = _part(scope, known, ("steps", name), query, tuple(steps[number:]))
        known[name] = part.result
        yield part
    for ref, query in scope.job.queries.items():
        yield _part(scope, known, ("writes", ref), query, ())


def _input(scope: Scope, ref: Ref) -> Relation:
    node = scope.topic_or_store(ref)
    schema = schema_of(node)
    kinds = {f.name: Kind(f.type, unit=f.unit, doc=f.doc) for f in schema.fields}
    plain = isinstance(node, Topic) and not node.compacted
    repeats = plain and schema.identity and not _is_clean(scope.graph, ref)
    return Relation(kinds, schema.time, (schema,) if repeats else ())


def _is_whole(graph: Graph) -> bool:
    """Whether no schema is without a field that was written, but is wrong in itself."""
    known = {
        f"schema/{name}": {field.name for field in s.fields} for name, s in graph.schemas.items()
    }
    if any(r.ref.startswith("schema/") and r.ref not in known for r in graph.references):
        return False
    return all(
        path[3] in known.get(f"schema/{path[1]}", ())
        for path in graph.positions.keys
        if len(path) == 4 and path[0] == "schemas" and path[2] == "fields"
    )


def _is_clean(graph: Graph, topic: Ref) -> bool:
    """Whether jobs alone write a topic, exactly once, and none passes repeats on."""
    return bool(graph.inputs(topic)) and all(
        edge.guarantee == "exactly-once" and _drops_repeats(graph, edge.origin, topic)
        for edge in graph.inputs(topic)
    )


def _drops_repeats(graph: Graph, writer: Ref, topic: Ref) -> bool:
    job = graph.jobs.get(writer.removeprefix("job/"))
    query = job.queries.get(topic) if job else None
    return query is not None and not query.select and (query.dedupe or adds_up(query))


def _part(
    scope: Scope,
    known: Mapping[str, Relation],
    place: places.Part,
    query: Query,
    later: tuple[str, ...],
) -> Part:
    tables = {scope.name(name): relation for name, relation in known.items()}
    if query.select:
        reading, result = _free(scope, tables, place, query)
        return Part(scope.job, place, query, tables, later, NOTHING, result, reading, {})
    flow, expressions = _flow(scope, known, place, query)
    result = _result(scope, place, query, flow, expressions)
    return Part(scope.job, place, query, tables, later, flow, result, None, expressions)


def mentioned(graph: Graph, part: Part, mention: Mention) -> tuple[Replaced, ...]:
    """What gives rows that replace each other, of a table that free SQL reads."""
    if own := _compacted(graph, part.job, mention.name):
        text, offset = part.query.select, mention.offset
        at = places.inside(graph, part.job, part.place, ("select",), text, offset)
        return (Replaced(own, at),)
    found = part.tables.get(mention.name)
    return found.replaced if found else ()


def _compacted(graph: Graph, job: Job, name: str) -> str:
    """What makes rows of an input replace each other, in words; empty where they do not."""
    for edge in graph.inputs(job.ref):
        topic = graph.topics.get(edge.origin.removeprefix("topic/"))
        if name in (edge.name, edge.origin) and name not in job.steps and topic:
            return f"{topic.id} is compacted" if topic.compacted else ""
    return ""


def _free(
    scope: Scope, tables: Mapping[str, Relation], place: places.Part, query: Query
) -> tuple[Reading | None, Relation]:
    from streamatlas.sql.reading import read  # slow to import, and most have no free SQL

    reading = read(query.select, {name: each.columns for name, each in tables.items()})
    if reading is None:
        return None, NOTHING
    draft = Part(scope.job, place, query, tables, (), NOTHING, NOTHING, reading, {})
    passed = [tables[m.name] for m in reading.passed if m.name in tables]
    replaced = [r for m in reading.passed for r in mentioned(scope.graph, draft, m)]
    if reading.changes:
        at = places.at(scope.graph, scope.job, place, "select")
        replaced = [_distinct(place, at) if reading.changes == "distinct" else _total(place, at)]
    named = all(item.name for item in reading.items or ())
    columns = {i.name: i.kind for i in reading.items} if reading.items and named else None
    times = (each.time for each in tables.values() if each.time in (columns or ()))
    repeated = (schema for relation in passed for schema in relation.repeated)
    return reading, Relation(
        columns, next(times, None), tuple(dict.fromkeys(repeated)), tuple(replaced)
    )


def _total(place: places.Part, at: Position) -> Replaced:
    return Replaced(f"{_named(place)} is a running total", at)


def _distinct(place: places.Part, at: Position) -> Replaced:
    instead = "read a step with dedupe: true"
    return Replaced(f"{_named(place)} drops repeats in SQL", at, instead)


def _named(place: places.Part) -> str:
    section, name = place
    return f"'{name}'" if section == "steps" else "this"


def _flow(
    scope: Scope, known: Mapping[str, Relation], place: places.Part, query: Query
) -> tuple[Relation, dict[Key, tuple[str, Expression]]]:
    """The rows after all words but the aggregate, and what was understood of its texts."""
    rows = _union(scope, known, place, query)
    if query.dedupe:
        rows = replace(rows, repeated=())
    columns = rows.columns
    if columns is None:
        return rows, {}
    condition: dict[Key, str] = {("where",): query.where} if query.where else {}
    expressions = _expressions(condition, columns)
    columns = narrowed(columns, {n for _, each in expressions.values() for n in each.single})
    texts: dict[Key, str] = {("set", name): text for name, text in query.set.items()}
    if not adds_up(query):
        expressions |= _expressions(texts, columns)
        made = {name: _set_kind(query, expressions, columns, name) for name in query.set}
        columns = {**columns, **made}
    for other in query.enrich:
        more = known.get(other, NOTHING)
        added = {n: k for n, k in (more.columns or {}).items() if n != more.time}
        columns = {**added, **columns}
    if adds_up(query):
        expressions |= _expressions(texts, columns)
    return replace(rows, columns=columns), expressions


def _union(
    scope: Scope, known: Mapping[str, Relation], place: places.Part, query: Query
) -> Relation:
    """Rows of all sources, with the columns that each has."""
    sources = [known.get(name, NOTHING) for name in query.sources]
    columns: dict[str, Kind] | None = None
    if all(each.columns is not None for each in sources):
        columns = _shared([each.columns or {} for each in sources])
    replaced: list[Replaced] = []
    for index, name in enumerate(query.sources):
        own = _compacted(scope.graph, scope.job, name)
        at = places.at(scope.graph, scope.job, place, "from", index)
        replaced += [Replaced(own, at)] if own else known.get(name, NOTHING).replaced
    repeated = (schema for each in sources for schema in each.repeated)
    time = sources[0].time if sources else None
    return Relation(columns, time, tuple(dict.fromkeys(repeated)), tuple(replaced))


def _shared(columns: list[Columns]) -> dict[str, Kind]:
    first, *others = columns
    return {
        name: _both(own, others, name)
        for name, own in first.items()
        if all(name in each for each in others)
    }


def _both(own: Kind, others: list[Columns], name: str) -> Kind:
    if any(each[name].type != own.type for each in others):
        return UNKNOWN
    return replace(own, one=own.one and not others)


def _expressions(texts: Mapping[Key, str], columns: Columns) -> dict[Key, tuple[str, Expression]]:
    """What was understood of texts over rows with these columns; a name alone needs no parser."""
    plain = [key for key, text in texts.items() if text.strip() not in columns]
    if not plain:
        return {}
    from streamatlas.sql.reading import read_expression  # slow to import, and many have none

    found = {key: (texts[key], read_expression(texts[key], columns)) for key in plain}
    return {key: (text, known) for key, (text, known) in found.items() if known}


def _set_kind(
    query: Query,
    expressions: Mapping[Key, tuple[str, Expression]],
    columns: Columns,
    name: str,
) -> Kind:
    found = expressions.get(("set", name))
    return found[1].kind if found else columns.get(query.set[name].strip(), UNKNOWN)


def _result(
    scope: Scope,
    place: places.Part,
    query: Query,
    flow: Relation,
    expressions: Mapping[Key, tuple[str, Expression]],
) -> Relation:
    """What the aggregate makes of the rows, where there is one."""
    if not adds_up(query):
        return flow
    columns = {name: (flow.columns or {}).get(name, UNKNOWN) for name in query.group_by}
    before = flow.columns or {}
    columns |= {name: _set_kind(query, expressions, before, name) for name in query.set}
    section, name = place
    time = flow.time
    if section == "writes":
        time = schema_of(scope.topic_or_store(name)).time
    window = is_window(scope.graph, place, query)
    if query.tumble and time:
        columns[time] = Kind("timestamp", local=window)
    if query.tumble and section == "steps":
        time = fresh("window_time", columns)
        columns[time] = Kind("timestamp")
    at = places.at(scope.graph, scope.job, place, "group-by")
    replaced = () if window else (_total(place, at),)
    return Relation(columns, time, (), replaced)
