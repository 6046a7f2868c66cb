"""What a job promises is no less than its records may have to wait.

Where rows go by event time, a result is final once every input has gone `out-of-order` past its
window, or has been silent for its `idle-timeout`. What is written exactly once is seen at the
job's next checkpoint. If all of this on the way is longer than the promised `latency`, then the
promise breaks on quite normal days: somebody is paged for it, and finds nothing to repair.

```yaml
schemas:
  event: {time: at, out-of-order: 45min, fields: {at: timestamp}}
jobs:
  hourly: {normal: {latency: 25min}}  # but its windows stay open for 45 min
```

Promise more, or wait less: a shorter `out-of-order` (what is later is dropped by windows), a
shorter `idle-timeout`, more frequent checkpoints. The message counts the waits in the order of the
way. How long a window is does not count: its result is due from its end on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from streamatlas.graph.graph import Graph, Node, Ref
from streamatlas.graph.overrides import place, written
from streamatlas.graph.resolve import CHECKPOINT_INTERVAL
from streamatlas.graph.waits import Wait, waits
from streamatlas.model.positions import Path
from streamatlas.model.problem import Level, Position, Problem
from streamatlas.model.units import say_duration

ID = "latency"
LEVEL: Level = "error"

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def check(graph: Graph) -> Iterator[Problem]:
    """Nodes whose results, or what they read, may come later than they promise."""
    for node in graph.nodes():
        promised = node.normal.latency if node.normal else None
        if promised is None:
            continue
        known = {ref: wait for ref in _results(graph, node) if (wait := waits(graph).get(ref))}
        slowest = max(known, key=lambda ref: known[ref].length, default=None)
        if slowest and known[slowest].length > promised:
            yield _problem(graph, node, promised, slowest, known[slowest])


def _results(graph: Graph, node: Node) -> tuple[Ref, ...]:
    """What a promise is about: what a job writes, what a service reads, else the node itself."""
    if node.kind == "job":
        return tuple(edge.target for edge in graph.outputs(node.ref))
    if node.kind == "service":
        return tuple(edge.origin for edge in graph.inputs(node.ref))
    return (node.ref,)


def _problem(graph: Graph, node: Node, promised: timedelta, ref: Ref, wait: Wait) -> Problem:
    what = ref.removeprefix("topic/")
    parts = ", ".join([*_by_time(wait), *_checkpoints(wait)])
    may = f"{what} may wait {say_duration(wait.length)} ({parts}){_where(graph, wait)}"
    message = f"{may}; {node.ref} promises {say_duration(promised)}"
    return Problem(_place(graph, node, wait), ID, message, LEVEL)


def _by_time(wait: Wait) -> Iterator[str]:
    for number, part in enumerate(wait.by_time):
        idle = "" if number else " idle"
        yield f"{say_duration(part.out_of_order)} + {say_duration(part.idle)}{idle}"


def _checkpoints(wait: Wait) -> Iterator[str]:
    """How many checkpoints; how far apart they are where that is not the default."""
    count, intervals = len(wait.saved), [part.interval for part in wait.saved]
    if not count:
        return
    if len(set(intervals)) > 1:
        yield f"checkpoints of {' + '.join(map(say_duration, intervals))}"
        return
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    each = "" if intervals[0] == CHECKPOINT_INTERVAL else f" of {say_duration(intervals[0])}"
    yield f"{number} checkpoint{'s' if count > 1 else ''}{each}"


def _where(graph: Graph, wait: Wait) -> str:
    """` in ENVIRONMENT`, where one of the checkpoints is another there."""
    jobs = (graph.node(part.job) for part in wait.saved)
    return next(filter(None, (place(graph, j, "checkpoint-interval")[1] for j in jobs)), "")


def _place(graph: Graph, node: Node, wait: Wait) -> Position:
    """Where the longest of the waits is written; else where the promise is."""
    _, at = max(_written(graph, wait), key=lambda one: one[0], default=(None, None))
    return at or graph.positions.value(f"{node.kind}s", node.id, "normal", "latency")


def _written(graph: Graph, wait: Wait) -> Iterator[tuple[timedelta, Position | None]]:
    """How long each part of the wait is, and where it is written, if it is."""
    known = graph.positions.values
    for part in wait.by_time:
        topic = graph.topics[part.topic.removeprefix("topic/")]
        schema = topic.schema.id if topic.schema else ""
        path: Path = ("schemas", schema, "out-of-order")
        yield part.out_of_order, known.get(path)
        yield part.idle, known.get(("topics", topic.id, "idle-timeout"))
    for saved in wait.saved:
        job = graph.node(saved.job)
        is_written = written(graph, job, "checkpoint-interval")
        yield saved.interval, place(graph, job, "checkpoint-interval")[0] if is_written else None
