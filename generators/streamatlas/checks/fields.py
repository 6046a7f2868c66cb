"""A query gives the fields of its output's schema, and values that fit them.

Flink refuses some of that when the job is deployed. The rest is worse, since it runs: a total
that has more digits than its column becomes NULL, and a cast to a whole number cuts fractions
off. `SUM` of a `decimal(18,6)` is a `decimal(38,6)`.

```yaml
schemas:
  order: {fields: {shop: string, amount: 'decimal(10,2)'}}
  total: {id: shop, fields: {shop: string, amount: 'decimal(10,2)'}}
jobs:
  totals:
    writes: {store/total: {from: order, group-by: shop, set: {amount: SUM(amount)}}}
```

Widen the output's field, here to `decimal(38,2)`, or select what is missing by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Schema, Store, Topic
from streamatlas.model.near import nearest
from streamatlas.model.problem import Level, Position, Problem
from streamatlas.sql import places
from streamatlas.sql.columns import Columns
from streamatlas.sql.fits import misfit
from streamatlas.sql.yields import Part, parts

ID = "fields"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Fields that are missing, left over, or of another type."""
    for part in parts(graph):
        section, ref = part.place
        columns = part.result.columns
        if section == "steps" or columns is None or _is_unsure(part):
            continue
        kind, _, name = ref.partition("/")
        nodes: dict[str, Topic | Store] = {**(graph.topics if kind == "topic" else graph.stores)}
        if schema := nodes[name].schema:
            yield from _missing(graph, part, schema, columns)
            yield from _left_over(graph, part, schema)
            yield from _misfits(graph, part, schema, columns)


def _is_unsure(part: Part) -> bool:
    """Whether something in the query is not there, which has its own rule."""
    if part.reading:
        return bool(part.reading.missing)
    known = part.flow.columns or {}
    named = (*part.query.group_by, *part.query.enrich.values())
    return any(name not in known for name in named) or any(
        found.missing for _, found in part.expressions.values()
    )


def _missing(graph: Graph, part: Part, schema: Schema, columns: Columns) -> Iterator[Problem]:
    lacking = [field.name for field in schema.fields if field.name not in columns]
    if lacking:
        names = ", ".join(f"'{name}'" for name in lacking)
        said = f"schema/{schema.id} has {names}, which this query does not give: {_how(part)}"
        yield Problem(_begin(graph, part), ID, said, LEVEL)


def _how(part: Part) -> str:
    if part.query.select:
        return "select it"
    adds_up = part.query.tumble or part.query.group_by
    return "group by it, or set it" if adds_up else "set it, or enrich with it"


def _begin(graph: Graph, part: Part) -> Position:
    if part.query.select:
        return places.at(graph, part.job, part.place, "select")
    return graph.positions.key(*places.own_path(graph, part.job, part.place))


def _left_over(graph: Graph, part: Part, schema: Schema) -> Iterator[Problem]:
    """What free SQL names and nobody gets; a `*` may bring more than is wanted."""
    fields = [field.name for field in schema.fields]
    for item in (part.reading.items if part.reading else None) or ():
        if item.name and not item.starred and item.name not in fields:
            near = nearest(item.name, fields)
            hint = f"did you mean '{near}'?" if near else "it is left out"
            said = f"schema/{schema.id} has no field '{item.name}'; {hint}"
            yield Problem(_item(graph, part, item.name), ID, said, "warning")


def _misfits(graph: Graph, part: Part, schema: Schema, columns: Columns) -> Iterator[Problem]:
    for field in schema.fields:
        own = columns.get(field.name)
        if own and (why := misfit(own, field.type)):
            wanted = f"{field.type} in schema/{schema.id}"
            said = f"'{field.name}' is {own.type} here but {wanted}{why}"
            yield Problem(_item(graph, part, field.name), ID, said, LEVEL)


def _item(graph: Graph, part: Part, name: str) -> Position:
    """Where a query says what a field is."""
    for item in (part.reading.items if part.reading else None) or ():
        if item.name == name:
            text = part.query.select
            return places.inside(graph, part.job, part.place, ("select",), text, item.offset)
    word = ("set", name) if name in part.query.set else ("from",)
    return places.at(graph, part.job, part.place, *word)
