"""A window is open on some day.

A window that ends before it begins, or that is due on none of its own days, is never open. What it
describes is then taken for a spike, or is not waited for.

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, from: 2027-02-01, until: 2027-01-31}
maintenance:
  - {of: store/usage, date: 2026-12-05, at: 22:00-02:00 weekdays}  # a Saturday
```

Both `from` and `until` are included, so a window of one day has the same day twice. Beside a `date`
no days of the week are needed:

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, from: 2027-01-31, until: 2027-02-01}
maintenance:
  - {of: store/usage, date: 2026-12-05, at: 22:00-02:00}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from streamatlas.graph.graph import Graph, Window
from streamatlas.graph.windows import falls_on
from streamatlas.model.problem import Level, Problem

ID = "window-dates"
LEVEL: Level = "error"

# Each DAYS, such as the 1st, comes once in so many.
_CYCLE = 31


def check(graph: Graph) -> Iterator[Problem]:
    """Windows and announced work that never begin."""
    for node in graph.nodes():
        path = (f"{node.kind}s", node.id, "normal", "windows")
        for index, window in enumerate(node.normal.windows if node.normal else ()):
            if why := _never(window):
                yield Problem(graph.positions.value(*path, index, "until"), ID, why, LEVEL)
    for index, work in enumerate(graph.maintenance):
        if work.day and not falls_on(work.when.days, work.day):
            at = graph.positions.value("maintenance", index, "date")
            message = f"{work.day} is a {work.day:%A}: '{work.when.text}' does not begin then"
            yield Problem(at, ID, message, LEVEL)


def _never(window: Window) -> str | None:
    since, until = window.since, window.until
    if since is None or until is None:
        return None
    if until < since:
        return f"until {until} is before from {since}: write the later day under until"
    days = [since + timedelta(days=n) for n in range(min((until - since).days + 1, _CYCLE))]
    if any(falls_on(window.at.days, day) for day in days):
        return None
    return f"'{window.at.text}' never begins from {since} until {until}"
