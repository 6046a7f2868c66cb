"""The whole of a poll: verdicts, causes, incidents, and what is remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import streamatlas.serve
from factory import SMALL, graph_of, small
from histories import (
    BEGIN,
    Change,
    History,
    silent_source,
    with_job,
    with_slots,
    with_topic,
    without_job,
)
from streamatlas.health.publish import to_json
from streamatlas.model.judged import Report, Status
from streamatlas.model.observed import ABSENT, Checkpoints, Reading, Snapshot

PIPE, AGG = "job/usage-pipeline", "job/usage-aggregation"
NO_KAFKA, NO_FLINK = silent_source("source/kafka"), silent_source("source/flink")
NO_STORE = silent_source("source/postgres")
LOOPS = with_job("usage-pipeline", state="RESTARTING", restarts=5)
SCHEMA = json.loads(Path(streamatlas.serve.__path__[0]).joinpath("status.schema.json").read_text())


TWO_CLUSTERS = """
environments:
  production:
    kafka: {main: {address: 'a:9093'}, edge: {address: 'b:9093'}}
"""


def statuses(report: Report) -> dict[str, Status]:
    return {ref: verdict.status for ref, verdict in report.nodes.items()}


class TestKafkaAway:
    def test_kafka_is_the_only_cause_and_what_it_holds_is_unknown(self, settled: History) -> None:
        report = settled.polls(2, NO_KAFKA)
        assert [(i.cause, i.rule, i.status) for i in report.incidents] == [
            ("source/kafka", "source-unreachable", Status.CRITICAL)
        ]
        (incident,) = report.incidents
        assert incident.affected == ()
        assert incident.unseen == (
            "service/compute",
            "service/vault",
            "topic/usage.minute.compute",
            "topic/usage.minute.vault",
            "topic/usage.raw.vault",
        )
        assert incident.teams_hit == ("billing", "compute", "vault")
        unknown = {ref for ref, status in statuses(report).items() if status is Status.UNKNOWN}
        assert unknown == set(incident.unseen)
        assert statuses(report)[PIPE] is Status.OK

    def test_unknown_says_since_when_what_it_was_and_why(self, settled: History) -> None:
        verdict = settled.polls(2, NO_KAFKA).nodes["topic/usage.raw.vault"]
        assert verdict.reason == "not known since 12:01 UTC (was OK): refused"
        assert verdict.since == verdict.observed_at == BEGIN + timedelta(minutes=1)
        assert verdict.cause == "source/kafka"
        assert verdict.path == ("source/kafka", "topic/usage.raw.vault")

    def test_one_missed_poll_is_judged_by_the_last_good_one(self, settled: History) -> None:
        assert set(statuses(settled.poll(NO_KAFKA)).values()) == {Status.OK}

    def test_the_lag_of_its_readers_is_unknown(self, settled: History) -> None:
        edge = settled.polls(2, NO_KAFKA).edges[f"topic/usage.raw.vault -> {AGG}"]
        assert edge.status is Status.UNKNOWN
        assert edge.reason == "lag not known since 12:01 UTC: refused"

    def test_jobs_that_fail_with_it_are_affected_at_most_warning(self, settled: History) -> None:
        report = settled.polls(4, NO_KAFKA, LOOPS)
        assert [i.cause for i in report.incidents] == ["source/kafka"]
        verdict = report.nodes[PIPE]
        assert (verdict.status, verdict.rule) == (Status.WARNING, "restart-loop")
        assert verdict.cause == "source/kafka"
        assert verdict.path == ("source/kafka", "topic/usage.minute.compute", PIPE)
        assert verdict.evidence[0].name == "raw verdict"
        assert str(verdict.evidence[0].value).startswith("CRITICAL: 5 restarts in 10 min")
        assert report.nodes["store/usage"].rule == "starved"
        assert report.incidents[0].affected == (
            PIPE,
            "service/billing",
            "service/usage-pages",
            "store/usage",
        )

    def test_all_is_ok_at_the_first_answer(self, settled: History) -> None:
        settled.polls(6, NO_KAFKA)
        report = settled.poll()
        assert report.overall.status is Status.OK
        assert not report.incidents


class TestRecovery:
    def loop(self, history: History) -> Change:
        """A pipeline that goes on restarting: its last checkpoint is of long ago."""
        done = Checkpoints(700, 0, 0, BEGIN)
        return with_job(
            "usage-pipeline", state="RESTARTING", exceptions=history.thrown(1), checkpoints=done
        )

    def test_followers_are_not_blamed_when_their_cause_is_over(self, settled: History) -> None:
        opened = settled.polls(4, NO_KAFKA, LOOPS).incidents[0]
        report = settled.polls(10, LOOPS)
        (incident,) = report.incidents
        assert (incident.id, incident.opened_at) == (opened.id, opened.opened_at)
        assert (incident.cause, incident.status) == ("source/kafka", Status.WARNING)
        assert incident.reason == "over; what it hit recovers"
        assert report.sources["kafka"].verdict.status is Status.OK
        assert report.nodes[PIPE].cause == "source/kafka"
        assert report.nodes[PIPE].reason.endswith("because Kafka failed before; it recovers")

    def test_after_five_minutes_they_stand_for_themselves(self, settled: History) -> None:
        for _ in range(4):
            settled.poll(NO_KAFKA, self.loop(settled))
        for _ in range(29):
            report = settled.poll(self.loop(settled))
            assert [i.cause for i in report.incidents] == ["source/kafka"]
        for _ in range(3):
            report = settled.poll(self.loop(settled))
        assert [i.cause for i in report.incidents] == [PIPE]
        assert report.nodes[PIPE].status is Status.CRITICAL

    def test_a_cause_that_is_over_is_not_brought_up_again_by_another(
        self, settled: History
    ) -> None:
        lost = (with_slots(0, 0), with_job("usage-pipeline", state="RESTARTING"))
        settled.polls(3, *lost)
        assert settled.polls(3).overall.status is Status.OK
        report = settled.polls(3, NO_KAFKA, with_job("usage-pipeline", state="RESTARTING"))
        assert [i.cause for i in report.incidents] == ["source/kafka"]

    def test_of_two_causes_that_are_over_the_younger_counts(self, settled: History) -> None:
        settled.polls(3, with_slots(0, 0), with_job("usage-pipeline", state="RESTARTING"))
        settled.polls(2)
        settled.polls(3, NO_KAFKA)
        report = settled.polls(2, with_job("usage-pipeline", state="RESTARTING"))
        assert [i.cause for i in report.incidents] == ["source/kafka"]

    def test_what_fails_long_after_a_cause_is_over_fails_by_itself(self, settled: History) -> None:
        settled.polls(4, NO_KAFKA)
        settled.polls(13)
        report = settled.polls(2, with_job("usage-pipeline", state="RESTARTING"))
        assert [i.cause for i in report.incidents] == [PIPE]

    def test_what_fails_soon_after_is_put_down_to_it(self, settled: History) -> None:
        settled.polls(4, NO_KAFKA)
        settled.polls(5)
        report = settled.polls(2, with_job("usage-pipeline", state="RESTARTING"))
        assert [(i.cause, i.status) for i in report.incidents] == [("source/kafka", Status.WARNING)]

    def test_when_all_is_well_the_incident_closes(self, settled: History) -> None:
        settled.polls(4, NO_KAFKA, with_job("usage-pipeline", state="RESTARTING"))
        assert len(settled.poll().incidents) == 1
        report = settled.polls(2)
        assert not report.incidents
        assert report.overall.status is Status.OK


class TestFlinkAway:
    def test_jobs_are_unknown_and_nothing_else_is_blamed(self, settled: History) -> None:
        report = settled.polls(3, NO_FLINK)
        assert [(i.cause, i.unseen) for i in report.incidents] == [("source/flink", (AGG, PIPE))]
        assert statuses(report)["store/usage"] is Status.OK
        assert report.sources["flink"].answered_at == BEGIN + timedelta(minutes=1)


class TestTaskManagerLost:
    def test_flink_is_the_only_cause_and_the_jobs_are_affected(self, settled: History) -> None:
        lost = [
            with_slots(0, 0),
            with_job("usage-pipeline", state="RESTARTING"),
            with_job("usage-aggregation", tasks={"scheduled": 2, "total": 2}),
        ]
        report = settled.polls(2, *lost)
        assert [(i.cause, i.rule) for i in report.incidents] == [("source/flink", "slots-short")]
        assert report.nodes[PIPE].cause == report.nodes[AGG].cause == "source/flink"
        assert report.nodes["service/vault"].status is Status.OK
        assert report.nodes["service/billing"].path == (
            "source/flink",
            PIPE,
            "store/usage",
            "service/billing",
        )
        assert report.edges[f"{PIPE} -> store/usage"].cause == "source/flink"
        assert report.edges["service/vault -> topic/usage.raw.vault"].status is Status.OK


class TestUnmeasured:
    def test_it_is_as_well_as_what_it_reads(self, settled: History) -> None:
        verdict = settled.poll().nodes["service/billing"]
        assert verdict.reason == "not measured itself; what it reads is OK"

    def test_it_is_unknown_where_that_is(self, settled: History) -> None:
        verdict = settled.polls(2, NO_STORE).nodes["service/billing"]
        assert verdict.status is Status.UNKNOWN
        assert verdict.cause == "source/postgres"
        assert verdict.path == ("source/postgres", "store/usage", "service/billing")

    def test_a_reader_of_a_topic_has_lag(self) -> None:
        history = History(small())
        edge = history.polls(3).edges["topic/orders.paid -> service/reports"]
        assert (edge.evidence[0].name, edge.evidence[0].value) == ("lag", 0)


class TestReadings:
    @pytest.mark.parametrize(
        ("ref", "rate"),
        [
            ("service/compute", 20.0),  # four partitions, 50 records each in ten seconds
            ("topic/usage.raw.vault", 20.0),
            (PIPE, 40.0),
            ("store/usage", 5.0),
        ],
    )
    def test_the_main_reading_is_the_rate(self, settled: History, ref: str, rate: float) -> None:
        evidence = {e.name: e for e in settled.poll().nodes[ref].evidence}
        assert evidence["rate"].value == rate
        assert evidence["rate"].unit == "/s"

    def test_a_rate_is_null_until_it_is_known(self, history: History) -> None:
        report = history.poll()
        assert {e.name: e.value for e in report.nodes[PIPE].evidence}["rate"] is None
        assert report.nodes["service/compute"].reason.startswith("rate not known yet")

    def test_numbers_come_with_their_limits(self, settled: History) -> None:
        evidence = {e.name: e for e in settled.poll().nodes[PIPE].evidence}
        assert (evidence["last checkpoint age"].value, evidence["last checkpoint age"].limit) == (
            2.0,
            40.0,
        )
        assert (evidence["restarts"].value, evidence["restarts"].limit) == (0, 3)


class TestIncidents:
    def test_the_id_stays_while_the_cause_lasts(self, settled: History) -> None:
        first = settled.polls(2, without_job("usage-pipeline")).incidents[0]
        assert first.id == "20261124T120120Z-job-usage-pipeline-job-missing"
        assert settled.polls(30, without_job("usage-pipeline")).incidents[0].id == first.id

    def test_a_cause_and_its_drift_are_two(self, settled: History) -> None:
        drift = with_job("usage-pipeline", digest="0" * 16)
        report = settled.polls(2, with_topic("topic/usage.minute.vault", settled.topic(3)), drift)
        assert [i.rule for i in report.incidents] == ["topic-drift", "script-drift"]
        assert {i.affected for i in report.incidents} == {()}

    def test_the_runbook_is_that_of_the_cause(self, settled: History) -> None:
        settled.runbooks = {"slots-short": "catalog/triage/flink-down/"}
        lost = (with_slots(0, 0), with_job("usage-pipeline", state="RESTARTING"))
        report = settled.polls(2, *lost)
        assert report.incidents[0].runbook == "catalog/triage/flink-down/"
        assert report.nodes[PIPE].runbook == "catalog/triage/flink-down/"


class TestOverall:
    def test_counts_each_and_names_the_cause(self, settled: History) -> None:
        overall = settled.polls(2, without_job("usage-pipeline")).overall
        assert overall.status is Status.CRITICAL
        assert overall.reason == (
            "job/usage-pipeline: not running; Flink knows no job of this name; "
            "1 CRITICAL, 3 affected, 7 OK"
        )
        assert {e.name: e.value for e in overall.evidence}["affected"] == 3


def test_the_past_does_not_grow(settled: History) -> None:
    thrown = with_job("usage-pipeline", exceptions=settled.thrown(1, 2, 3))
    settled.polls(70, thrown)
    size = sum(len(samples) for samples in settled.past.samples.values())
    for _ in range(70):
        settled.poll(with_job("usage-pipeline", exceptions=settled.thrown(0.1, 2.2, 5.3)))
    assert sum(len(samples) for samples in settled.past.samples.values()) == size
    assert len(settled.past.exceptions[PIPE]) <= 16


def test_equal_input_gives_an_equal_report(settled: History) -> None:
    again = replace(settled)
    assert settled.poll(NO_KAFKA) == again.poll(NO_KAFKA)


WEATHERS: dict[str, tuple[Change, ...]] = {
    "fine": (),
    "no kafka": (NO_KAFKA,),
    "nothing answers": (NO_KAFKA, NO_FLINK, NO_STORE),
    "slots": (with_slots(0, 0), LOOPS),
    "gone": (without_job("usage-pipeline"), without_job("usage-aggregation")),
    "absent": (with_topic("topic/usage.raw.vault", None, ABSENT),),
}


@pytest.mark.parametrize("weather", WEATHERS.values(), ids=WEATHERS)
@pytest.mark.parametrize("looks", [1, 2, 5])
def test_what_is_published_follows_the_schema(
    history: History, weather: tuple[Change, ...], looks: int
) -> None:
    published = to_json(history.polls(looks, *weather))
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [error.message for error in validator.iter_errors(published)]
    assert json.loads(json.dumps(published, allow_nan=False)) == published


@pytest.mark.parametrize("weather", list(WEATHERS.values())[1:], ids=list(WEATHERS)[1:])
def test_the_first_look_is_never_red(history: History, weather: tuple[Change, ...]) -> None:
    changes = [change for change in weather if change is not LOOPS]
    assert history.poll(*changes).overall.status in (Status.OK, Status.UNKNOWN)


def test_nothing_read_is_unknown_and_never_green(graph: Any) -> None:
    def nothing(history: History, snapshot: Snapshot) -> Snapshot:
        return Snapshot(snapshot.taken_at, {r: Reading(missing="refused") for r in graph.sources})

    history = History(graph)
    for _ in range(3):
        report = history.poll(nothing)
        assert set(statuses(report).values()) == {Status.UNKNOWN}
        assert report.overall.status is not Status.OK


def test_a_platform_without_anything_is_judged() -> None:
    bare = graph_of("platform: shop\nteams: {shop: {chat: shop-eng}}\n")
    assert History(bare).poll().overall.status is Status.OK


def test_each_of_two_clusters_has_a_verdict_of_its_own() -> None:
    history = History(graph_of(SMALL + TWO_CLUSTERS, "production"))
    history.polls(6)

    def no_main(history: History, snapshot: Snapshot) -> Snapshot:
        gone: Reading[None] = Reading(missing="refused")
        return replace(snapshot, sources={**snapshot.sources, "source/kafka.main": gone})

    found = {name: s.verdict.status for name, s in history.polls(2, no_main).sources.items()}
    assert found["kafka.main"] is Status.CRITICAL
    assert found["kafka.edge"] is Status.OK
