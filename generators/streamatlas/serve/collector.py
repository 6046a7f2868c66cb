"""The live loop: poll, judge, publish; every ten seconds for as long as the portal runs."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, TypeVar

from streamatlas.graph.graph import Graph, Job, Source, Store, Topic
from streamatlas.health.evaluate import evaluate
from streamatlas.health.past import Past
from streamatlas.health.publish import to_json
from streamatlas.model.judged import Report
from streamatlas.model.observed import POLL, Reading, Snapshot
from streamatlas.observe.collect import Collector


@dataclass(frozen=True, slots=True)
class Published:
    """One report as it goes over the wire; `etag` is a digest of `body`, in quotes."""

    body: bytes
    etag: str
    report: Report


T = TypeVar("T")
Why: TypeAlias = Callable[[Source], str]


def silent(source: Source) -> str:
    """Where nothing more is known of a source than that it does not answer."""
    return ""


class Feed:
    """The newest report, for whoever asks and whoever waits; lives in one event loop."""

    def __init__(self) -> None:
        self._current: Published | None = None
        self._waiting: set[asyncio.Queue[Published]] = set()

    @property
    def current(self) -> Published | None:
        """The newest report; None before the first poll is judged."""
        return self._current

    def publish(self, report: Report) -> Published:
        """Make a report the current one and wake whoever waits for changes."""
        body = json.dumps(to_json(report), ensure_ascii=False, separators=(",", ":")).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        self._current = Published(body, etag, report)
        for queue in self._waiting:
            if queue.full():
                queue.get_nowait()  # a slow reader wants the newest, not each
            queue.put_nowait(self._current)
        return self._current

    async def changes(self) -> AsyncGenerator[Published, None]:
        """The current report, if there is one, then each that follows; a slow reader skips some."""
        queue: asyncio.Queue[Published] = asyncio.Queue(maxsize=1)
        if self._current is not None:
            queue.put_nowait(self._current)
        self._waiting.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._waiting.discard(queue)


async def run(
    graph: Graph,
    environ: Mapping[str, str],
    feed: Feed,
    clock: Callable[[], datetime],
    runbooks: Mapping[str, str] | None = None,
    why: Why = silent,
) -> None:
    """Poll for ever at a fixed beat, and publish each report.

    `why` may know more of a source that does not answer. `runbooks` maps a rule to the path of
    its runbook within the portal. A poll never takes longer than the beat: the collector has a
    deadline of its own.
    """
    loop = asyncio.get_running_loop()
    past = Past()
    async with aclosing(Collector(graph, environ)) as collector:
        while True:
            begun = loop.time()
            snapshot = explained(await collector.poll(clock()), graph, why)
            report, past = await asyncio.to_thread(
                evaluate, graph, snapshot, past, clock(), runbooks or {}
            )
            feed.publish(report)
            await asyncio.sleep(max(0.0, POLL.total_seconds() - (loop.time() - begun)))


def explained(snapshot: Snapshot, graph: Graph, why: Why) -> Snapshot:
    """The snapshot; what a silent source was asked has what is known of that in its reason."""
    silent = [ref for ref, reading in snapshot.sources.items() if reading.missing]
    known = {ref: more for ref in silent if (more := why(graph.sources[ref]))}
    if not known:
        return snapshot

    placed: tuple[Topic | Job | Store, ...] = (
        *graph.topics.values(),
        *graph.jobs.values(),
        *graph.stores.values(),
    )
    sources = {ref: ref for ref in graph.sources} | {node.ref: node.source for node in placed}

    def told(readings: Mapping[str, Reading[T]]) -> dict[str, Reading[T]]:
        """By reference, or by an edge from a topic."""
        return {
            key: _told(reading, known.get(sources[key.partition(" -> ")[0]]))
            for key, reading in readings.items()
        }

    return replace(
        snapshot,
        sources=told(snapshot.sources),
        clusters=told(snapshot.clusters),
        jobs=told(snapshot.jobs),
        topics=told(snapshot.topics),
        groups=told(snapshot.groups),
        stores=told(snapshot.stores),
    )


def _told(reading: Reading[T], more: str | None) -> Reading[T]:
    missing = f"{reading.missing}; {more}" if reading.missing and more else reading.missing
    return replace(reading, missing=missing)
