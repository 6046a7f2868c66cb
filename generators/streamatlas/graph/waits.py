"""How long a record may wait on its way to a job's output.

Where rows go by event time, they wait until every input has gone `out-of-order` past them, or
is silent for its `idle-timeout`: the slowest input holds all. A topic that is written exactly
once shows its records at the writer's next checkpoint. Waits of jobs one after the other add up.
What a window takes to fill is no delay of a result, which is due from the window's end on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from streamatlas.graph.graph import Edge, Graph, Job, Ref, Topic
from streamatlas.graph.memo import once
from streamatlas.graph.order import ordered
from streamatlas.graph.ways import Way, ways

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class ByTime:
    """A wait for a topic's event time, in a job that reads it."""

    topic: Ref
    out_of_order: timedelta
    idle: timedelta
    window: timedelta = _NONE


@dataclass(frozen=True, slots=True)
class Saved:
    """A wait for a job's next checkpoint."""

    job: Ref
    interval: timedelta


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """A wait, as its last part and what comes before it on the way.

    `length` is how long after its window's end a result may come; `held` how long a record may
    be held, its windows included.
    """

    length: timedelta = _NONE
    held: timedelta = _NONE
    last: ByTime | Saved | None = None
    before: Wait | None = None

    def then(self, part: ByTime | Saved) -> Wait:
        """The wait with one more part."""
        if isinstance(part, Saved):
            return Wait(self.length + part.interval, self.held + part.interval, part, self)
        late = part.out_of_order + part.idle
        return Wait(self.length + late, self.held + late + part.window, part, self)

    @property
    def by_time(self) -> tuple[ByTime, ...]:
        """The waits for event time, in the order of the way."""
        return tuple(part for part in self._parts() if isinstance(part, ByTime))

    @property
    def saved(self) -> tuple[Saved, ...]:
        """The waits for checkpoints, in the order of the way."""
        return tuple(part for part in self._parts() if isinstance(part, Saved))

    def _parts(self) -> tuple[ByTime | Saved, ...]:
        parts: list[ByTime | Saved] = []
        wait: Wait | None = self
        while wait:
            parts += [wait.last] if wait.last else []
            wait = wait.before
        return tuple(reversed(parts))


@once
def waits(graph: Graph) -> Mapping[Ref, Wait]:
    """The longest wait until a result is in a topic or store, where a job writes it."""
    return _waits(graph, lambda wait: wait.length)


@once
def holds(graph: Graph) -> Mapping[Ref, Wait]:
    """The wait in which a record is held longest, its windows included."""
    return _waits(graph, lambda wait: wait.held)


def _waits(graph: Graph, by: Callable[[Wait], timedelta]) -> Mapping[Ref, Wait]:
    """What stands on or below a cycle has none: its records may go round for ever."""
    written: dict[Ref, list[Edge]] = {}
    for edge in graph.edges:
        if _job(graph, edge.origin):
            written.setdefault(edge.target, []).append(edge)
    before = {
        ref: {w.input for e in edges for w in ways(graph)[e.origin, ref]} & written.keys()
        for ref, edges in written.items()
    }
    found: dict[Ref, Wait] = {}
    for ref in ordered(before):
        found[ref] = max((_into(graph, found, edge, by) for edge in written[ref]), key=by)
    return found


def _job(graph: Graph, ref: Ref) -> Job | None:
    job = graph.jobs.get(ref.removeprefix("job/"))
    return job if job and job.ref == ref else None


def _into(
    graph: Graph, found: Mapping[Ref, Wait], edge: Edge, by: Callable[[Wait], timedelta]
) -> Wait:
    here = ways(graph)[edge.origin, edge.target]
    each = (through(graph, found.get(way.input, Wait()), way) for way in here)
    longest = max(each, key=by, default=Wait())
    saved = checkpoint(graph, edge)
    return longest.then(saved) if saved else longest


def through(graph: Graph, before: Wait, way: Way) -> Wait:
    """A wait with what it takes from that input to where the job has rows to write."""
    topic = graph.topics.get(way.input.removeprefix("topic/"))
    if not way.by_time or topic is None or topic.ref != way.input or not _has_time(topic):
        return before
    late = topic.schema.out_of_order if topic.schema else _NONE
    return before.then(ByTime(way.input, late, topic.idle_timeout, way.window))


def _has_time(topic: Topic) -> bool:
    return topic.schema is not None and topic.schema.time is not None


def checkpoint(graph: Graph, edge: Edge) -> Saved | None:
    """The wait for the checkpoint that shows what a job wrote to a topic exactly once."""
    job = _job(graph, edge.origin)
    if job is None or not edge.target.startswith("topic/") or edge.guarantee != "exactly-once":
        return None
    return Saved(job.ref, job.checkpoint_interval)
