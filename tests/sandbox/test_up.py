from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factory import example, small
from streamatlas.graph.graph import Job
from streamatlas.graph.secrets import MissingSecret
from streamatlas.operate.step import OperateError
from streamatlas.sandbox import trouble
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.stack import StartError
from streamatlas.sandbox.up import attempted, side_by_side


def _raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MissingSecret("X"), "$X is not set"),
        (OSError("no space left"), "no space left"),
        (OperateError("no topic"), "no topic"),
    ],
)
def test_whatever_fails_is_said_and_left_for_the_portal(
    error: Exception, words: str, tmp_path: Path
) -> None:
    folders, told = Folders(tmp_path), list[str]()
    folders.make()
    assert not attempted(folders, told.append, _raising(error))
    assert told == [words]
    assert trouble.of_source(folders, example().sources["source/kafka"]) == words
    assert attempted(folders, told.append, lambda: None)
    assert trouble.of_source(folders, example().sources["source/kafka"]) == ""


def test_a_process_that_does_not_start_is_the_trouble_of_its_source_alone(tmp_path: Path) -> None:
    folders, sources = Folders(tmp_path), example().sources
    folders.make()
    error = StartError("all of it", {"kafka": "kafka did not start: no disk"})
    assert not attempted(folders, print, _raising(error))
    assert trouble.of_source(folders, sources["source/kafka"]) == "kafka did not start: no disk"
    assert trouble.of_source(folders, sources["source/flink"]) == ""


def test_the_trouble_of_every_job_is_told() -> None:
    def refuse(job: Job) -> str:
        raise OperateError(f"{job.ref} has no slot")

    with pytest.raises(OperateError) as told:
        side_by_side(example(), refuse)
    assert str(told.value) == ("job/usage-aggregation has no slot; job/usage-pipeline has no slot")


def test_a_job_that_is_only_watched_is_left_alone() -> None:
    tried: list[str] = []

    def act(job: Job) -> str:
        tried.append(job.ref)
        return ""

    side_by_side(small(), act)
    assert tried == []
