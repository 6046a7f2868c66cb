from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factory import example
from streamatlas.graph.graph import Graph
from streamatlas.sandbox.traffic.backlog import backlog, spans
from streamatlas.sandbox.traffic.streams import Stream, streams

HOUR = 3600.0


def stream(graph: Graph, service: str) -> Stream:
    return next(s for s in streams(graph) if s.service.id == service)


def test_two_hours_of_a_streaming_service(graph: Graph) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
    assert spans(stream(graph, "compute"), now) == ((now - 2 * HOUR, now),)


def test_the_newest_batch_whenever_that_was(graph: Graph) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    begun = datetime(2026, 11, 23, 17, 10, tzinfo=UTC).timestamp()  # 09:10 in Los Angeles
    batch, recent = spans(stream(graph, "vault"), now.timestamp())
    assert batch == (begun, begun + 300)
    assert recent == (now.timestamp() - 2 * HOUR, now.timestamp())


def test_a_batch_of_the_last_hours_is_part_of_them(graph: Graph) -> None:
    now = datetime(2026, 11, 24, 18, tzinfo=UTC).timestamp()
    assert spans(stream(graph, "vault"), now) == ((now - 2 * HOUR, now),)


def test_a_batch_that_ends_in_the_last_hours_is_sent_once(graph: Graph) -> None:
    now = datetime(2026, 11, 24, 19, 12, tzinfo=UTC).timestamp()
    batch, recent = spans(stream(graph, "vault"), now)
    assert batch[1] == recent[0] == now - 2 * HOUR


def test_a_batch_older_than_retention_is_left_out(graph: Graph) -> None:
    vault = stream(graph, "vault")
    short = replace(vault, topic=replace(vault.topic, retention=timedelta(hours=12)))
    now = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
    assert len(spans(short, now)) == 1


def test_where_no_traffic_is_declared_nothing_is_sent(tmp_path: Path) -> None:
    quiet, now = example("production"), datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert not quiet.traffic
    assert backlog(quiet, {"STREAMATLAS_STATE": str(tmp_path)}, now, print) == 0
