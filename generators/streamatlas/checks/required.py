"""A required window says how much must come.

`required` means: somebody is told when the batch stays away. That takes a number which silence does
not reach. With an upper bound alone, the night in which nothing comes is as good as any other, and
the first to notice is a customer with an empty invoice.

```yaml
windows:
  - {at: 09:10-09:15, rate: up to 20k/s, required: true}
```

Write from how much on it is the batch. Who wants a window that may stay empty leaves out
`required`.

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, required: true}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Problem

ID = "required"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Required windows whose rate has no lower bound."""
    for node in graph.nodes():
        path = (f"{node.kind}s", node.id, "normal", "windows")
        for index, window in enumerate(node.normal.windows if node.normal else ()):
            if window.required and not window.rate.low:
                why = f"'{window.rate.text}' is true of silence" if window.rate.text else _REMEDY
                message = f"a required window needs a lower bound: {why}"
                yield Problem(graph.positions.value(*path, index, "rate"), ID, message, LEVEL)


_REMEDY = "write its rate, such as 8k-20k/s"
