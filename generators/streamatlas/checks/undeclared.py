"""A query reads only what its job declares.

Who is told when a topic changes, who may read it, whose lag is watched: all of that follows
from what jobs declare. SQL that reads a topic on the side would be denied by Kafka, and nobody
would know that the job depends on it.

```yaml
jobs:
  late-orders:
    reads: orders
    writes: {orders.late: SELECT o.id FROM orders AS o JOIN couriers AS c ON o.id = c.order_id}
```

Add what is read: `reads: [orders, couriers]`. What stands in `from` and `enrich` counts as read.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Ref
from streamatlas.model.problem import Level, Problem
from streamatlas.sql.places import inside
from streamatlas.sql.yields import Part, parts

ID = "undeclared"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Every table in free SQL that is a topic or store, and no input of the job."""
    called = tables(graph)
    for part in parts(graph):
        for mention in part.reading.mentions if part.reading else ():
            ref = called.get(mention.name)
            if not ref or mention.name in part.later or _is_known(graph, part, mention.name, ref):
                continue
            text = part.query.select
            at = inside(graph, part.job, part.place, ("select",), text, mention.offset)
            said = f"{part.job.ref} does not declare that it reads {ref}"
            yield Problem(at, ID, f"{said}: add reads: {ref.removeprefix('topic/')}", LEVEL)


def _is_known(graph: Graph, part: Part, name: str, ref: Ref) -> bool:
    """Whether the query may read that table, or its job has the topic under another name."""
    return name in part.tables or any(edge.origin == ref for edge in graph.inputs(part.job.ref))


def tables(graph: Graph) -> dict[str, Ref]:
    """Every topic and store by what it is called in SQL, whoever reads it."""
    return {
        names.sql(node.ref): node.ref for node in (*graph.topics.values(), *graph.stores.values())
    }
