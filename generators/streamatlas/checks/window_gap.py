"""Required windows follow each other without a gap.

When a batch moves, one window ends (`until`) and another begins (`from`). On a day between them
nothing is required: the batch may stay away and nobody is told, or it comes and is taken for a
spike.

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, required: true, until: 2027-01-31}
  - {at: 10:10-10:15, rate: 8k-20k/s, required: true, from: 2027-02-08}
```

Both days are included, so begin the later one on the day after the earlier one ends:

```yaml
windows:
  - {at: 09:10-09:15, rate: 8k-20k/s, required: true, until: 2027-01-31}
  - {at: 10:10-10:15, rate: 8k-20k/s, required: true, from: 2027-02-01}
```

Days on which neither window would begin, such as a weekend between two windows of weekdays, are no
gap, and one that is past or further away than 366 days is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from streamatlas.graph.clock import AHEAD
from streamatlas.graph.graph import Graph, Window
from streamatlas.graph.windows import falls_on
from streamatlas.model.problem import Level, Problem

ID = "window-gap"
LEVEL: Level = "warning"

_DAY = timedelta(days=1)
# Each DAYS, such as the 1st, comes once in so many.
_CYCLE = 31

Numbered = tuple[int, Window]


def check(graph: Graph, today: date) -> Iterator[Problem]:
    """Gaps that are not over yet, at the `from` that ends them."""
    for node in graph.nodes():
        path = (f"{node.kind}s", node.id, "normal", "windows")
        for (earlier, before), (later, after) in _pairs(node.normal.windows if node.normal else ()):
            days = _missed(before, after)
            if not days or days[-1] < today or days[0] > today + AHEAD:
                continue
            at = graph.positions.value(*path, later, "from")
            until = graph.positions.value(*path, earlier, "until").seen_from(at)
            message = f"no required window covers {_stretch(days)}, after {until}"
            yield Problem(at, ID, message, LEVEL)


def _pairs(windows: tuple[Window, ...]) -> Iterator[tuple[Numbered, Numbered]]:
    """Each required window that begins after all before it have ended, with the last of those."""
    required = [(number, w) for number, w in enumerate(windows) if w.required]
    required.sort(key=lambda one: one[1].since or date.min)
    last = required[0] if required else None
    for one in required[1:]:
        if last is None or last[1].until is None:
            return
        if one[1].since and one[1].since > last[1].until:
            yield last, one
        last = max(last, one, key=lambda w: w[1].until or date.max)


def _missed(before: Window, after: Window) -> tuple[date, ...]:
    """The first and the last day between them on which one of them would begin."""
    if before.until is None or after.since is None:
        return ()
    first, last = before.until + _DAY, after.since - _DAY
    near = [day for n in range(_CYCLE) if (day := first + n * _DAY) <= last]
    far = [day for n in range(_CYCLE) if (day := last - n * _DAY) >= first]
    fit = [d for d in (*near, *far) if falls_on(before.at.days, d) or falls_on(after.at.days, d)]
    return (min(fit), max(fit)) if fit else ()


def _stretch(days: tuple[date, ...]) -> str:
    return " to ".join(dict.fromkeys(map(str, days)))
