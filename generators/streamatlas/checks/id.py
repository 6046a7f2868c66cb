"""Ids are usable as file names, in URLs and in Kafka, and differ by more than case.

An id becomes a page, a topic, a metric. With a space or a slash in it one of them cannot be made,
and where only case differs, two pages would be one file on many machines.

```yaml
topics:
  Usage.Hourly: {}
  usage.hourly: {}
```

Write letters, digits, `.`, `_` and `-`, up to 249 of them, with a letter, a digit or `_` first.
`index` is reserved. Fields, steps and tables stand in SQL as they are, so they take letters, digits
and `_` only, and those of one schema differ by more than case too:

```yaml
topics:
  usage.hourly: {}
  usage.hourly.raw: {}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from streamatlas.graph.edges import fact
from streamatlas.graph.graph import Graph, Schema
from streamatlas.graph.names import SERVERS
from streamatlas.model.problem import Level, Position, Problem

ID = "id"
LEVEL: Level = "error"

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,248}")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,126}")


def check(graph: Graph) -> Iterator[Problem]:
    """Every id of the file, fields and steps included."""
    sections: dict[str, Iterable[str]] = {
        "teams": graph.teams,
        "services": graph.services,
        "topics": graph.topics,
        "jobs": graph.jobs,
        "stores": graph.stores,
        "schemas": graph.schemas,
    }
    for section, ids in sections.items():
        yield from _section(graph, ids, section)
    yield from _section(graph, [graph.environment], "environments")
    for kind in SERVERS:
        clusters = [s.cluster for s in graph.sources.values() if s.kind == kind and s.cluster]
        yield from _section(graph, clusters, "environments", graph.environment, kind)
    yield from _words(graph)
    yield from _principals(graph)
    yield from _edges(graph)


def _section(graph: Graph, ids: Iterable[str], *section: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in ids:
        at = graph.positions.key(*section, name)
        if _ID.fullmatch(name) is None:
            yield Problem(at, ID, f"'{name}' is no id: {_rule(name)}", LEVEL)
        elif name.lower() == "index":
            yield Problem(at, ID, f"'{name}' is reserved: choose another id", LEVEL)
        elif first := seen.get(name.lower()):
            where = graph.positions.key(*section, first).seen_from(at)
            message = f"'{name}' and '{first}' ({where}) differ only in case"
            yield Problem(at, ID, message, LEVEL)
        seen.setdefault(name.lower(), name)


def _rule(name: str) -> str:
    if len(name) > 249:
        return "it is longer than 249 characters"
    joined = re.sub(r"\s+", "-", name.strip())
    if joined != name and _ID.fullmatch(joined):
        return f"write {joined}, without spaces"
    return "write letters, digits, '.', '_' and '-', a letter, digit or '_' first"


def _words(graph: Graph) -> Iterator[Problem]:
    """Names that stand in SQL as they are."""
    for schema in graph.schemas.values():
        for field in schema.fields:
            at = graph.positions.key("schemas", schema.id, "fields", field.name)
            yield from _word(field.name, at)
        yield from _fields(graph, schema)
    for job in graph.jobs.values():
        for step in job.steps:
            yield from _word(step, graph.positions.key("jobs", job.id, "steps", step))
    for store in graph.stores.values():
        at = graph.positions.value("stores", store.id, "table")
        if _ID.fullmatch(store.id):
            yield from _word(store.table, at)


def _fields(graph: Graph, schema: Schema) -> Iterator[Problem]:
    """Fields of one schema that differ in nothing but case, told where the later one stands."""
    seen: dict[str, str] = {}
    path = ("schemas", schema.id, "fields")
    for field in schema.fields:
        first = seen.setdefault(field.name.lower(), field.name)
        if first != field.name and (*path, field.name) in graph.positions.keys:
            at = graph.positions.key(*path, field.name)
            message = f"fields '{field.name}' and '{first}' of schema/{schema.id}"
            yield Problem(at, ID, f"{message} differ only in case: rename one", LEVEL)


def _word(name: str, at: Position) -> Iterator[Problem]:
    if _WORD.fullmatch(name) is None:
        message = f"'{name}' is no name in SQL: write letters, digits and '_', no digit first"
        yield Problem(at, ID, message, LEVEL)


def _principals(graph: Graph) -> Iterator[Problem]:
    for section, nodes in (("services", graph.services), ("jobs", graph.jobs)):
        for node in nodes.values():
            for key, name in (("principal", node.principal), ("group", node.group)):
                if name != node.id and _ID.fullmatch(name) is None:
                    at = graph.positions.value(section, node.id, key)
                    yield Problem(at, ID, f"'{name}' is no {key}: {_rule(name)}", LEVEL)


def _edges(graph: Graph) -> Iterator[Problem]:
    """What an edge is called in SQL, and as whom and in which group it is read or written."""
    for edge in graph.edges:
        said = (("principal", edge.principal), ("group", edge.group), ("as", edge.name))
        for key, name in said:
            at = fact(edge, key, graph.positions)
            if at and key == "as":
                yield from _word(name, at)
            elif at and _ID.fullmatch(name) is None:
                yield Problem(at, ID, f"'{name}' is no {key}: {_rule(name)}", LEVEL)
