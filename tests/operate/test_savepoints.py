"""Which savepoints stay, on a real folder; Flink is a stand-in that says where its job began."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from factory import graph_of
from streamatlas.graph.graph import Graph, Job
from streamatlas.model.units import Keep
from streamatlas.operate.restore import RestorePoint
from streamatlas.operate.savepoints import Savepoint, delete, judged, savepoints
from streamatlas.operate.step import OperateError, UnreachableError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLATFORM = """\
platform: p
teams: {t: {chat: c}}
topics: {a: {owner: t}, b: {}}
jobs: {adds: {owner: t, reads: a, writes: b, savepoints: KEEP}}
"""


def points(*days: float) -> list[RestorePoint]:
    """Savepoints so many days old, named by their age."""
    stamps = {day: (NOW - timedelta(days=day)).timestamp() for day in days}
    return [
        RestorePoint("savepoint", f"file:/x/savepoint-{day}", int(at * 1e9))
        for day, at in stamps.items()
    ]


@pytest.mark.parametrize(
    ("keep", "stay"),
    [
        (Keep(2), {"0", "1"}),
        (Keep(age=timedelta(days=30)), {"0", "1", "29"}),
        (Keep(2, timedelta(days=30)), {"0", "1", "29"}),
        (Keep(4, timedelta(hours=1)), {"0", "1", "29", "31"}),
        (Keep(1), {"0"}),
        (Keep(age=timedelta(hours=0)), {"0"}),  # the newest stays whatever is declared
    ],
)
def test_the_newest_few_and_all_that_are_young(keep: Keep, stay: set[str]) -> None:
    found = judged(points(29, 0, 31, 1, 90), keep, NOW, ())
    assert {one.path.rpartition("-")[2] for one in found if one.stays} == stay
    assert [one.written for one in found] == sorted((o.written for o in found), reverse=True)


def test_the_one_that_the_job_began_from_stays_however_its_path_is_written() -> None:
    found = judged(points(0, 1, 90), Keep(1), NOW, {"file:///x/savepoint-90/"})
    assert [one.stays for one in found] == ["the newest", "", "the job began from it"]


def graph(keep: str) -> Graph:
    return graph_of(PLATFORM.replace("KEEP", keep))


def folder(state: Path) -> Path:
    """Three savepoints a day apart, an incomplete one, and things that are no savepoints."""
    place = state / "adds" / "savepoints"
    for day in (1, 2, 3):
        made = place / f"savepoint-{day}"
        made.mkdir(parents=True)
        (made / "_metadata").touch()
        at = (NOW - timedelta(days=day)).timestamp()
        os.utime(made / "_metadata", (at, at))
    (place / "savepoint-half").mkdir()
    (state / "adds" / "checkpoints" / "run" / "chk-1").mkdir(parents=True)
    return place


def environ(state: str) -> dict[str, str]:
    address = "http://127.0.0.1:1"
    return {"FLINK_ADDRESS": address, "FLINK_GATEWAY": address, "FLINK_STATE": state}


def flink(began: str) -> httpx.MockTransport:
    job = {"jid": "j", "name": "adds", "state": "RUNNING", "start-time": 1}
    answers = {
        "/jobs/overview": {"jobs": [job, {**job, "jid": "old", "state": "FAILED"}]},
        "/jobs/j/checkpoints": {"latest": {"restored": {"external_path": began}}},
    }
    return httpx.MockTransport(lambda asked: httpx.Response(200, json=answers[asked.url.path]))


def test_only_what_may_go_is_deleted_and_only_there(tmp_path: Path) -> None:
    place, known = folder(tmp_path), graph("1")
    job, values = known.jobs["adds"], environ(tmp_path.as_uri())
    found = savepoints(known, job, values, NOW, flink(f"file:{place}/savepoint-3"))
    assert [(one.path[-1], bool(one.stays)) for one in found] == [
        ("1", True),
        ("2", False),
        ("3", True),
    ]
    for one in found:
        if not one.stays:
            delete(known, job, values, one)
    assert sorted(p.name for p in place.iterdir()) == [
        "savepoint-1",
        "savepoint-3",
        "savepoint-half",
    ]
    assert (tmp_path / "adds" / "checkpoints" / "run" / "chk-1").is_dir()


@pytest.mark.parametrize("name", ["", "..", "savepoint-half", "linked", "nowhere"])
def test_what_is_no_savepoint_of_the_job_is_not_deleted(tmp_path: Path, name: str) -> None:
    place, known = folder(tmp_path), graph("1")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "_metadata").touch()
    (place / "linked").symlink_to(elsewhere)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OperateError, match="is not deleted"):
        strange = Savepoint(f"file:/x/{name}", NOW, "")
        delete(known, known.jobs["adds"], environ(str(tmp_path)), strange)
    assert sorted(tmp_path.rglob("*")) == before


def test_one_that_stays_is_not_deleted(tmp_path: Path) -> None:
    place, known = folder(tmp_path), graph("1")
    with pytest.raises(OperateError, match="is not deleted"):
        newest = Savepoint(f"file:{place}/savepoint-1", NOW, "the newest")
        delete(known, known.jobs["adds"], environ(str(tmp_path)), newest)


def asked(state: str) -> tuple[Graph, Job, dict[str, str]]:
    known = graph("5 or 30d")
    return known, known.jobs["adds"], environ(state)


def test_a_folder_elsewhere_is_said(tmp_path: Path) -> None:
    with pytest.raises(OperateError, match=r"^job/adds: s3://x is not a folder of this machine$"):
        savepoints(*asked("s3://x"), NOW)


def test_without_flink_nobody_knows_what_is_needed(tmp_path: Path) -> None:
    folder(tmp_path)
    with pytest.raises(UnreachableError):
        savepoints(*asked(str(tmp_path)), NOW)
