"""Every window of time exists on every day.

When a clock is put forward, an hour is left out. What is to happen in that hour comes an hour
later or not at all, as the scheduler likes, and nobody has asked it. A window that begins or ends
in that hour is then not there when the batch comes, and who is on call is paged for a batch that is
as it should be. For the 366 days ahead this says so, once a window.

An hour that comes twice does no harm: the window is open in both, and what is required need come in
one of them only. Nor does a window that begins before that hour and ends after it, or one that
recurs so often that it stands in the hour after, too.

```yaml
windows:  # in America/Los_Angeles
  - {at: 02:10-02:15, rate: 8k-20k/s, why: nightly batch}
```

Let the batch come at another time; between 01:00 and 03:00 is where most countries change their
clocks. Or agree on what happens that day and write it down:

```yaml
windows:
  - {at: 02:10-02:15, rate: 8k-20k/s, why: nightly batch, until: 2027-03-13}
  - {at: 03:10-03:15, rate: 8k-20k/s, why: no 02:10, from: 2027-03-14, until: 2027-03-14}
  - {at: 02:10-02:15, rate: 8k-20k/s, why: nightly batch, from: 2027-03-15}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from streamatlas.graph.clock import AHEAD, Skipped, skipped
from streamatlas.graph.graph import Graph, Window
from streamatlas.graph.windows import begins_on, starts
from streamatlas.model.positions import Path
from streamatlas.model.problem import Level, Problem
from streamatlas.model.units import Range, say_duration

ID = "window-dst"
LEVEL: Level = "warning"

_DAY = timedelta(days=1)


def check(graph: Graph, today: date) -> Iterator[Problem]:
    """Windows, and announced work, that a clock put forward leaves out or cuts."""
    for path, window, timezone in _windows(graph):
        for gap in skipped(timezone, today, today + AHEAD):
            if lost := next(_lost(window, gap), None):
                message = f"{_said(*lost, gap)} in {timezone}"
                yield Problem(graph.positions.value(*path, "at"), ID, message, LEVEL)
                break


def _windows(graph: Graph) -> Iterator[tuple[Path, Window, str]]:
    for node in graph.nodes():
        for index, window in enumerate(node.normal.windows if node.normal else ()):
            yield (f"{node.kind}s", node.id, "normal", "windows", index), window, node.timezone
    for index, work in enumerate(graph.maintenance):
        window = Window(work.when, Range(), since=work.day, until=work.day)
        yield ("maintenance", index), window, work.timezone


def _lost(window: Window, gap: Skipped) -> Iterator[tuple[datetime, datetime]]:
    """Occurrences, by wall clock, of which the begin or the end is never shown."""
    if window.at.every and not gap.length % window.at.every:
        return  # the next occurrence stands where this one would
    for day in (gap.begin.date() - _DAY, gap.begin.date()):
        for start in starts(window.at) if begins_on(window, day) else ():
            begin = datetime(day.year, day.month, day.day) + start
            end = begin + window.at.length
            if gap.holds(begin) or (gap.holds(end) and end != gap.begin):
                yield begin, end


def _said(begin: datetime, end: datetime, gap: Skipped) -> str:
    window, day = f"{begin:%H:%M}-{end:%H:%M}", gap.begin.date()
    left = (end - begin) - (min(end, gap.end) - max(begin, gap.begin))
    if left:
        return f"only {say_duration(left)} of {window} exist on {day}"
    return f"{window} does not exist on {day}"
