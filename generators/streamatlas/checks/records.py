"""The records of a window can come in it at its rate.

A window says how fast records come and how many there are in all. Where the two cannot both be
true, one of them was not updated, and whoever is on call is paged every day for a batch that is
as it always was.

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, records: 8M-9M}  # 5min at 20k/s are 6M
```

Ask the owner for what really comes, and write both:

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, records: 2.5M-5M}
```

A `required` window may be over early, so for it a number that is too small is no mistake.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Window
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import Range, say_duration, say_number

ID = "records"
LEVEL: Level = "warning"


def check(graph: Graph) -> Iterator[Problem]:
    """Windows whose `records` no rate within their `rate` gives."""
    for node in graph.nodes():
        path = (f"{node.kind}s", node.id, "normal", "windows")
        for index, window in enumerate(node.normal.windows if node.normal else ()):
            if window.records and (never := _never(window, window.records)):
                message = f"{_possible(window)} records, never {never}"
                yield Problem(graph.positions.value(*path, index, "records"), ID, message, LEVEL)


def _never(window: Window, records: Range) -> str | None:
    low, high = _all(window)
    if high is not None and records.low > high:
        return say_number(records.low)
    if records.high is not None and records.high < low and not window.required:
        return f"only {say_number(records.high)}"
    return None


def _all(window: Window) -> tuple[float, float | None]:
    """How many records its rate gives in all, at least and at most."""
    seconds, rate = window.at.length.total_seconds(), window.rate
    return rate.low * seconds, None if rate.high is None else rate.high * seconds


def _possible(window: Window) -> str:
    low, high = _all(window)
    if high is None:
        amount = f"at least {say_number(low)}"
    else:
        amount = f"{say_number(low)}-{say_number(high)}" if low else f"up to {say_number(high)}"
    return f"{window.rate.text} for {say_duration(window.at.length)} is {amount}"
