"""Run: the live traffic, in one loop that wakes ten times a second."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from types import FrameType
from typing import Any

from streamatlas.graph import names, secrets
from streamatlas.graph.graph import Graph, Ref, Source
from streamatlas.operate.step import Say
from streamatlas.sandbox.traffic import tables
from streamatlas.sandbox.traffic.burst import burst
from streamatlas.sandbox.traffic.consumer import Consumer
from streamatlas.sandbox.traffic.control import Control, control
from streamatlas.sandbox.traffic.senders import senders
from streamatlas.sandbox.traffic.streams import streams
from streamatlas.sandbox.traffic.values import Pools

TICK = 0.1
STATUS = 2.0
STORES = 30.0
ROWS = 10
# After a longer sleep of the machine, what was due meanwhile is not sent all at once.
ASLEEP = 120.0


class Traffic:
    """Everything that runs; `now` gives seconds since 1970."""

    def __init__(
        self, graph: Graph, environ: Mapping[str, str], marks: Control, now: Callable[[], float]
    ) -> None:
        self._marks = marks
        self._now = now
        self.senders = senders(graph, environ)
        self.consumers = consumers(graph, environ)
        self.stores = Stores(graph, environ)
        self._told: dict[str, str] = {}

    def run(self, stopped: Callable[[], bool], say: Say) -> None:
        """Go on until `stopped`; then deliver what is queued."""
        last = self._begin()
        seen = asked = 0.0
        while not stopped():
            now = self._now()
            if now - last > ASLEEP:
                say(f"asleep for {now - last:.0f} s: what was due then is not sent")
                self._begin()
            last = now
            self._tick(now)
            if now - seen >= STATUS:
                seen = now
                self._report(now, say)
            if now - asked >= STORES:
                asked = now
                self.stores.use()
            time.sleep(TICK)
        self._end(say)

    def _begin(self) -> float:
        now = self._now()
        for sender in self.senders:
            sender.begin(now)
        return now

    def _tick(self, now: float) -> None:
        for sender in self.senders:
            sender.send(now)
            sender.producer.poll()
        for consumer in self.consumers.values():
            consumer.read()

    def _report(self, now: float, say: Say) -> None:
        silenced = self._marks.silenced()
        for sender in self.senders:
            sender.silent = sender.service in silenced
        for asked in self._marks.take_bursts():
            length = None if asked.seconds is None else timedelta(seconds=asked.seconds)
            for sender in (s for s in self.senders if s.service == asked.service):
                sender.add(burst(sender.writer, now, length))
                say(f"burst of {sender.writer.stream.name}")
        self._marks.report(self.status(now))
        self._tell(say)

    def status(self, now: float) -> dict[str, Any]:
        """What `traffic status` shows."""
        return {
            "at": datetime.fromtimestamp(now, UTC).isoformat(),
            "producers": [sender.status(now) for sender in self.senders],
            "consumers": [_consumed(name, c) for name, c in self.consumers.items()],
            "stores": self.stores.status(),
        }

    def _tell(self, say: Say) -> None:
        """Say each new problem once: nothing is lost in silence."""
        found = {s.writer.stream.name: s.counters.problem for s in self.senders}
        found |= {f"{name} reads": c.problem for name, c in self.consumers.items()}
        found["stores"] = self.stores.problem
        for name, problem in found.items():
            if problem and self._told.get(name) != problem:
                say(f"{name}: {problem}")
        self._told = found

    def _end(self, say: Say) -> None:
        left = sum(producer.flush(5) for producer in {s.producer for s in self.senders})
        if left:
            say(f"{left} records were still queued and are lost")
        for consumer in self.consumers.values():
            consumer.close()
        self.stores.close()


def _consumed(name: str, consumer: Consumer) -> dict[str, Any]:
    return {
        "service": name,
        "topics": list(consumer.topics),
        "received": consumer.received,
        "failed": consumer.failed,
        "lag": consumer.lag(),
        "problem": consumer.problem,
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """As whom a service reads from one cluster."""

    service: str
    principal: str
    group: str
    source: Ref


def consumers(graph: Graph, environ: Mapping[str, str]) -> dict[str, Consumer]:
    """One for each service, by its id; several where it reads from several clusters or groups."""
    read: dict[_Reader, list[str]] = {}
    for service in graph.services.values():
        for edge in graph.inputs(service.ref):
            if topic := graph.topics.get(edge.origin.removeprefix("topic/")):
                reader = _Reader(service.id, edge.principal, edge.group, topic.source)
                read.setdefault(reader, []).append(topic.id)
    alone = Counter(reader.service for reader in read)
    return {
        r.service if alone[r.service] == 1 else f"{r.service} ({', '.join(topics)})": _consumer(
            graph, r, tuple(topics), environ
        )
        for r, topics in read.items()
    }


def _consumer(
    graph: Graph, reader: _Reader, topics: tuple[str, ...], environ: Mapping[str, str]
) -> Consumer:
    password = secrets.fill(f"${names.secret(reader.principal)}", environ)
    address = secrets.fill(graph.sources[reader.source].address, environ)
    return Consumer(address, (reader.principal, password), reader.group, topics)


class Stores:
    """Services that read or write a store do so now and then."""

    def __init__(self, graph: Graph, environ: Mapping[str, str]) -> None:
        pools = next((stream.pools for stream in streams(graph)), Pools())
        self._readers = tables.readers(graph)
        self._writers = [(use, _turns(use, pools)) for use in tables.writers(graph)]
        uses = (*self._readers, *(use for use, _ in self._writers))
        self._databases = {
            ref: tables.Database(_filled(graph, ref, environ))
            for ref in {use.store.source for use in uses}
        }

    def use(self) -> None:
        """Every reader asks once, every writer upserts a few rows."""
        for use in self._readers:
            self._databases[use.store.source].ask(use)
        for use, turns in self._writers:
            self._databases[use.store.source].upsert(use, list(islice(turns, ROWS)))

    @property
    def problem(self) -> str:
        """The last error of any; empty where there was none."""
        return next((d.problem for d in self._databases.values() if d.problem), "")

    def status(self) -> list[dict[str, Any]]:
        """Rows written and questions asked, by service and store."""
        return [
            {
                "use": name,
                "done": d.done.get(name, 0),
                "failed": d.failed.get(name, 0),
                "problem": d.problem,
            }
            for d in self._databases.values()
            for name in sorted({*d.done, *d.failed})
        ]

    def close(self) -> None:
        """Close the connections."""
        for database in self._databases.values():
            database.close()


def _filled(graph: Graph, ref: str, environ: Mapping[str, str]) -> Source:
    return secrets.filled(graph.sources[ref], environ)


def _turns(use: tables.Use, pools: Pools) -> Iterator[tuple[Any, ...]]:
    """The store's rows, over and over, with the date of the first time."""
    return cycle(tables.rows(use, pools, datetime.fromtimestamp(0, UTC)))


def run(graph: Graph, environ: Mapping[str, str], now: Callable[[], float], say: Say) -> None:
    """Run the traffic of an environment until SIGTERM or SIGINT.

    Where it declares none, as in production, nothing is sent and nothing is read.
    """
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    marks = control(environ)
    marks.take_bursts()  # those asked for while nothing ran
    if not graph.traffic:
        say(f"environment {graph.environment} declares no traffic")
        graph = replace(graph, services={})
    Traffic(graph, environ, marks, now).run(lambda: bool(stopping), say)
