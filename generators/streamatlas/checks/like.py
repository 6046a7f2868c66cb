"""No schema is like itself.

`like` takes over the fields of another schema. Where two are like each other, or one is like
itself, nobody can say where a field comes from, and a change to one of them changes all.

```yaml
schemas:
  usage-minute: {like: usage-row, fields: {quantity: double}}
  usage-row: {like: usage-minute, fields: {tier: string}}
```

Let the one that has more be like the one that has less:

```yaml
schemas:
  usage-minute: {fields: {quantity: double}}
  usage-row: {like: usage-minute, fields: {tier: string}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.graph.schemas import MOST_LIKE
from streamatlas.model.problem import Level, Problem

ID = "like"
LEVEL: Level = "error"

# A message names no more schemas than this.
_MOST = 8


def check(graph: Graph) -> Iterator[Problem]:
    """Each circle of schemas once, at the `like` of the one that stands first; and long ways."""
    lengths: dict[str, int] = {}
    for name in graph.schemas:
        way: dict[str, None] = {}
        while name in graph.schemas and name not in lengths:
            lengths[name] = 0
            way[name] = None
            name = graph.schemas[name].like
        if name in way:
            yield _problem(graph, list(way)[list(way).index(name) :])
        for one in reversed(way):
            lengths[one] = lengths.get(graph.schemas[one].like, 0) + 1
            if lengths[one] == MOST_LIKE + 1 and name not in way:
                yield _long(graph, one)


def _long(graph: Graph, name: str) -> Problem:
    message = f"more than {MOST_LIKE} schemas are like the next here: write the fields out"
    return Problem(graph.positions.value("schemas", name, "like"), ID, message, LEVEL)


def _problem(graph: Graph, circle: list[str]) -> Problem:
    ats = {name: graph.positions.value("schemas", name, "like") for name in circle}
    first = circle.index(min(circle, key=lambda name: ats[name]))
    names = [f"schema/{name}" for name in (*circle[first:], *circle[:first])]
    said = " -> ".join([*names[:_MOST], *(["..."] if len(names) > _MOST else []), names[0]])
    message = f"{names[0]} is like itself ({said}): leave out one 'like'"
    return Problem(ats[circle[first]], ID, message, LEVEL)
