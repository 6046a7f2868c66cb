"""Backlog: the last two hours and the newest batch, sent once before the live traffic.

All streams go out in one order of arrival, so that partitions advance together: filled one
after the other, most of it would be late. Each record's timestamp is its arrival.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from time import monotonic

from streamatlas.graph.graph import Graph, Window
from streamatlas.graph.secrets import filled
from streamatlas.graph.windows import previous
from streamatlas.operate.step import OperateError, Say
from streamatlas.sandbox.traffic import tables
from streamatlas.sandbox.traffic.control import control
from streamatlas.sandbox.traffic.minutes import records, snapshot
from streamatlas.sandbox.traffic.records import Record
from streamatlas.sandbox.traffic.senders import Sender, senders
from streamatlas.sandbox.traffic.streams import Stream, streams
from streamatlas.sandbox.traffic.values import Pools

LENGTH = timedelta(hours=2)
BEFORE = timedelta(days=1)
_TELL = 5.0
_PATIENCE = 120.0
Span = tuple[float, float]


def backlog(graph: Graph, environ: Mapping[str, str], now: datetime, say: Say) -> int:
    """Send reference data, then the backlog up to `now`; how many records were delivered.

    Only once for a state folder, and only where the environment declares traffic: else 0.
    Raises OperateError where something was not delivered; sent again, the same records are
    repeats.
    """
    marks = control(environ)
    if not graph.traffic or marks.backlog_sent() is not None:
        return 0
    periods = {s.name: spans(s, now.timestamp()) for s in streams(graph)}
    first = min((begin for each in periods.values() for begin, _ in each), default=now.timestamp())
    write_reference(graph, environ, datetime.fromtimestamp(first, UTC) - BEFORE)
    everyone = senders(graph, environ)
    _send(_ordered(everyone, periods, first), everyone, say)
    marks.mark_backlog(now)
    return sum(sender.counters.sent for sender in everyone)


def write_reference(graph: Graph, environ: Mapping[str, str], at: datetime) -> None:
    """Upsert the reference data of every service that writes a store, dated `at`."""
    pools = next((stream.pools for stream in streams(graph)), Pools())
    for use in tables.writers(graph):
        database = tables.Database(filled(graph.sources[use.store.source], environ))
        written = database.upsert(use, list(tables.rows(use, pools, at)))
        database.close()
        if not written:
            raise OperateError(f"{use.name}: {database.problem}")


def spans(stream: Stream, now: float) -> tuple[Span, ...]:
    """From when to when a stream sends; a batch that is older apart."""
    recent = now - LENGTH.total_seconds()
    kept = now - stream.topic.retention.total_seconds() * 0.9
    batches = (_newest(w, stream, now) for w in stream.normal.windows)
    older = [b for b in batches if b and kept < b[0] < recent]
    return (*((begin, min(end, recent)) for begin, end in sorted(older)), (recent, now))


def _newest(window: Window, stream: Stream, now: float) -> Span | None:
    found = previous(window, stream.normal.timezone, datetime.fromtimestamp(now, UTC))
    return (found[0].timestamp(), found[1].timestamp()) if found else None


def _ordered(
    everyone: Sequence[Sender], periods: Mapping[str, Sequence[Span]], first: float
) -> Iterator[tuple[Record, Sender]]:
    parts = []
    since = first - BEFORE.total_seconds()
    for sender in everyone:
        if sender.writer.stream.shape == "entity":
            parts.append(_with(snapshot(sender.writer, first - 1, since), sender))
        for begin, end in periods[sender.writer.stream.name]:
            parts.append(_with(records(sender.writer, begin, end), sender))
    return merge(*parts, key=lambda pair: pair[0].arrival)


def _with(found: Iterator[Record], sender: Sender) -> Iterator[tuple[Record, Sender]]:
    return ((record, sender) for record in found)


def _send(parts: Iterator[tuple[Record, Sender]], everyone: Sequence[Sender], say: Say) -> None:
    told = monotonic()
    for many, (record, sender) in enumerate(parts, start=1):
        sender.producer.send(sender.writer.stream.topic.id, record, sender.counters, wait=True)
        if many % 500 == 0:
            sender.producer.poll()
            if monotonic() - told > _TELL:
                told = monotonic()
                say(f"backlog: {many:,} records, up to {_clock(record.arrival)}")
    left = sum(producer.flush(_PATIENCE) for producer in {s.producer for s in everyone})
    failed = sum(sender.counters.failed for sender in everyone)
    if left or failed:
        why = next((s.counters.problem for s in everyone if s.counters.problem), "no answer")
        raise OperateError(f"backlog: {left + failed} records were not delivered: {why}")
    for sender in everyone:
        say(f"backlog: {sender.counters.sent:,} records {sender.writer.stream.name}")


def _clock(second: float) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M UTC")
