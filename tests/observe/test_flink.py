"""Flink's reader against real answers of Flink 2.2, and against every way not to answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from streamatlas.graph.graph import Source
from streamatlas.model.observed import RunningJob, Snapshot
from streamatlas.observe.answers import hider
from streamatlas.observe.flink import FlinkReader

NOW = datetime(2026, 11, 24, 11, 12, 37, tzinfo=UTC)
SOURCE = Source("flink", "platform", "http://flink.example:8081")
PIPE = "job/usage-pipeline"
JID = "c3d6c761797cd2a05958c28f804892c4"

LISTED = {
    "jid": JID,
    "name": "usage-pipeline",
    "start-time": 1795518235708,
    "end-time": -1,
    "duration": 521441,
    "state": "RUNNING",
    "last-modification": 1795518488361,
    "tasks": {"running": 3, "total": 3, "scheduled": 0},
    "pending-operators": 0,
}
CHECKPOINTS = {
    "counts": {"restored": 18, "total": 90, "in_progress": 0, "completed": 87, "failed": 3},
    "latest": {
        "completed": {
            "id": 88,
            "latest_ack_timestamp": 1795518754261,
            "checkpointed_size": 5762063,
            "end_to_end_duration": 38,
            "external_path": "file:/flink/usage-pipeline/chk-88",
        },
        "savepoint": None,
        "failed": {
            "id": 34,
            "failure_timestamp": 1795518406089,
            "failure_message": "Trigger checkpoint failure.",
        },
        "restored": None,
    },
}
TRACE = (
    "java.util.concurrent.CompletionException: java.util.concurrent.CompletionException\n"
    "\tat org.apache.flink.runtime.scheduler.DefaultExecutionDeployer.lambda(D.java:226)\n"
    "Caused by: java.util.concurrent.CompletionException: some of it\n"
    "\t... 34 more\n"
    "Caused by: org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: "
    "Could not acquire the minimum required resources.\n"
)
GOOD: dict[str, Any] = {
    "/overview": {
        "taskmanagers": 1,
        "slots-total": 4,
        "slots-available": 2,
        "jobs-running": 2,
        "flink-version": "2.2.1",
    },
    "/jobs/overview": {"jobs": [LISTED]},
    f"/jobs/{JID}": {
        "state": "RUNNING",
        "now": 1795518757287,
        "timestamps": {"CREATED": 1795518235904, "RUNNING": 1795518483213, "FAILED": 0},
    },
    f"/jobs/{JID}/checkpoints": CHECKPOINTS,
    f"/jobs/{JID}/exceptions": {
        "exceptionHistory": {
            "entries": [
                {"exceptionName": "x", "stacktrace": TRACE, "timestamp": 1795518457000},
            ],
            "truncated": False,
        }
    },
    f"/jobs/{JID}/metrics": [
        {"id": "numRestarts", "value": "9"},
        {"id": "numRescales", "value": "2"},
    ],
    f"/jobs/{JID}/config": {
        "execution-config": {"user-config": {"streamatlas.digest": "7c981ec60ac381b6"}}
    },
}


class Flink:
    """A Flink that answers as told; what is told may be a value, a response or an exception."""

    def __init__(self, **changed: Any) -> None:
        self.answers = {
            **GOOD,
            **{key.replace("JOB", f"/jobs/{JID}"): v for key, v in changed.items()},
        }
        self.asked: list[str] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        answer = self.answers.get(request.url.path)
        if isinstance(answer, Exception):
            raise answer
        if answer == "hang":
            await asyncio.sleep(60)
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(404 if answer is None else 200, json=answer)


def read(
    flink: Flink, polls: int = 1, within: float = 5, secrets: dict[str, str] | None = None
) -> Snapshot:
    """The last of some polls."""

    async def ask() -> Snapshot:
        reader = FlinkReader(
            SOURCE, {"usage-pipeline": PIPE}, hider(secrets or {}), httpx.MockTransport(flink)
        )
        try:
            for number in range(polls):
                end = asyncio.get_running_loop().time() + within
                snapshot = await reader.read(NOW + number * timedelta(seconds=10), end)
            return snapshot
        finally:
            await reader.aclose()

    return asyncio.run(ask())


def job(snapshot: Snapshot) -> RunningJob:
    jobs = snapshot.jobs[PIPE].value
    assert jobs is not None
    return jobs[0]


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def test_everything_is_read() -> None:
    snapshot = read(Flink())
    assert snapshot.sources["source/flink"].at == NOW
    cluster = snapshot.clusters["source/flink"].value
    assert cluster and (cluster.version, cluster.slots_available) == ("2.2.1", 2)
    found = job(snapshot)
    assert found.clock == at(1795518757287)
    assert found.running_since == at(1795518483213)
    assert found.restarts == 7, "without rescales"
    assert found.digest == "7c981ec60ac381b6"
    assert found.checkpoints and found.checkpoints.latest_completed_at == at(1795518754261)
    assert found.checkpoints.latest_failure == "Trigger checkpoint failure."
    assert not found.gaps


def test_the_innermost_cause_is_kept_without_its_package() -> None:
    (thrown,) = job(read(Flink())).exceptions
    assert thrown.cause == (
        "NoResourceAvailableException: Could not acquire the minimum required resources."
    )


def test_secrets_in_a_stack_trace_are_blanked() -> None:
    trace = "java.sql.SQLException: cannot log in with hunter22 to jdbc://u:pass@db?password=abc\n"
    entries = [{"exceptionName": "x", "stacktrace": trace, "timestamp": 1}]
    flink = Flink(**{"JOB/exceptions": {"exceptionHistory": {"entries": entries}}})
    (thrown,) = job(read(flink, secrets={"KAFKA_PASSWORD": "hunter22"})).exceptions
    assert thrown.cause == ("SQLException: cannot log in with *** to jdbc://u:***@db?password=***")


def test_a_digest_is_read_once_a_job_id() -> None:
    flink = Flink()
    assert job(read(flink, polls=3)).digest == "7c981ec60ac381b6"
    assert flink.asked.count(f"/jobs/{JID}/config") == 1


def test_a_digest_that_was_not_read_is_asked_for_again() -> None:
    flink = Flink(**{"JOB/config": httpx.Response(500)})
    found = job(read(flink, polls=2))
    assert (found.digest, found.gaps) == (None, {"digest": "HTTP 500"})
    assert flink.asked.count(f"/jobs/{JID}/config") == 2


def test_checkpoints_that_are_off_are_none() -> None:
    assert job(read(Flink(**{"JOB/checkpoints": None}))).checkpoints is None


def test_a_job_that_flink_does_not_know_is_an_empty_answer() -> None:
    snapshot = read(Flink(**{"/jobs/overview": {"jobs": []}}))
    assert snapshot.jobs[PIPE].value == ()
    assert snapshot.jobs[PIPE].at == NOW


def test_ended_jobs_are_listed_newest_first_and_only_a_failure_is_asked_why() -> None:
    ended = [
        {**LISTED, "jid": "old", "state": "CANCELED", "start-time": 1000, "end-time": 2000},
        {**LISTED, "jid": JID, "state": "FAILED", "start-time": 3000, "end-time": 4000},
    ]
    flink = Flink(**{"/jobs/overview": {"jobs": ended}})
    jobs = read(flink).jobs[PIPE].value
    assert jobs is not None
    assert [(j.jid, j.ended_at) for j in jobs] == [(JID, at(4000)), ("old", at(2000))]
    assert jobs[0].exceptions and not jobs[1].exceptions
    assert flink.asked[2:] == [f"/jobs/{JID}/exceptions"]


def test_jobs_of_other_names_are_not_asked() -> None:
    flink = Flink(**{"/jobs/overview": {"jobs": [{**LISTED, "name": "another"}]}})
    assert read(flink).jobs == {PIPE: read(Flink(**{"/jobs/overview": {"jobs": []}})).jobs[PIPE]}
    assert len(flink.asked) == 2


HTML = httpx.Response(200, text="<html><title>Sign in</title></html>")
FAULTS: dict[str, tuple[Any, str]] = {
    "refused": (httpx.ConnectError("[Errno 111] Connection refused"), "refused"),
    "no such host": (httpx.ConnectError("[Errno -2] Name or service not known"), "name not known"),
    "cut off": (httpx.RemoteProtocolError("Server disconnected"), "connection broken"),
    "hanging": ("hang", "timed out"),
    "error": (httpx.Response(500, json={"errors": ["at x.y.Z"]}), "HTTP 500"),
    "page": (HTML, "answer not understood"),
    "garbage": (httpx.Response(200, content=b"\xff\x00{"), "answer not understood"),
    "empty": (httpx.Response(200), "answer not understood"),
    "other": ({"surprise": [1]}, "answer not understood"),
    "list": ([], "answer not understood"),
    "number": (httpx.Response(200, text="NaN"), "answer not understood"),
}


@pytest.mark.parametrize(("answer", "reason"), FAULTS.values(), ids=FAULTS)
class TestFaults:
    def test_of_all_of_flink(self, answer: Any, reason: str) -> None:
        flink = Flink(**{"/overview": answer, "/jobs/overview": answer})
        snapshot = read(flink, within=0.2)
        for reading in (
            snapshot.sources["source/flink"],
            snapshot.clusters["source/flink"],
            snapshot.jobs[PIPE],
        ):
            assert (reading.value, reading.at, reading.missing) == (None, None, reason)

    @pytest.mark.parametrize("part", ["JOB", "JOB/checkpoints"])
    def test_of_a_core_part_leave_the_job_unknown_and_flink_reached(
        self, answer: Any, reason: str, part: str
    ) -> None:
        snapshot = read(Flink(**{part: answer}), within=0.2)
        assert snapshot.sources["source/flink"].missing is None
        assert snapshot.jobs[PIPE].missing == reason

    @pytest.mark.parametrize("part", ["exceptions", "config"])
    def test_of_another_part_are_a_gap(self, answer: Any, reason: str, part: str) -> None:
        found = job(read(Flink(**{f"JOB/{part}": answer}), within=0.2))
        assert found.gaps == {"digest" if part == "config" else part: reason}
        assert found.checkpoints


@pytest.mark.parametrize("answer", [[], [{"id": "numRescales", "value": "0"}]])
def test_metrics_that_flink_has_not_yet_are_none(answer: Any) -> None:
    found = job(read(Flink(**{"JOB/metrics": answer})))
    assert (found.restarts, found.gaps) == (None, {})


def test_metrics_that_are_not_numbers_are_a_gap() -> None:
    metrics = [{"id": "numRestarts", "value": "many"}]
    assert job(read(Flink(**{"JOB/metrics": metrics}))).gaps == {
        "restarts": "answer not understood"
    }


def test_one_hanging_job_does_not_hold_up_the_others() -> None:
    async def ask(answer: Callable[[httpx.Request], Any]) -> Snapshot:
        jobs = {"usage-pipeline": PIPE, "another": "job/another"}
        reader = FlinkReader(SOURCE, jobs, hider({}), httpx.MockTransport(answer))
        snapshot = await reader.read(NOW, asyncio.get_running_loop().time() + 0.2)
        await reader.aclose()
        return snapshot

    other = json.loads(json.dumps(GOOD).replace(JID, "other"))
    both = {"jobs": [LISTED, {**LISTED, "jid": "other", "name": "another"}]}
    flink = Flink(
        JOB="hang", **{**{k: v for k, v in other.items() if "other" in k}, "/jobs/overview": both}
    )
    snapshot = asyncio.run(ask(flink))
    assert snapshot.jobs[PIPE].missing == "timed out"
    assert snapshot.jobs["job/another"].at == NOW


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        (SOURCE, None),
        (replace(SOURCE, user="me", password="geheim"), "Basic bWU6Z2VoZWlt"),
        (replace(SOURCE, token="geheim"), "Bearer geheim"),
    ],
)
def test_flink_is_told_who_asks(source: Source, sent: str | None) -> None:
    said = set()

    def see(request: httpx.Request) -> httpx.Response:
        said.add(request.headers.get("authorization"))
        return httpx.Response(404)

    async def ask() -> None:
        reader = FlinkReader(source, {}, hider({}), httpx.MockTransport(see))
        await reader.read(NOW, asyncio.get_running_loop().time() + 5)
        await reader.aclose()

    asyncio.run(ask())
    assert said == {sent}
