"""A job's SQL can be put together, and all that it names is there.

Flink would say so too, but only when the job is deployed, and in words that name no line of
your file. The tables that a query may read are the job's steps and inputs: a topic is called
`usage_raw_meet` in SQL, a store `store_usage`, or what the edge says with `as`. Columns are
those of their schemas.

```yaml
jobs:
  orders-by-hour:
    reads: orders
    writes:
      orders.hourly: SELECT custmer_id, COUNT(*) AS n FROM orders GROUP BY custmer_id
```

Write the name that is in the schema, or add the field there. What this check cannot understand
of Flink's SQL it leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from streamatlas.checks.undeclared import tables
from streamatlas.graph import names
from streamatlas.graph.graph import Field, Graph, Job, Query, Ref, Store, Topic
from streamatlas.model.near import nearest
from streamatlas.model.problem import Level, Position, Problem
from streamatlas.sql.fragment import expression_fault, query_fault
from streamatlas.sql.places import Part as Place
from streamatlas.sql.places import at, inside, own_path
from streamatlas.sql.scope import FLOORS, is_total
from streamatlas.sql.words import POSTGRES
from streamatlas.sql.yields import Part, parts

ID = "sql"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Every text, step, input and output of a query that no script can be made of."""
    for job in graph.jobs.values():
        for section, queries in (("steps", job.steps), ("writes", job.queries)):
            for name, query in queries.items():
                yield from _beside(graph, job, (section, name), query)
                yield from _texts(graph, job, (section, name), query)
                yield from _times(graph, job, (section, name), query)
        yield from _order(graph, job)
        yield from _totals(graph, job)
        yield from _shapes(graph, job)
        yield from _writable(graph, job)
    called = tables(graph)
    for part in parts(graph):
        yield from _columns(graph, part)
        yield from _expressions(graph, part)
        yield from _free(graph, part, called)


# What free SQL leaves out, were it written beside it.
_WORDS = ("dedupe", "where", "set", "enrich", "tumble", "group-by")


def _beside(graph: Graph, job: Job, part: Place, query: Query) -> Iterator[Problem]:
    """A query is words or SQL: what stands beside SQL would do nothing."""
    own = own_path(graph, job, part)
    for word in _WORDS if query.select else ():
        if (*own, word) in graph.positions.keys:
            place = graph.positions.key(*own, word)
            message = f"SQL says it all, so '{word}' does nothing here: put it into a step"
            yield Problem(place, ID, message, LEVEL)


def _texts(graph: Graph, job: Job, part: Place, query: Query) -> Iterator[Problem]:
    if query.select and (fault := query_fault(query.select)):
        yield Problem(at(graph, job, part, "select"), ID, fault, LEVEL)
    if query.where and (fault := expression_fault(query.where)):
        yield Problem(at(graph, job, part, "where"), ID, fault, LEVEL)
    for field, text in query.set.items():
        if fault := expression_fault(text):
            yield Problem(at(graph, job, part, "set", field), ID, fault, LEVEL)


def _times(graph: Graph, job: Job, part: Place, query: Query) -> Iterator[Problem]:
    """What goes by event time has one."""
    for ref in query.sources if query.tumble else ():
        if (topic := _topic(graph, ref)) and topic.schema and not topic.schema.time:
            message = f"{ref} has no event time: its schema needs a time"
            yield Problem(at(graph, job, part, "tumble"), ID, message, LEVEL)
    for ref in query.enrich:
        if (topic := _topic(graph, ref)) and not (topic.compacted and _is_versioned(topic)):
            message = f"{ref} holds no versions: make it compacted, with an id and a time"
            yield Problem(at(graph, job, part, "enrich"), ID, message, LEVEL)


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
        here = graph.positions.key("jobs", job.id, "steps", name)
        if not query.select and not query.sources:
            yield Problem(here, ID, f"step '{name}' reads nothing: write from, or a query", LEVEL)
        for source in query.sources:
            if source in job.steps and source not in earlier:
                message = f"step '{name}' reads '{source}', which comes later"
                yield Problem(at(graph, job, ("steps", name), "from"), ID, message, LEVEL)
        earlier.add(name)


def _totals(graph: Graph, job: Job) -> Iterator[Problem]:
    """A running total is by a part of time that can be told from a timestamp alone."""
    for ref, query in job.queries.items():
        kind, _, name = ref.partition("/")
        there = name in (graph.topics if kind == "topic" else graph.stores)
        if there and is_total(graph, ref, query) and query.tumble not in FLOORS:
            message = f"{ref} gets a running total: tumble by 1min, 1h or 1d"
            yield Problem(at(graph, job, ("writes", ref), "tumble"), ID, message, LEVEL)


def _shapes(graph: Graph, job: Job) -> Iterator[Problem]:
    """A query needs the fields of all that it reads and writes."""
    if not job.queries:
        return
    touched = [(e.origin, e.at) for e in graph.inputs(job.ref)]
    touched += [(e.target, e.at) for e in graph.outputs(job.ref) if e.target in job.queries]
    for ref, place in touched:
        kind, _, name = ref.partition("/")
        declared = graph.topics if kind == "topic" else graph.stores
        if name in declared and (f"{kind}s", name, "schema") not in graph.positions.values:
            yield Problem(place, ID, f"{job.ref} has a query, so {ref} needs a schema", LEVEL)


def _writable(graph: Graph, job: Job) -> Iterator[Problem]:
    """Flink's JDBC would refuse some fields, and not before the job runs."""
    stores = [graph.stores.get(ref.removeprefix("store/")) for ref in job.queries]
    for store in filter(None, stores):
        schema = store.schema if store.ref in job.queries else None
        for field in schema.fields if schema else ():
            if schema and (why := _unwritable(field)):
                place = graph.positions.key("schemas", schema.id, "fields", field.name)
                message = f"{job.ref} cannot write {field.name} to {store.ref}: {why}"
                yield Problem(place, ID, message, LEVEL)


def _columns(graph: Graph, part: Part) -> Iterator[Problem]:
    """What is joined on or grouped by is a column of what is read."""
    query, columns = part.query, part.flow.columns
    if not query.sources or columns is None:
        return
    of = _sources(query)
    for on in query.enrich.values():
        if on not in columns:
            yield _no_column(at(graph, part.job, part.place, "enrich"), of, on, list(columns))
    for index, column in enumerate(query.group_by):
        if column not in columns:
            place = at(graph, part.job, part.place, "group-by", index)
            yield _no_column(place, of, column, list(columns))


def _expressions(graph: Graph, part: Part) -> Iterator[Problem]:
    """Columns in `where` and `set`."""
    for key, (text, found) in part.expressions.items():
        for unclear in found.unclear:
            place = inside(graph, part.job, part.place, key, text, unclear.offset)
            yield Problem(place, ID, _not_clear(unclear.name, unclear.how), LEVEL)
        for missing in found.missing:
            place = inside(graph, part.job, part.place, key, text, missing.offset)
            if ref := _adds(graph, part.query, missing.name):
                yield Problem(place, ID, _too_early(missing.name, ref, key), LEVEL)
            else:
                yield _no_column(place, _sources(part.query), missing.name, missing.known)


def _not_clear(name: str, how: str) -> str:
    return f"it is not clear what '{name}' is: {how}"


def _adds(graph: Graph, query: Query, column: str) -> Ref | None:
    """What the query is enriched from and has the column."""
    nodes: tuple[Topic | Store, ...] = (*graph.topics.values(), *graph.stores.values())
    for node in nodes:
        if node.ref in query.enrich and node.schema and node.schema.field(column):
            return node.ref
    return None


def _too_early(column: str, ref: Ref, key: tuple[str, ...]) -> str:
    said = f"'{column}' of {ref} is added by enrich, which comes after {key[0]}"
    return f"{said}: enrich in a step, and read that step here"


def _free(graph: Graph, part: Part, called: Mapping[str, Ref]) -> Iterator[Problem]:
    """Columns and tables in free SQL; a table that is only not declared has its own rule."""
    if part.reading is None:
        return
    for missing in part.reading.missing:
        place = _inside(graph, part, missing.offset)
        if missing.known:
            yield _no_column(place, " and ".join(missing.of), missing.name, missing.known)
    for unclear in part.reading.unclear:
        place = _inside(graph, part, unclear.offset)
        yield Problem(place, ID, _not_clear(unclear.name, unclear.how), LEVEL)
    for mention in part.reading.mentions:
        ref = called.get(mention.name)
        renamed = any(edge.origin == ref for edge in graph.inputs(part.job.ref))
        if mention.name not in part.tables and (renamed or not ref or mention.name in part.later):
            said = _no_table(graph, part, mention.name)
            yield Problem(_inside(graph, part, mention.offset), ID, said, LEVEL)


def _inside(graph: Graph, part: Part, offset: int) -> Position:
    return inside(graph, part.job, part.place, ("select",), part.query.select, offset)


def _no_table(graph: Graph, part: Part, name: str) -> str:
    if name in part.later:
        return f"step '{part.place[1]}' reads '{name}', which comes later"
    for edge in graph.inputs(part.job.ref):
        if names.sql(edge.origin) == name:
            return f"there is no table '{name}': {edge.origin} is called '{edge.name}' here"
    near = nearest(name, list(part.tables))
    hint = f"; did you mean '{near}'?" if near else f"; there is {', '.join(part.tables)}"
    return f"there is no table '{name}'{hint}"


def _sources(query: Query) -> str:
    return " and ".join(source.removeprefix("topic/") for source in query.sources)


def _no_column(place: Position, of: str, column: str, known: Sequence[str]) -> Problem:
    near = nearest(column, known)
    hint = f"; did you mean '{near}'?" if near else f"; there is {', '.join(known)}"
    return Problem(place, ID, f"'{of}' has no column '{column}'{hint}", LEVEL)


def _unwritable(field: Field) -> str | None:
    if field.type.startswith(("array<", "map<")):
        return f"a table takes no {field.type} from it"
    if field.name.upper() in POSTGRES:
        return "it is a word of PostgreSQL; choose another name"
    return None
