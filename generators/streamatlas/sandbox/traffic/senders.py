"""Senders: every stream with its producer; records go out when they are due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from streamatlas.graph import names, secrets
from streamatlas.graph.graph import Graph
from streamatlas.sandbox.traffic.minutes import records
from streamatlas.sandbox.traffic.producer import Counters, Producer, shown
from streamatlas.sandbox.traffic.records import Record, Writer
from streamatlas.sandbox.traffic.streams import streams


@dataclass
class Sender:
    """One stream on its way; `due` is its next record."""

    writer: Writer
    producer: Producer
    counters: Counters = field(default_factory=Counters)
    silent: bool = False
    _coming: Iterator[Record] = field(default_factory=lambda: iter(()))
    _due: Record | None = None

    @property
    def service(self) -> str:
        """The id of the service that sends."""
        return self.writer.stream.service.id

    def begin(self, since: float) -> None:
        """Send what is due from then on; what was due before is not sent."""
        self._coming = records(self.writer, since)
        self._due = next(self._coming)

    def add(self, more: Iterator[Record]) -> None:
        """Send these records as well."""
        due = [self._due] if self._due else []
        self._coming = merge(due, self._coming, more)
        self._due = next(self._coming)

    def send(self, now: float) -> None:
        """Send what is due by now; a silenced sender counts it as skipped."""
        while self._due is not None and self._due.arrival <= now:
            if self.silent:
                self.counters.skipped += 1
            else:
                topic = self.writer.stream.topic.id
                self.producer.send(topic, self._due, self.counters)
            self._due = next(self._coming)

    def status(self, now: float) -> dict[str, Any]:
        """What `traffic status` shows of it."""
        return shown(self.writer.stream.name, self.counters, now, self.silent)


def senders(graph: Graph, environ: Mapping[str, str]) -> tuple[Sender, ...]:
    """One for each stream; the streams of a service and a cluster share a producer."""
    producers: dict[tuple[str, str], Producer] = {}
    found = []
    for stream in streams(graph):
        place = (stream.service.principal, stream.topic.source)
        if place not in producers:
            producers[place] = _producer(graph, *place, environ)
        found.append(Sender(Writer(stream), producers[place]))
    return tuple(found)


def _producer(graph: Graph, principal: str, source: str, environ: Mapping[str, str]) -> Producer:
    address = secrets.fill(graph.sources[source].address, environ)
    password = secrets.fill(f"${names.secret(principal)}", environ)
    return Producer(address, principal, password)
