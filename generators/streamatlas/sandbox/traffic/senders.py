"""Senders: every stream with its producer; records go out when they are due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from streamatlas.graph import names, secrets
from streamatlas.graph.graph import Graph
from streamatlas.sandbox.traffic.minutes import Flow
from streamatlas.sandbox.traffic.producer import Counters, Producer, shown
from streamatlas.sandbox.traffic.records import Record, Writer
from streamatlas.sandbox.traffic.streams import streams


@dataclass
class Sender:
    """One stream on its way."""

    writer: Writer
    producer: Producer
    counters: Counters = field(default_factory=Counters)
    silent: bool = False
    _flow: Flow | None = None
    _more: Iterator[Record] = field(default_factory=lambda: iter(()))
    _next: Record | None = None

    @property
    def service(self) -> str:
        """The id of the service that sends."""
        return self.writer.stream.service.id

    def begin(self, since: float) -> None:
        """Send what is due from then on; what was due before is not sent."""
        self._flow = Flow(self.writer, since)

    def add(self, more: Iterator[Record]) -> None:
        """Send these records as well."""
        kept = [self._next] if self._next else []
        self._more = merge(kept, self._more, more)
        self._next = next(self._more, None)

    def send(self, now: float) -> None:
        """Send what is due by now; a silenced sender counts it as skipped."""
        for record in merge(self._flow.due(now) if self._flow else (), self._added(now)):
            if self.silent:
                self.counters.skipped += 1
            else:
                self.producer.send(self.writer.stream.topic.id, record, self.counters)

    def _added(self, now: float) -> Iterator[Record]:
        while self._next is not None and self._next.arrival < now:
            yield self._next
            self._next = next(self._more, None)

    def status(self, now: float) -> dict[str, Any]:
        """What `traffic status` shows of it."""
        return shown(self.writer.stream.name, self.counters, now, self.silent)


def senders(graph: Graph, environ: Mapping[str, str]) -> tuple[Sender, ...]:
    """One for each stream; the streams of a principal and a cluster share a producer."""
    producers: dict[tuple[str, str], Producer] = {}
    found = []
    for stream in streams(graph):
        edges = graph.outputs(stream.service.ref)
        principal = next(e.principal for e in edges if e.target == stream.topic.ref)
        place = (principal, stream.topic.source)
        if place not in producers:
            producers[place] = _producer(graph, *place, environ)
        found.append(Sender(Writer(stream), producers[place]))
    return tuple(found)


def _producer(graph: Graph, principal: str, source: str, environ: Mapping[str, str]) -> Producer:
    address = secrets.fill(graph.sources[source].address, environ)
    password = secrets.fill(f"${names.secret(principal)}", environ)
    return Producer(address, principal, password)
