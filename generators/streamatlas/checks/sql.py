"""A job's SQL can be put together: each text is one whole, and what it reads is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamatlas.graph.graph import Field, Graph, Job, Query, Ref, Topic
from streamatlas.model.near import nearest
from streamatlas.model.problem import Level, Position, Problem
from streamatlas.sql.fragment import expression_fault, query_fault
from streamatlas.sql.queries import readable
from streamatlas.sql.rows import union
from streamatlas.sql.scope import FLOORS, is_total, scope
from streamatlas.sql.words import POSTGRES

ID = "sql"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Every text, step, input and output of a query that no script can be made of."""
    for job in graph.jobs.values():
        for section, queries in (("steps", job.steps), ("writes", job.queries)):
            for name, query in queries.items():
                yield from _texts(graph, job, (section, name), query)
                yield from _times(graph, job, (section, name), query)
        yield from _order(graph, job)
        yield from _totals(graph, job)
        yield from _shapes(graph, job)
        yield from _writable(graph, job)
        yield from _columns(graph, job)


Part = tuple[str, Ref]


def _texts(graph: Graph, job: Job, part: Part, query: Query) -> Iterator[Problem]:
    if query.select and (fault := query_fault(query.select)):
        yield Problem(_at(graph, job, part, "select"), ID, fault, LEVEL)
    if query.where and (fault := expression_fault(query.where)):
        yield Problem(_at(graph, job, part, "where"), ID, fault, LEVEL)
    for field, text in query.set.items():
        if fault := expression_fault(text):
            yield Problem(_at(graph, job, part, "set", field), ID, fault, LEVEL)


def _times(graph: Graph, job: Job, part: Part, query: Query) -> Iterator[Problem]:
    """What goes by event time has one."""
    for ref in query.sources if query.tumble else ():
        if (topic := _topic(graph, ref)) and topic.schema and not topic.schema.time:
            message = f"{ref} has no event time: its schema needs a time"
            yield Problem(_at(graph, job, part, "tumble"), ID, message, LEVEL)
    for ref in query.enrich:
        if (topic := _topic(graph, ref)) and not (topic.compacted and _is_versioned(topic)):
            message = f"{ref} holds no versions: make it compacted, with an id and a time"
            yield Problem(_at(graph, job, part, "enrich"), ID, message, LEVEL)


def _topic(graph: Graph, ref: Ref) -> Topic | None:
    kind, _, name = ref.partition("/")
    return graph.topics.get(name) if kind == "topic" else None


def _is_versioned(topic: Topic) -> bool:
    """Whether there is one record a key at each moment; unknown fields are told elsewhere."""
    return topic.schema is None or bool(topic.schema.identity and topic.schema.time)


def _order(graph: Graph, job: Job) -> Iterator[Problem]:
    """A step reads inputs and earlier steps."""
    earlier: set[str] = set()
    for name, query in job.steps.items():
        at = graph.positions.key("jobs", job.id, "steps", name)
        if not query.select and not query.sources:
            yield Problem(at, ID, f"step '{name}' reads nothing: write from, or a query", LEVEL)
        for source in query.sources:
            if source in job.steps and source not in earlier:
                message = f"step '{name}' reads '{source}', which comes later"
                yield Problem(_at(graph, job, ("steps", name), "from"), ID, message, LEVEL)
        earlier.add(name)


def _totals(graph: Graph, job: Job) -> Iterator[Problem]:
    """A running total is by a part of time that can be told from a timestamp alone."""
    for ref, query in job.queries.items():
        kind, _, name = ref.partition("/")
        there = name in (graph.topics if kind == "topic" else graph.stores)
        if there and is_total(graph, ref, query) and query.tumble not in FLOORS:
            message = f"{ref} gets a running total: tumble by 1min, 1h or 1d"
            yield Problem(_at(graph, job, ("writes", ref), "tumble"), ID, message, LEVEL)


def _shapes(graph: Graph, job: Job) -> Iterator[Problem]:
    """A query needs the fields of all that it reads and writes."""
    if not job.queries:
        return
    touched = [(e.origin, e.at) for e in graph.inputs(job.ref)]
    touched += [(e.target, e.at) for e in graph.outputs(job.ref) if e.target in job.queries]
    for ref, at in touched:
        kind, _, name = ref.partition("/")
        declared = graph.topics if kind == "topic" else graph.stores
        if name in declared and (f"{kind}s", name, "schema") not in graph.positions.values:
            yield Problem(at, ID, f"{job.ref} has a query, so {ref} needs a schema", LEVEL)


def _writable(graph: Graph, job: Job) -> Iterator[Problem]:
    """Flink's JDBC would refuse some fields, and not before the job runs."""
    for store in graph.stores.values():
        schema = store.schema if store.ref in job.queries else None
        for field in schema.fields if schema else ():
            if schema and (why := _unwritable(field)):
                at = graph.positions.key("schemas", schema.id, "fields", field.name)
                message = f"{job.ref} cannot write {field.name} to {store.ref}: {why}"
                yield Problem(at, ID, message, LEVEL)


def _columns(graph: Graph, job: Job) -> Iterator[Problem]:
    """What is joined on or grouped by is a column of what is read."""
    there = scope(graph, job)
    for section, name, query, known in readable(there) if there else ():
        columns = union([known[s] for s in query.sources]).columns if query.sources else {}
        if query.select or not columns:
            continue
        part, of = (section, name), " and ".join(s.removeprefix("topic/") for s in query.sources)
        computed = [] if query.group_by else list(query.set)
        found = [*columns, *computed]
        for on in query.enrich.values():
            if on not in found:
                yield _no_column(_at(graph, job, part, "enrich"), of, on, found)
        found += [column for ref in query.enrich for column in known[ref].columns]
        for index, column in enumerate(query.group_by):
            if column not in found:
                yield _no_column(_at(graph, job, part, "group-by", index), of, column, found)


def _no_column(at: Position, of: str, column: str, known: Sequence[str]) -> Problem:
    near = nearest(column, known)
    hint = f"; did you mean '{near}'?" if near else f"; there is {', '.join(known)}"
    return Problem(at, ID, f"'{of}' has no column '{column}'{hint}", LEVEL)


def _unwritable(field: Field) -> str | None:
    if field.type.startswith(("array<", "map<")):
        return f"a table takes no {field.type} from it"
    if field.name.upper() in POSTGRES:
        return "it is a word of PostgreSQL; choose another name"
    return None


def _at(graph: Graph, job: Job, part: Part, *keys: str | int) -> Position:
    """Where a word stands: with its output or step, else beside `writes` for all outputs."""
    section, ref = part
    own = [("jobs", job.id, section, name) for name in (ref, ref.removeprefix("topic/"))]
    for path in (*own, ("jobs", job.id)):
        for words in (keys, keys[:1]):
            if (*path, *words) in graph.positions.values:
                return graph.positions.value(*path, *words)
        if keys == ("select",) and path in own and path in graph.positions.values:
            return graph.positions.value(*path)
    return graph.positions.value("jobs", job.id, *keys)
