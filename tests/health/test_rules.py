"""Each rule as a table of histories: what is fed poll after poll, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from factory import EXAMPLE, SMALL, graph_of
from histories import (
    BEGIN,
    History,
    silent_source,
    with_job,
    with_slots,
    with_topic,
    without_job,
)
from streamatlas.health.hysteresis import elements
from streamatlas.health.rules import RULES
from streamatlas.health.thresholds import ROWS
from streamatlas.health.waves import PRECEDENCE
from streamatlas.model.judged import Status
from streamatlas.model.observed import ABSENT, Checkpoints, TopicState

PIPE, AGG = "job/usage-pipeline", "job/usage-aggregation"
WAITS = with_job("usage-pipeline", state="RESTARTING", tasks={"scheduled": 4})
RAW, MINUTE = "topic/usage.raw.vault", "topic/usage.minute.compute"


def test_every_rule_has_documentation_a_row_and_its_place() -> None:
    for rule in RULES:
        text = rule.__doc__ or ""
        for part in ("Reads:", "True when:", "Opens", "closes", "Gives"):
            assert part in text, (rule.ID, part)
        assert rule.ID in ROWS
    assert [rule.ID for rule in RULES] == sorted((r.ID for r in RULES), key=PRECEDENCE.__getitem__)


def test_good_weather_is_ok_everywhere_from_the_first_poll(history: History) -> None:
    for _ in range(30):
        report = history.poll()
        assert report.overall.status is Status.OK
        assert {v.status for v in report.nodes.values()} == {Status.OK}
        assert {v.status for v in report.edges.values()} == {Status.OK}
        assert {s.verdict.status for s in report.sources.values()} == {Status.OK}
        assert not report.incidents


class TestSourceUnreachable:
    @pytest.mark.parametrize("source", ["flink", "kafka", "postgres"])
    def test_opens_at_the_second_poll_and_closes_at_once(
        self, settled: History, source: str
    ) -> None:
        away = silent_source(f"source/{source}")
        assert settled.poll(away).sources[source].verdict.status is Status.OK
        verdict = settled.poll(away).sources[source].verdict
        assert (verdict.status, verdict.rule) == (Status.CRITICAL, "source-unreachable")
        assert verdict.reason == "no answer for 20 s: refused"
        assert verdict.since == BEGIN + timedelta(seconds=60), "its last answer"
        assert settled.poll().sources[source].verdict.status is Status.OK

    def test_at_the_first_look_it_is_unknown_not_red(self, history: History) -> None:
        report = history.poll(silent_source("source/kafka"))
        assert report.sources["kafka"].verdict.status is Status.UNKNOWN
        assert report.overall.status is Status.UNKNOWN


class TestSlotsShort:
    def test_no_slot_and_a_waiting_job(self, settled: History) -> None:
        short = (with_slots(0, 0), WAITS)
        assert settled.poll(*short).sources["flink"].verdict.status is Status.OK
        verdict = settled.poll(*short).sources["flink"].verdict
        assert (verdict.status, verdict.rule) == (Status.CRITICAL, "slots-short")
        assert verdict.reason == "0 of 0 slots free, 1 job waits; no TaskManager"
        assert settled.poll().sources["flink"].verdict.status is Status.CRITICAL
        assert settled.poll().sources["flink"].verdict.status is Status.OK

    def test_full_slots_with_every_job_at_work_are_fine(self, settled: History) -> None:
        assert settled.polls(3, with_slots(0)).sources["flink"].verdict.status is Status.OK

    def test_a_waiting_job_with_free_slots_is_the_jobs_own_trouble(self, settled: History) -> None:
        report = settled.polls(3, WAITS)
        assert report.sources["flink"].verdict.status is Status.OK
        assert [i.cause for i in report.incidents] == [PIPE]

    def test_a_job_noticed_a_poll_earlier_than_the_slots_is_not_blamed(
        self, settled: History
    ) -> None:
        settled.poll(WAITS)
        report = settled.poll(WAITS, with_slots(0, 0))
        assert [i.cause for i in report.incidents] == ["source/flink"]
        assert report.nodes[PIPE].cause == "source/flink"


class TestJobsLost:
    gone = (without_job("usage-pipeline"), without_job("usage-aggregation"))

    def test_a_new_jobmanager_that_knows_none_is_the_only_cause(self, settled: History) -> None:
        report = settled.polls(3, *self.gone)
        assert [(i.cause, i.rule, i.reason) for i in report.incidents] == [
            ("source/flink", "jobs-lost", "JobManager lost 2 jobs")
        ]
        assert report.nodes[PIPE].rule == "job-missing"
        assert report.nodes[PIPE].cause == "source/flink"

    def test_it_stays_until_every_job_runs(self, settled: History) -> None:
        settled.poll(*self.gone)
        new = with_job("usage-aggregation", jid="another")
        report = settled.poll(without_job("usage-pipeline"), new)
        assert report.sources["flink"].verdict.rule == "jobs-lost"
        assert settled.poll().sources["flink"].verdict.status is Status.OK

    def test_a_job_that_is_known_to_have_ended_is_not_lost(self, settled: History) -> None:
        ended = settled.job("usage-pipeline", state="CANCELED", ended_at=settled.now)
        report = settled.polls(2, without_job("usage-pipeline", ended))
        assert [i.rule for i in report.incidents] == ["job-missing"]

    def test_flink_may_forget_a_job_that_ended_long_ago(self, settled: History) -> None:
        ended = settled.job("usage-pipeline", state="CANCELED", ended_at=settled.now)
        settled.polls(
            2, without_job("usage-pipeline", ended), without_job("usage-aggregation", ended)
        )
        assert [i.rule for i in settled.poll(*self.gone).incidents] == ["job-missing"] * 2

    def test_at_the_first_look_nothing_was_there_before(self, history: History) -> None:
        assert history.poll(*self.gone).sources["flink"].verdict.status is Status.OK


class TestJobMissing:
    def test_a_job_without_a_script_that_nobody_starts_in_the_sandbox_is_unknown(self) -> None:
        history, gone = History(graph_of(SMALL)), without_job("paid-orders")
        for _ in range(100):
            report = history.poll(gone)
            verdict = report.nodes["job/paid-orders"]
            assert verdict.status is Status.UNKNOWN
            assert verdict.reason == "not run from here: it has no script to start it with"
            assert report.sources["flink"].verdict.status is Status.OK
            assert not report.incidents

    def test_where_one_runs_it_is_judged_and_may_go_again(self) -> None:
        history, gone = History(graph_of(SMALL)), without_job("paid-orders")
        assert history.polls(6).nodes["job/paid-orders"].status is Status.OK
        ended = history.job("paid-orders", state="FAILED", ended_at=history.now)
        report = history.polls(2, without_job("paid-orders", ended))
        assert [i.rule for i in report.incidents] == ["job-missing"]
        assert not history.poll(gone).incidents

    def test_elsewhere_others_start_it_and_it_is_missed(self) -> None:
        text = f"{SMALL}environments: {{production: {{}}}}\n"
        report = History(graph_of(text, "production")).polls(2, without_job("paid-orders"))
        assert [i.rule for i in report.incidents] == ["job-missing"]

    def test_a_deploy_of_one_poll_is_not_seen(self, settled: History) -> None:
        gone = without_job("usage-pipeline")
        assert settled.poll(gone).nodes[PIPE].status is Status.OK
        assert settled.poll().nodes[PIPE].status is Status.OK

    def test_opens_at_the_second_poll_with_how_it_ended(self, settled: History) -> None:
        ended = settled.job("usage-pipeline", state="CANCELED", ended_at=settled.now)
        report = settled.polls(2, without_job("usage-pipeline", ended))
        assert report.nodes[PIPE].status is Status.CRITICAL
        assert report.nodes[PIPE].reason == "not running; canceled 12:01 UTC"
        assert report.nodes[PIPE].since == BEGIN + timedelta(minutes=1)
        assert settled.poll().nodes[PIPE].status is Status.OK

    def test_a_failed_job_names_its_cause(self, settled: History) -> None:
        ended = settled.job(
            "usage-pipeline", state="FAILED", ended_at=settled.now, exceptions=settled.thrown(5)
        )
        report = settled.polls(2, without_job("usage-pipeline", ended))
        assert report.nodes[PIPE].reason.endswith("failed 12:01 UTC: IOException: no luck")

    def test_at_the_first_look_it_is_unknown(self, history: History) -> None:
        report = history.poll(without_job("usage-pipeline"))
        assert report.nodes[PIPE].status is Status.UNKNOWN
        assert "seen once" in report.nodes[PIPE].reason

    def test_a_renamed_copy_does_not_count(self, settled: History) -> None:
        report = settled.polls(2, without_job("usage-aggregation"))
        assert report.nodes[AGG].reason.endswith("Flink knows no job of this name")
        assert report.nodes[PIPE].status is Status.WARNING, "it gets nothing from there"


class TestJobNotRunning:
    def test_warning_then_critical_after_the_longest_restart_delay(self, settled: History) -> None:
        report = settled.polls(2, WAITS)
        assert (report.nodes[PIPE].status, report.nodes[PIPE].rule) == (
            Status.WARNING,
            "job-not-running",
        )
        assert report.nodes[PIPE].reason == "RESTARTING for 10 s"
        assert settled.polls(14, WAITS).nodes[PIPE].status is Status.WARNING
        assert settled.polls(2, WAITS).nodes[PIPE].status is Status.CRITICAL
        assert settled.polls(2).nodes[PIPE].status is Status.OK

    def test_one_task_that_waits_counts(self, settled: History) -> None:
        waits = with_job("usage-pipeline", tasks={"running": 3, "scheduled": 1, "total": 4})
        assert settled.polls(2, waits).nodes[PIPE].reason.startswith("3 of 4 tasks run")

    def test_a_finished_task_is_fine(self, settled: History) -> None:
        done = with_job("usage-pipeline", tasks={"running": 3, "finished": 1, "failed": 0})
        assert settled.polls(3, done).nodes[PIPE].status is Status.OK


class TestRestartLoop:
    def test_the_evidence_says_over_how_long_restarts_are_counted(self) -> None:
        text = SMALL.replace("reads: orders, writes", "restart: 1s-10min, reads: orders, writes")
        evidence = History(graph_of(text)).polls(2).nodes["job/paid-orders"].evidence
        assert [e.unit for e in evidence if e.name == "restarts"] == ["in 50 min"]

    def test_three_failures_open_it_at_once_with_the_first_cause(self, settled: History) -> None:
        thrown = settled.thrown(2, 12, 22)
        report = settled.poll(with_job("usage-pipeline", exceptions=thrown))
        assert (report.nodes[PIPE].status, report.nodes[PIPE].rule) == (
            Status.CRITICAL,
            "restart-loop",
        )
        assert report.nodes[PIPE].reason == "3 restarts in 10 min, limit 3: IOException: no luck"
        assert report.nodes[PIPE].since == thrown[-1].at

    @pytest.mark.parametrize("counter", ["restarts", "restored"])
    def test_counters_open_it_without_exceptions(self, settled: History, counter: str) -> None:
        for count in (1, 2):
            assert settled.poll(self.counted(settled, counter, count)).nodes[PIPE].rule is None
        assert settled.poll(self.counted(settled, counter, 3)).nodes[PIPE].rule == "restart-loop"

    def counted(self, history: History, counter: str, count: int):  # type: ignore[no-untyped-def]
        done = Checkpoints(700, 0, count, history.now)
        change = {"restarts": count} if counter == "restarts" else {"checkpoints": done}
        return with_job("usage-pipeline", **change)

    def test_what_several_tasks_throw_at_once_is_one_failure(self, settled: History) -> None:
        thrown = settled.thrown(2, 2.1, 2.2, 2.3)
        report = settled.poll(with_job("usage-pipeline", exceptions=thrown))
        assert report.nodes[PIPE].status is Status.OK

    def test_a_new_job_counts_from_zero(self, settled: History) -> None:
        settled.poll(with_job("usage-pipeline", restarts=1))
        new = with_job("usage-pipeline", jid="another", restarts=3)
        assert settled.poll(new).nodes[PIPE].status is Status.OK

    def test_old_restarts_are_forgotten(self, settled: History) -> None:
        for count in (1, 2):
            settled.polls(40, with_job("usage-pipeline", restarts=count))
        report = settled.polls(40, with_job("usage-pipeline", restarts=3))
        assert report.nodes[PIPE].status is Status.OK

    def test_closes_after_three_quiet_minutes_and_a_checkpoint(self, settled: History) -> None:
        thrown = settled.thrown(2, 12, 22)
        settled.poll(with_job("usage-pipeline", exceptions=thrown))
        assert settled.polls(16).nodes[PIPE].status is Status.CRITICAL
        assert settled.polls(2).nodes[PIPE].status is Status.OK

    def test_does_not_close_without_a_checkpoint(self, settled: History) -> None:
        thrown = settled.thrown(2, 12, 22)
        old = Checkpoints(700, 0, 0, settled.now - timedelta(seconds=40))
        report = settled.polls(30, with_job("usage-pipeline", exceptions=thrown, checkpoints=old))
        assert report.nodes[PIPE].rule == "restart-loop"

    def test_flink_forgets_the_first_cause_but_we_do_not(self, settled: History) -> None:
        first = settled.thrown(1)
        settled.poll(with_job("usage-pipeline", exceptions=first))
        for _ in range(6):
            later = tuple(
                replace(e, cause="NoResourceAvailableException") for e in settled.thrown(0, 3, 6)
            )
            report = settled.poll(with_job("usage-pipeline", exceptions=later))
        assert report.nodes[PIPE].reason.endswith(": IOException: no luck")


class TestCheckpointStale:
    def aged(self, seconds: float):  # type: ignore[no-untyped-def]
        def change(history: History, snapshot):  # type: ignore[no-untyped-def]
            at = history.now - timedelta(seconds=seconds)
            made = with_job("usage-pipeline", checkpoints=Checkpoints(700, 0, 0, at))
            return made(history, snapshot)

        return change

    @pytest.mark.parametrize(
        ("seconds", "status"),
        [
            (40, Status.OK),  # two intervals of 5 s and 30 s
            (41, Status.WARNING),
            (315, Status.WARNING),  # three intervals and the timeout of 5 min
            (316, Status.CRITICAL),
        ],
    )
    def test_by_the_age_of_the_last_one(
        self, settled: History, seconds: float, status: Status
    ) -> None:
        assert settled.poll(self.aged(seconds)).nodes[PIPE].status is status

    def test_says_how_long_ago_and_how_often(self, settled: History) -> None:
        verdict = settled.poll(self.aged(90)).nodes[PIPE]
        assert verdict.reason == "last checkpoint 1 min 30 s ago; every 5 s"
        first = verdict.evidence[0]
        assert (first.name, first.value, first.limit) == ("last checkpoint age", 90, 40)

    def test_a_long_checkpoint_may_take_its_time(self, settled: History) -> None:
        at, took = settled.now - timedelta(seconds=70), timedelta(seconds=80)
        done = Checkpoints(700, 0, 0, at, latest_duration=took)
        assert settled.poll(with_job("usage-pipeline", checkpoints=done)).nodes[PIPE].rule is None

    def test_without_any_it_counts_from_the_begin(self, settled: History) -> None:
        none = Checkpoints(0, 0, 0)
        new = {"checkpoints": none, "running_since": settled.now}
        assert settled.polls(4, with_job("usage-pipeline", **new)).nodes[PIPE].rule is None
        verdict = settled.poll(with_job("usage-pipeline", **new)).nodes[PIPE]
        assert verdict.reason == "no checkpoint yet; runs since 50 s ago; every 5 s"

    def test_ages_are_on_flinks_clock(self, settled: History) -> None:
        ahead = timedelta(minutes=10)
        done = Checkpoints(700, 0, 0, settled.now + ahead)
        skewed = with_job("usage-pipeline", clock=settled.now + ahead, checkpoints=done)
        assert settled.poll(skewed).nodes[PIPE].status is Status.OK


class TestSilent:
    def stuck(self, history: History):  # type: ignore[no-untyped-def]
        return with_topic(MINUTE, history.topic(4))

    def test_the_service_that_alone_writes_is_critical(self, settled: History) -> None:
        stuck = self.stuck(settled)
        report = settled.polls(12, stuck)
        assert report.nodes["service/compute"].status is Status.OK
        report = settled.poll(stuck)
        verdict = report.nodes["service/compute"]
        assert (verdict.status, verdict.rule) == (Status.CRITICAL, "silent")
        assert verdict.reason == "no record for 2 min 10 s; silent-after is 2 min"
        assert [i.cause for i in report.incidents] == ["service/compute"]
        assert report.nodes[MINUTE].cause == "service/compute"

    def test_one_record_is_enough_to_close_it(self, settled: History) -> None:
        settled.polls(14, self.stuck(settled))
        assert settled.poll().nodes["service/compute"].status is Status.CRITICAL
        assert settled.poll().nodes["service/compute"].status is Status.OK

    def test_at_the_first_look_the_newest_record_counts(self, history: History) -> None:
        old = replace(history.topic(4), newest_record_at=BEGIN - timedelta(minutes=3))
        verdict = history.poll(with_topic(MINUTE, old)).nodes["service/compute"]
        assert verdict.reason.startswith("no record for 3 min 10 s")

    def test_an_empty_topic_counts_from_the_first_look(self, history: History) -> None:
        empty = TopicState(dict.fromkeys(range(4), 0))
        assert history.polls(12, with_topic(MINUTE, empty)).nodes["service/compute"].rule is None
        verdict = history.polls(2, with_topic(MINUTE, empty)).nodes["service/compute"]
        assert verdict.rule == "silent"

    def test_time_in_which_kafka_was_away_does_not_count(self, settled: History) -> None:
        settled.polls(60, silent_source("source/kafka"))
        report = settled.poll(self.stuck(settled))
        assert report.nodes["service/compute"].rule != "silent"

    def test_time_in_a_window_that_may_be_silent_does_not_count(self) -> None:
        usual = "normal: {rate: 300-1.2k/s, silent-after: 2min"
        lunch = f"{usual}, windows: [{{at: 12:02-12:30, rate: up to 1/s}}]"
        text = EXAMPLE.read_text("utf-8")
        assert usual in text
        history = History(graph_of(text.replace(usual, lunch)))
        history.polls(6)
        report = history.polls(100, self.stuck(history))
        assert report.nodes["service/compute"].rule != "silent"
        report = history.polls(90, self.stuck(history))
        assert report.nodes["service/compute"].rule == "silent"

    def test_a_daily_batch_may_be_silent_for_a_day(self, settled: History) -> None:
        report = settled.polls(60, with_topic(RAW, settled.topic(4)))
        assert report.nodes["service/vault"].status is Status.OK


class TestDrift:
    @pytest.mark.parametrize(
        ("digest", "reason"),
        [
            ("0123456789abcdef", "runs another script than the declared one"),
            (None, "runs a script without a digest than the declared one"),
        ],
    )
    def test_another_script(self, settled: History, digest: str | None, reason: str) -> None:
        verdict = settled.poll(with_job("usage-pipeline", digest=digest)).nodes[PIPE]
        assert (verdict.status, verdict.rule, verdict.reason) == (
            Status.WARNING,
            "script-drift",
            reason,
        )
        assert verdict.teams_hit == ()

    def test_a_digest_that_could_not_be_read_is_no_drift(self, settled: History) -> None:
        unread = with_job("usage-pipeline", digest=None, gaps={"digest": "timed out"})
        assert settled.polls(59, unread).nodes[PIPE].status is Status.OK
        verdict = settled.polls(3, unread).nodes[PIPE]
        assert verdict.status is Status.UNKNOWN, "after ten minutes it is said"
        assert verdict.reason == "script not known: timed out"

    def test_another_number_of_partitions(self, settled: History) -> None:
        verdict = settled.poll(with_topic(RAW, settled.topic(3))).nodes[RAW]
        assert (verdict.status, verdict.reason) == (Status.WARNING, "3 partitions, declared 4")

    def test_a_topic_that_is_not_there(self, settled: History) -> None:
        absent = with_topic(RAW, None, ABSENT)
        assert settled.poll(absent).nodes[RAW].status is Status.OK
        verdict = settled.poll(absent).nodes[RAW]
        assert (verdict.status, verdict.rule) == (Status.CRITICAL, "topic-missing")


class TestWindows:
    def test_more_than_the_base_is_expected_in_a_window(self, history: History) -> None:
        history.now = datetime(2026, 11, 24, 17, 9, tzinfo=UTC)  # 09:09 in Los Angeles
        assert history.polls(5).nodes["service/vault"].status is Status.OK
        verdict = history.poll().nodes["service/vault"]
        assert verdict.status is Status.EXPECTED
        assert verdict.reason == (
            "20/s in the window 09:10-09:15, America/Los_Angeles (daily batch)"
        )

    def test_expected_counts_as_ok(self, history: History) -> None:
        history.now = datetime(2026, 11, 24, 17, 11, tzinfo=UTC)
        report = history.polls(6)
        assert report.overall.status is Status.OK
        assert report.overall.reason == "3 EXPECTED, 8 OK"

    def test_a_batch_is_expected_of_the_topics_that_it_goes_through(self, history: History) -> None:
        history.now = datetime(2026, 11, 24, 17, 11, tzinfo=UTC)
        nodes = history.polls(6).nodes
        batch = "20/s in the window 09:10-09:15, America/Los_Angeles of service/vault (daily batch)"
        for topic in ("topic/usage.raw.vault", "topic/usage.minute.vault"):
            assert (nodes[topic].status, nodes[topic].reason) == (Status.EXPECTED, batch)
        other = nodes["topic/usage.minute.compute"]
        assert (other.status, other.reason[:30]) == (Status.OK, "20/s, normal up to 12/s now; l")


def test_rules_are_asked_of_every_element(graph) -> None:  # type: ignore[no-untyped-def]
    refs = set(elements(graph))
    assert {"source/flink", "service/compute", RAW, PIPE, "store/usage"} <= refs
