from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streamatlas.graph.graph import Graph
from streamatlas.sandbox.traffic.control import (
    Burst,
    Control,
    UnknownSenderError,
    age,
    control,
    senders,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_silence_and_resume_are_kept_in_the_folder(tmp_path: Path) -> None:
    marks = Control(tmp_path / "traffic")
    assert marks.silenced() == frozenset()
    marks.silence(frozenset({"vault", "compute"}), resume=False)
    marks.silence(frozenset({"vault"}), resume=True)
    assert Control(tmp_path / "traffic").silenced() == {"compute"}


def test_a_burst_is_taken_once_and_in_order(tmp_path: Path) -> None:
    marks = Control(tmp_path)
    marks.ask(Burst("vault", 5), NOW)
    marks.ask(Burst("compute"), NOW + timedelta(seconds=1))
    assert marks.take_bursts() == (Burst("vault", 5), Burst("compute"))
    assert marks.take_bursts() == ()


def test_the_backlog_is_marked_and_the_status_has_an_age(tmp_path: Path) -> None:
    marks = control({"STREAMATLAS_STATE": str(tmp_path)})
    assert marks.backlog_sent() is None and marks.status() is None
    marks.mark_backlog(NOW)
    marks.report({"at": NOW.isoformat()})
    assert marks.backlog_sent() == NOW
    assert age(marks.status() or {}, NOW + timedelta(seconds=7)) == timedelta(seconds=7)


@pytest.mark.parametrize(
    "node", ["vault", "service/vault", "usage.raw.vault", "topic/usage.raw.vault"]
)
def test_a_node_means_the_services_that_send(graph: Graph, node: str) -> None:
    assert [service.id for service in senders(graph, node)] == ["vault"]


@pytest.mark.parametrize("node", ["billing", "topic/usage.minute.vault", "nobody"])
def test_who_sends_nothing_is_refused_with_who_does(graph: Graph, node: str) -> None:
    with pytest.raises(UnknownSenderError, match="what does: service/cast, service/compute, "):
        senders(graph, node)
