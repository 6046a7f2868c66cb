"""One poll of everything: all sources at once, each by itself, with one deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import httpx

from streamatlas.graph.graph import Graph, Ref, Source
from streamatlas.graph.secrets import MissingSecret, filled
from streamatlas.model.observed import DEADLINE, Reading, Snapshot
from streamatlas.observe.answers import hider
from streamatlas.observe.flink import FlinkReader
from streamatlas.observe.kafka import KafkaReader, Read
from streamatlas.observe.postgres import PostgresReader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a source: by Flink's, Kafka's and SQL's names, readers by edge."""

    jobs: Mapping[str, Ref]
    topics: Mapping[str, Ref]
    reads: Mapping[str, Read]
    tables: Mapping[str, Ref]


class Reader(Protocol):
    """One source. It answers in time and never raises: what it cannot read has a reason."""

    async def read(self, now: datetime, end: float) -> Snapshot:
        """One poll, over by `end` (the event loop's time)."""

    async def aclose(self) -> None:
        """Close the connections."""


class Collector:
    """Everything that a graph declares, polled; use it in one event loop and close it.

    `environ` holds what the sources' `$NAME` stand for; `transport` is for Flink alone.
    """

    def __init__(
        self,
        graph: Graph,
        environ: Mapping[str, str],
        transport: httpx.AsyncBaseTransport | None = None,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._deadline = deadline
        self._before: Snapshot | None = None
        self._readers = [_reader(graph, s, environ, transport) for s in graph.sources.values()]

    async def poll(self, now: datetime) -> Snapshot:
        """What all sources say; where one fails, its last good values with their own times.

        Every reading of the poll has the time `now`, when it began.
        """
        end = asyncio.get_running_loop().time() + self._deadline.total_seconds()
        parts = await asyncio.gather(*(reader.read(now, end) for reader in self._readers))
        self._before = merged(now, parts, self._before or Snapshot(now))
        return self._before

    async def aclose(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(reader.aclose() for reader in self._readers))


def merged(now: datetime, parts: list[Snapshot], before: Snapshot) -> Snapshot:
    """The parts as one; what is missing keeps its last good value."""
    return Snapshot(
        now,
        _kept(before.sources, [part.sources for part in parts]),
        _kept(before.clusters, [part.clusters for part in parts]),
        _kept(before.jobs, [part.jobs for part in parts]),
        _kept(before.topics, [part.topics for part in parts]),
        _kept(before.groups, [part.groups for part in parts]),
        _kept(before.stores, [part.stores for part in parts]),
    )


def _kept(
    before: Mapping[Ref, Reading[T]], parts: list[Mapping[Ref, Reading[T]]]
) -> dict[Ref, Reading[T]]:
    return {ref: new.after(before.get(ref)) for part in parts for ref, new in part.items()}


@dataclass(frozen=True, slots=True)
class Unset:
    """A source whose address or password is not set: it cannot be asked."""

    source: Ref
    wanted: Wanted
    reason: str

    async def read(self, now: datetime, end: float) -> Snapshot:
        """The reason, for everything that would be read."""
        return Snapshot(
            now,
            sources={self.source: Reading(missing=self.reason)},
            clusters={self.source: Reading(missing=self.reason)},
            jobs={ref: Reading(missing=self.reason) for ref in self.wanted.jobs.values()},
            topics={ref: Reading(missing=self.reason) for ref in self.wanted.topics.values()},
            groups={edge: Reading(missing=self.reason) for edge in self.wanted.reads},
            stores={ref: Reading(missing=self.reason) for ref in self.wanted.tables.values()},
        )

    async def aclose(self) -> None:
        """Nothing is open."""


def _reader(
    graph: Graph,
    source: Source,
    environ: Mapping[str, str],
    transport: httpx.AsyncBaseTransport | None,
) -> Reader:
    wanted = asked(graph, source.ref)
    try:
        ready = filled(replace(source, gateway="", state=""), environ)  # who only looks needs none
    except MissingSecret as missing:
        return Unset(source.ref, wanted, str(missing))
    if source.kind == "flink":
        return _flink(ready, wanted, environ, transport)
    if source.kind == "kafka":
        return KafkaReader(ready, wanted.topics, wanted.reads)
    return PostgresReader(ready, wanted.tables)


def _flink(
    ready: Source,
    wanted: Wanted,
    environ: Mapping[str, str],
    transport: httpx.AsyncBaseTransport | None,
) -> Reader:
    try:
        return FlinkReader(ready, wanted.jobs, hider(environ), transport)
    except OSError as error:
        return Unset(ready.ref, wanted, f"its ca cannot be read: {error.strerror}")


def asked(graph: Graph, source: Ref) -> Wanted:
    """What of a graph is on a source."""
    topics = {topic.id: topic.ref for topic in graph.topics.values() if topic.source == source}
    return Wanted(
        {job.id: job.ref for job in graph.jobs.values() if job.source == source},
        topics,
        {
            edge.ref: Read(edge.group, edge.origin.partition("/")[2])
            for edge in graph.edges
            if edge.origin in topics.values() and edge.group
        },
        {store.table: store.ref for store in graph.stores.values() if store.source == source},
    )
