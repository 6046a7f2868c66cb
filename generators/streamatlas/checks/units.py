"""No total adds two units.

Numbers beside a field `unit` are in that unit. Minutes added to GiB give a number that looks
like any other, on an invoice as well.

```yaml
schemas:
  usage: {fields: {account: string, unit: {type: string, doc: 'minutes, GiB'}, quantity: double}}
jobs:
  totals:
    writes: {total: {from: usage, group-by: account, set: {quantity: SUM(quantity)}}}
```

Group by the unit too: `group-by: [account, unit]`. A number that is always in one unit says so
itself: `seconds: {type: bigint, unit: s}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem
from streamatlas.sql.columns import UNKNOWN, Columns
from streamatlas.sql.places import at, inside
from streamatlas.sql.understood import Total
from streamatlas.sql.yields import Part, parts

ID = "units"
LEVEL: Level = "error"

_UNIT = "unit"
_NUMBER = re.compile(r"int|bigint|double|decimal\(.*\)")


def check(graph: Graph) -> Iterator[Problem]:
    """Every sum over a number whose unit differs from row to row."""
    for part in parts(graph):
        yield from _in_words(graph, part)
        yield from _in_sql(graph, part)


def _in_words(graph: Graph, part: Part) -> Iterator[Problem]:
    query, columns = part.query, part.flow.columns or {}
    if _UNIT in query.group_by:
        return
    for key, (_, found) in part.expressions.items():
        for total in found.totals:
            if _is_mixed(total, columns):
                word = ("group-by",) if query.group_by else key
                where = at(graph, part.job, part.place, *word)
                yield Problem(where, ID, _said(total.text, columns), LEVEL)


def _in_sql(graph: Graph, part: Part) -> Iterator[Problem]:
    for total in part.reading.totals if part.reading else ():
        if _is_mixed(total, total.beside):
            where = inside(
                graph, part.job, part.place, ("select",), part.query.select, total.offset
            )
            yield Problem(where, ID, _said(total.text, total.beside), LEVEL)


def _is_mixed(total: Total, beside: Columns) -> bool:
    unit = beside.get(_UNIT, UNKNOWN)
    if not total.sums or _UNIT in total.grouped or unit.one or unit.type != "string":
        return False
    return any(_NUMBER.fullmatch(kind.type) and not kind.unit for kind in total.kinds)


def _said(total: str, beside: Columns) -> str:
    """The first two units that the field's description names make it plain."""
    named = [unit.strip() for unit in beside[_UNIT].doc.split(",")]
    two = f"{named[0]} to {named[1]}" if len(named) > 1 and all(named[:2]) else "different units"
    return f"{total} would add {two}: the unit is in field '{_UNIT}', so group by it"
