"""Of two Kafka and two Flink clusters one fails: nothing on the other is blamed for it."""

from __future__ import annotations

import pytest

from factory import graph_of
from histories import History, silent_source, with_job
from streamatlas.model.judged import Report, Status

PLATFORM = """\
platform: ships
teams: {port: {chat: port}, sea: {chat: sea}}
services:
  buoys: {owner: sea, writes: seen}
  board: {owner: port, reads: passed}
  gauge: {owner: port, writes: tides}
topics:
  seen: {schema: seen, cluster: edge}
  passed: {schema: seen}
  tides: {schema: seen}
  tallied: {schema: seen}
schemas: {seen: {id: id, time: at, fields: {id: string, at: timestamp}}}
jobs:
  pass: {owner: port, cluster: far, writes: {passed: {from: seen}}}
  tally: {owner: port, writes: {tallied: {from: tides}}}
environments:
  live:
    kafka: {main: {}, edge: {}}
    flink: {main: {}, far: {}}
"""
EDGE, FAR = "source/kafka.edge", "source/flink.far"
AWAY_FROM_IT = ("service/gauge", "topic/tides", "job/tally", "topic/tallied")


@pytest.fixture
def history() -> History:
    settled = History(graph_of(PLATFORM, "live"))
    assert {v.status for v in settled.polls(6).nodes.values()} == {Status.OK}
    return settled


def the_only_cause(report: Report) -> tuple[str, set[str], set[str]]:
    (incident,) = report.incidents
    assert all(report.nodes[ref].status is Status.OK for ref in AWAY_FROM_IT)
    return incident.cause, set(incident.affected), set(incident.unseen)


def test_what_a_kafka_holds_is_not_known_and_who_reads_it_is_affected(history: History) -> None:
    loops = with_job("pass", state="RESTARTING", restarts=5)
    cause, affected, unseen = the_only_cause(history.polls(3, silent_source(EDGE), loops))
    assert cause == EDGE
    assert unseen == {"service/buoys", "topic/seen"}
    assert affected == {"job/pass", "topic/passed", "service/board"}


def test_while_its_reader_has_enough_to_do_nobody_is_affected(history: History) -> None:
    assert the_only_cause(history.polls(3, silent_source(EDGE))) == (
        EDGE,
        set(),
        {"service/buoys", "topic/seen"},
    )


def test_a_flink_that_is_away_stops_its_own_jobs_only(history: History) -> None:
    report = history.polls(3, silent_source(FAR))
    assert the_only_cause(report) == (FAR, set(), {"job/pass"})
    assert report.sources["flink.main"].verdict.status is Status.OK
    assert report.nodes["topic/seen"].status is Status.OK


def test_it_heals(history: History) -> None:
    history.polls(3, silent_source(EDGE))
    report = history.polls(3)
    assert report.incidents == ()
    assert {v.status for v in report.nodes.values()} == {Status.OK}
