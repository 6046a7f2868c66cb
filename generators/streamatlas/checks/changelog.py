"""Rows that replace each other go where they can: into no window, and into no plain topic.

A window by event time gives one final row, so it cannot take back what it has added; a plain
topic keeps every row, so a reader would count them all. The rows of a compacted topic and of a
running total replace earlier ones: Flink refuses such a job when it is deployed.

```yaml
topics: {balance: {schema: balance, compacted: true}}
jobs:
  by-hour:
    writes: {balance.hourly: {from: balance, tumble: 1h, group-by: account, set: {n: COUNT(*)}}}
```

Write the total into a store or a compacted topic, where it is a running total that can be
corrected, or read the topic that the compacted one is made from.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Level, Position, Problem
from streamatlas.sql.places import at
from streamatlas.sql.scope import is_window
from streamatlas.sql.yields import Part, Replaced, mentioned, parts

ID = "changelog"
LEVEL: Level = "error"


def check(graph: Graph) -> Iterator[Problem]:
    """Everything replacing that goes into a window or a plain topic, where it is read."""
    for part in parts(graph):
        yield from _kept(graph, part)
        if is_window(graph, part.place, part.query):
            where = at(graph, part.job, part.place, "tumble")
            yield from _refused(part.flow.replaced, where)
        for mention in part.reading.mentions if part.reading else ():
            if mention.windowed:
                where = at(graph, part.job, part.place, "select")
                yield from _refused(mentioned(graph, part, mention), where)


def _kept(graph: Graph, part: Part) -> Iterator[Problem]:
    section, ref = part.place
    topic = graph.topics.get(ref.removeprefix("topic/")) if section == "writes" else None
    if topic is None or topic.compacted:
        return
    if part.reading and (part.reading.missing or part.reading.unclear):
        return  # which has its own rule, and what comes out is a guess
    for each in part.result.replaced:
        said = f"{each.what}, its rows replace each other: {ref} would keep them all"
        yield Problem(each.at, ID, f"{said}; make it compacted, or {each.instead}", LEVEL)


def _refused(found: tuple[Replaced, ...], window: Position) -> Iterator[Problem]:
    for each in found:
        same = window.file == each.at.file
        place = f"line {window.line}" if same else f"{window.file}:{window.line}"
        said = f"{each.what}, its rows replace each other: the window at {place} cannot use it"
        yield Problem(each.at, ID, said, LEVEL)
