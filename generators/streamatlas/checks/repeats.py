"""What is added up comes once: repeats of a record are dropped first.

A producer that is not sure whether its record arrived sends it again, and after a restart it
may send minutes of them. A sum or a count then says too much, and no later step can tell. The
`id` of a schema says which records are repeats of each other.

```yaml
jobs:
  revenue:
    writes:
      revenue.daily: {from: orders, tumble: 1d, group-by: shop, set: {amount: SUM(amount)}}
```

Write `dedupe: true` beside `from`. In free SQL read a step that has it. Compacted topics need
none: their repeats replace each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Schema
from streamatlas.model.problem import Level, Problem
from streamatlas.sql.places import at, inside, own_path
from streamatlas.sql.yields import Part, parts

ID = "repeats"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Every total of records that may come twice."""
    for part in parts(graph):
        yield from _in_words(graph, part)
        yield from _in_sql(graph, part)


def _in_words(graph: Graph, part: Part) -> Iterator[Problem]:
    adds_up = part.query.tumble or part.query.group_by
    if not adds_up or not any(found.totals for _, found in part.expressions.values()):
        return
    here = at(graph, part.job, part.place, "dedupe")
    if here == graph.positions.value(*own_path(graph, part.job, part.place)):
        here = graph.positions.key(*own_path(graph, part.job, part.place))
    for schema in part.flow.repeated:
        yield Problem(here, ID, f"{_said(schema)}: write dedupe: true", LEVEL)


def _in_sql(graph: Graph, part: Part) -> Iterator[Problem]:
    totals = part.reading.totals if part.reading else ()
    for mention in dict.fromkeys(m for total in totals for m in total.over):
        found = part.tables.get(mention.name)
        for schema in found.repeated if found else ():
            text, offset = part.query.select, mention.offset
            where = inside(graph, part.job, part.place, ("select",), text, offset)
            yield Problem(where, ID, f"{_said(schema)}: read a step with dedupe: true", LEVEL)


def _said(schema: Schema) -> str:
    repeats = ", ".join(schema.identity)
    return f"{schema.id} is added up without dropping repeats of {repeats}"
