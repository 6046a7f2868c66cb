"""The id, the key and the time of a schema are fields of it.

By `id` repeats are dropped, by `key` records find their partition, by `time` windows close. If one
of them names a field that is not there, the script that is made of it does not start, and where
nothing is generated a manual tells producers to send what nobody reads.

```yaml
schemas:
  usage-raw:
    id: usage-id
    time: used_at
    fields: {usage_id: string, used_at: string}
```

Write the names as they stand under `fields`, or under those of the schema that this one is `like`.
A time is a `timestamp`.

```yaml
schemas:
  usage-raw:
    id: usage_id
    time: used_at
    fields: {usage_id: string, used_at: timestamp}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Schema
from streamatlas.model.near import nearest
from streamatlas.model.problem import Level, Position, Problem

ID = "schema-field"
LEVEL: Level = "error"

# A message names no more fields than this.
_MOST = 8


def check(graph: Graph) -> Iterator[Problem]:
    """Every such name without a field, in the schema that names it."""
    for schema in graph.schemas.values():
        for key, at, name in _named(graph, schema):
            field = schema.field(name)
            if field is None:
                if not _is_unread(graph, schema, name):
                    yield Problem(at, ID, _missing(schema, name), LEVEL)
            elif key == "time" and field.type != "timestamp":
                message = f"'{name}' is {field.type}, and the time of a record is a timestamp"
                yield Problem(at, ID, message, LEVEL)


def _named(graph: Graph, schema: Schema) -> Iterator[tuple[str, Position, str]]:
    """What the schema itself says; what it takes over is told where it was said."""
    said = {"id": schema.identity, "key": schema.key, "time": (schema.time or "",)}
    for key, names in said.items():
        path = ("schemas", schema.id, key)
        if path in graph.positions.values:
            for index, name in enumerate(names):
                yield key, graph.positions.item(path, index, name), name


def _is_unread(graph: Graph, schema: Schema, name: str) -> bool:
    """Whether the field may be there: what stands for it, or who has it, could not be read."""
    chain = {schema.id}
    while schema.like in graph.schemas and schema.like not in chain:
        schema = graph.schemas[schema.like]
        chain.add(schema.id)
    written = (("schemas", one, "fields", name) in graph.positions.keys for one in chain)
    return bool(schema.like and schema.like not in chain) or any(written)


def _missing(schema: Schema, name: str) -> str:
    known = [field.name for field in schema.fields]
    near = nearest(name, known)
    has = ", ".join(known[:_MOST]) or "none"
    remedy = f"did you mean '{near}'?" if near else f"it has {has}"
    return f"schema/{schema.id} has no field '{name}'; {remedy}"
