"""View: what a rule may look at, with the questions that several rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from streamatlas.graph.graph import Graph, Job, Ref, Service, Store, Topic
from streamatlas.health.declared import Declared
from streamatlas.health.past import Past, Sample
from streamatlas.health.thresholds import RATE_WINDOW, STALE, STALE_MISSING
from streamatlas.model.observed import (
    ENDED,
    FlinkCluster,
    Reading,
    RunningJob,
    Snapshot,
    TopicState,
)

T = TypeVar("T")

NOT_ASKED: Reading[Any] = Reading(missing="not asked yet")


@dataclass(frozen=True, slots=True)
class Dark:
    """A core reading that cannot be trusted: since when, why, and whose answer is missing."""

    source: Ref
    since: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class View:
    """One poll: declared, observed and remembered. `past` already holds this poll's samples."""

    declared: Declared
    snapshot: Snapshot
    past: Past

    @property
    def graph(self) -> Graph:
        """What is declared."""
        return self.declared.graph

    @property
    def now(self) -> datetime:
        """When the poll began; all ages are taken from it."""
        return self.snapshot.taken_at

    def fresh(self, readings: Mapping[str, Reading[T]], ref: str) -> T | None:
        """The value of a reading that can be judged, or None."""
        reading = readings.get(ref)
        return None if reading is None or self.stale(reading) else reading.value

    def stale(self, reading: Reading[T]) -> bool:
        """Whether a reading is missing, or too old to be judged."""
        if reading.at is None:
            return True
        age = self.now - reading.at
        return age > STALE or (reading.missing is not None and age > STALE_MISSING)

    def live(self, ref: Ref) -> RunningJob | None:
        """The newest running job of a name, if it is known and there is one."""
        jobs = self.fresh(self.snapshot.jobs, ref) or ()
        return next((job for job in jobs if job.state not in ENDED), None)

    def elsewhere(self, ref: Ref) -> bool:
        """Whether a job is absent because nobody starts it here.

        In the sandbox only what has a script is started; elsewhere others start the rest.
        """
        here = self.graph.environment != "sandbox" or ref in self.declared.digests
        return not here and self.fresh(self.snapshot.jobs, ref) == ()

    def clock(self, ref: Ref, job: RunningJob) -> datetime:
        """Flink's clock at this poll."""
        at = self.snapshot.jobs[ref].at
        return job.clock + (self.now - at if at else timedelta())

    def cluster(self, ref: Ref) -> FlinkCluster | None:
        """Flink's overview, if it is known."""
        return self.fresh(self.snapshot.clusters, ref)

    def topic(self, ref: Ref) -> TopicState | None:
        """A topic's state, if it is known."""
        return self.fresh(self.snapshot.topics, ref)

    def open(self, ref: Ref, rule: str) -> bool:
        """Whether a rule was open on an element at the last poll."""
        mark = self.past.marks.get((ref, rule))
        return bool(mark and mark.open)

    def own_topics(self, ref: Ref) -> tuple[Ref, ...]:
        """Topics that only this service writes: there its arrivals are seen."""
        wiring = self.declared.wiring
        written = (t for t in wiring.outputs.get(ref, ()) if t.startswith("topic/"))
        return tuple(t for t in written if len(wiring.inputs[t]) == 1)

    def rate(self, ref: Ref, counter: str, over: timedelta = RATE_WINDOW) -> float | None:
        """Growth of a counter a second; None until it was seen for a third of the time."""
        samples = self.past.samples.get((ref, counter), ())
        recent = [s for s in samples if self.now - s.at <= over]
        if len(recent) < 2 or recent[-1].at - recent[0].at < over / 3:
            return None
        return growth(recent) / (recent[-1].at - recent[0].at).total_seconds()

    def core(self, ref: Ref) -> tuple[tuple[Ref, Reading[Any]], ...]:
        """The readings without which a node is UNKNOWN, each with the source it comes from."""
        node = self.graph.node(ref)
        if isinstance(node, Job):
            return ((node.source, self.snapshot.jobs.get(ref, NOT_ASKED)),)
        if isinstance(node, Store):
            return ((node.source, self.snapshot.stores.get(ref, NOT_ASKED)),)
        topics = self.own_topics(ref) if isinstance(node, Service) else (ref,)
        return tuple(self._topic_core(t) for t in topics)

    def _topic_core(self, ref: Ref) -> tuple[Ref, Reading[Any]]:
        topic = self.graph.node(ref)
        assert isinstance(topic, Topic)
        return topic.source, self.snapshot.topics.get(ref, NOT_ASKED)

    def dark(self, ref: Ref) -> Dark | None:
        """Why a node cannot be judged; None where it can."""
        for source, reading in self.core(ref):
            if self.stale(reading):
                return Dark(source, reading.at, reading.missing or "too old")
        return None


def growth(samples: list[Sample]) -> float:
    """How much a counter grew from its first sample to its last."""
    return samples[-1].value - samples[0].value
