"""A killed process is the only cause, soon; and all is well again without a hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

pytestmark = pytest.mark.e2e

CALM_BEFORE = 300  # a test before this one may have left something that recovers
WELL_AGAIN = 300  # after the supervisor has started the process again
LOOK = 1.0  # seconds between two looks
JOBS = ("job/usage-aggregation", "job/usage-pipeline")
Status = dict[str, Any]


class Sandbox(Protocol):
    """What the fixture gives."""

    environ: dict[str, str]

    def status(self) -> Status: ...
    def kill(self, name: str) -> None: ...
    def process(self, name: str) -> object: ...


@dataclass
class Watch:
    """Looks at /status.json until something is true, and keeps every cause that it named."""

    sandbox: Sandbox
    blamed: set[tuple[str, str]] = field(default_factory=set)

    def until(self, true: Callable[[Status], bool], patience: float) -> Status:
        """The first status for which it is true."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            status = self.sandbox.status()
            self.blamed |= {(i["cause"], i["rule"]) for i in status["incidents"]}
            if true(status):
                return status
            time.sleep(LOOK)
        raise AssertionError(f"not within {patience} s: {status['overall']}, {self.blamed}")


def calm(status: Status) -> bool:
    """All is OK and nothing is open."""
    nodes = {verdict["status"] for verdict in status["nodes"].values()}
    return bool(
        status["overall"]["status"] == "OK"
        and nodes <= {"OK", "EXPECTED"}
        and not status["incidents"]
    )


def blames(source: str) -> Callable[[Status], bool]:
    """Whether a source is CRITICAL and a cause."""

    def true(status: Status) -> bool:
        causes = [incident["cause"] for incident in status["incidents"]]
        return source in causes and status["sources"][source[7:]]["status"] == "CRITICAL"

    return true


def restart_after(sandbox: Sandbox) -> float:
    return float(sandbox.environ["STREAMATLAS_RESTART_AFTER"])


def test_a_killed_taskmanager_is_the_only_cause_within_45_s(sandbox: Sandbox) -> None:
    Watch(sandbox).until(calm, CALM_BEFORE)
    watch = Watch(sandbox)
    sandbox.kill("taskmanager")
    status = watch.until(blames("source/flink"), 45)
    assert status["sources"]["flink"]["rule"] == "slots-short"
    assert set(JOBS) <= set(status["incidents"][0]["affected"])
    for job in JOBS:
        verdict = status["nodes"][job]
        assert (verdict["status"], verdict["cause"]) == ("WARNING", "source/flink")
    assert status["nodes"]["service/vault"]["status"] == "OK"
    watch.until(calm, restart_after(sandbox) + WELL_AGAIN)
    assert watch.blamed == {("source/flink", "slots-short")}


def test_a_killed_kafka_is_the_only_cause_within_30_s(sandbox: Sandbox) -> None:
    Watch(sandbox).until(calm, CALM_BEFORE)
    portal = sandbox.process("portal")
    watch = Watch(sandbox)
    sandbox.kill("kafka")
    status = watch.until(blames("source/kafka"), 30)
    assert status["sources"]["kafka"]["rule"] == "source-unreachable"
    topics = {ref: v for ref, v in status["nodes"].items() if ref.startswith("topic/")}
    assert {verdict["status"] for verdict in topics.values()} == {"UNKNOWN"}
    assert {verdict["cause"] for verdict in topics.values()} == {"source/kafka"}
    assert set(topics) <= set(status["incidents"][0]["unseen"])
    watch.until(calm, restart_after(sandbox) + WELL_AGAIN)
    assert watch.blamed == {("source/kafka", "source-unreachable")}
    assert sandbox.process("portal") == portal, "the portal was not started again"
