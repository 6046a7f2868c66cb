"""A whole report as it is published, and as the command line shows it, against files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from rich.console import Console

from histories import History, with_job, with_slots
from streamatlas.cli.status import table
from streamatlas.health.publish import to_json
from streamatlas.model.judged import Evidence, Report, Status, Verdict
from streamatlas.model.observed import JobException

GOLDEN = Path(__file__).parents[1] / "golden"
LOST = (
    with_slots(0, 0),
    with_job("usage-pipeline", state="RESTARTING"),
    with_job("usage-aggregation", tasks={"scheduled": 2, "total": 2}),
)


def test_a_lost_taskmanager_as_json(settled: History) -> None:
    settled.runbooks = {"slots-short": "catalog/triage/flink-down/"}
    published = to_json(settled.polls(3, *LOST))
    published["topology"] = "0123456789abcdef"
    for verdict in published["nodes"].values():
        for evidence in verdict["evidence"]:
            if evidence["name"] == "script":
                evidence["value"] = evidence["limit"] = "0123456789abcdef"
    assert published == json.loads(GOLDEN.joinpath("status.json").read_text())


def test_a_lost_taskmanager_as_a_table(settled: History) -> None:
    console = Console(width=100, record=True, force_terminal=False)
    with console.capture() as said:
        console.print(table(settled.polls(3, *LOST)))
    lines = [line.rstrip() for line in said.get().splitlines()]
    assert lines == GOLDEN.joinpath("status.txt").read_text().splitlines()


def test_times_are_utc_and_numbers_are_short() -> None:
    berlin = datetime(2026, 11, 24, 13, 0, 0, 123456, timezone(timedelta(hours=1)))
    evidence = (Evidence("rate", 1 / 3, None, "/s", berlin),)
    verdict = Verdict(Status.OK, "fine", since=berlin, evidence=evidence)
    published = to_json(Report("sandbox", "x", berlin.astimezone(UTC), verdict))
    assert published["taken_at"] == published["overall"]["since"] == "2026-11-24T12:00:00.123Z"
    assert published["overall"]["evidence"][0]["value"] == 0.333


def test_the_table_shows_what_others_wrote_without_obeying_it(settled: History) -> None:
    hostile = JobException(settled.now, "\x1b[2J\x9b31m[bold]boo\u202e")
    thrown = (*settled.thrown(-6, -3), hostile)
    report = settled.poll(with_job("usage-pipeline", exceptions=thrown))
    console = Console(width=300, force_terminal=False)
    with console.capture() as said:
        console.print(table(report))
    assert r"\x1b[2J\x9b31m[bold]boo\u202e" in said.get()
