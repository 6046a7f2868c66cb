"""Histories for the tests of rules: poll after poll, with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from streamatlas.graph.graph import Graph, Service
from streamatlas.health.evaluate import evaluate
from streamatlas.health.past import Past
from streamatlas.model.judged import Report
from streamatlas.model.observed import (
    Checkpoints,
    FlinkCluster,
    GroupState,
    JobException,
    Reading,
    RunningJob,
    Snapshot,
    StoreState,
    TopicState,
)
from streamatlas.sql.script import digest, script

BEGIN = datetime(2026, 11, 24, 12, tzinfo=UTC)
POLL = timedelta(seconds=10)
Change = Callable[["History", Snapshot], Snapshot]


@dataclass
class History:
    """Polls every ten seconds. All is well unless a change says otherwise."""

    graph: Graph
    now: datetime = BEGIN
    past: Past = field(default_factory=Past)
    records: int = 1000
    last: Snapshot = field(default_factory=lambda: Snapshot(BEGIN))
    runbooks: Mapping[str, str] = field(default_factory=dict)

    def poll(self, *changes: Change) -> Report:
        """One poll and its report."""
        self.now += POLL
        self.records += 50
        snapshot = self.fine()
        for change in changes:
            snapshot = change(self, snapshot)
        self.last = snapshot
        report, self.past = evaluate(self.graph, snapshot, self.past, self.now, self.runbooks)
        return report

    def polls(self, count: int, *changes: Change) -> Report:
        """Several polls with the same changes; the last report."""
        return [self.poll(*changes) for _ in range(count)][-1]

    def fine(self) -> Snapshot:
        """All answers, and nothing wrong with them."""
        graph = self.graph
        topics = {t.ref: self.topic(t.partitions) for t in graph.topics.values()}
        return Snapshot(
            self.now,
            {ref: Reading(at=self.now) for ref in graph.sources},
            {
                source.ref: Reading(FlinkCluster("2.2.1", 1, 4, 2), self.now)
                for source in graph.sources.values()
                if source.kind == "flink"
            },
            {job.ref: Reading((self.job(job.id),), self.now) for job in graph.jobs.values()},
            {ref: Reading(state, self.now) for ref, state in topics.items()},
            {
                edge.ref: Reading(GroupState(topics[edge.origin].end_offsets), self.now)
                for edge in graph.edges
                if edge.origin in topics
            },
            {
                s.ref: Reading(StoreState(100, self.records), self.now)
                for s in graph.stores.values()
            },
        )

    def topic(self, partitions: int) -> TopicState:
        return TopicState(dict.fromkeys(range(partitions), self.records), newest_record_at=self.now)

    def job(self, name: str, **changes: Any) -> RunningJob:
        """A running job; `changes` are its fields."""
        declared = self.graph.jobs[name]
        job = RunningJob(
            jid=f"{name}-1",
            name=name,
            state="RUNNING",
            started_at=BEGIN - timedelta(hours=1),
            ended_at=None,
            clock=self.now,
            tasks={"running": 4, "total": 4},
            running_since=BEGIN - timedelta(hours=1),
            restarts=0,
            checkpoints=Checkpoints(700, 0, 0, self.now - timedelta(seconds=2)),
            digest=digest(script(self.graph, declared)),
        )
        return replace(job, **changes)

    def thrown(self, *ages: float) -> tuple[JobException, ...]:
        """Exceptions so many seconds ago, newest first."""
        return tuple(
            JobException(self.now - timedelta(seconds=age), "IOException: no luck") for age in ages
        )


def silent_source(ref: str, why: str = "refused") -> Change:
    """A source that does not answer; as the collector does it, old values are kept."""
    kinds = {"flink": ("clusters", "jobs"), "kafka": ("topics", "groups"), "postgres": ("stores",)}

    def change(history: History, snapshot: Snapshot) -> Snapshot:
        before, graph = history.last, history.graph
        lost: dict[str, Any] = {}
        for kind in kinds[graph.sources[ref].kind]:
            old = getattr(before, kind)
            lost[kind] = {
                key: Reading(missing=why).after(old.get(key)) if on(graph, key) == ref else reading
                for key, reading in getattr(snapshot, kind).items()
            }
        gone = Reading[None].after(Reading(missing=why), before.sources.get(ref))
        return replace(snapshot, sources={**snapshot.sources, ref: gone}, **lost)

    return change


def on(graph: Graph, key: str) -> str:
    """The source that a reading comes from; an edge's is that of its topic."""
    ref = key.partition(" -> ")[0]
    if ref in graph.sources:
        return ref
    node = graph.node(ref)
    assert not isinstance(node, Service), "nobody asks a service"
    return node.source


def with_job(name: str, **fields: Any) -> Change:
    """A job with other fields."""

    def change(history: History, snapshot: Snapshot) -> Snapshot:
        jobs = (history.job(name, **fields),)
        return replace(snapshot, jobs={**snapshot.jobs, f"job/{name}": Reading(jobs, history.now)})

    return change


def without_job(name: str, *ended: RunningJob) -> Change:
    """A job that does not run."""

    def change(history: History, snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, jobs={**snapshot.jobs, f"job/{name}": Reading(ended, history.now)})

    return change


def with_slots(available: int, total: int = 4) -> Change:
    """Another number of slots."""

    def change(history: History, snapshot: Snapshot) -> Snapshot:
        cluster = FlinkCluster("2.2.1", bool(total), total, available)
        return replace(snapshot, clusters={"source/flink": Reading(cluster, history.now)})

    return change


def with_topic(ref: str, state: TopicState | None, missing: str | None = None) -> Change:
    """A topic with another state, or absent."""

    def change(history: History, snapshot: Snapshot) -> Snapshot:
        reading = Reading(state, history.now, missing)
        return replace(snapshot, topics={**snapshot.topics, ref: reading})

    return change
