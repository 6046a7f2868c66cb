from __future__ import annotations

import os
from pathlib import Path

from streamatlas.operate.restore import newest


def complete(folder: Path, second: int) -> None:
    folder.mkdir(parents=True)
    (folder / "_metadata").touch()
    os.utime(folder / "_metadata", (second, second))


def test_the_newest_of_savepoints_and_checkpoints_of_any_run(tmp_path: Path) -> None:
    complete(tmp_path / "job" / "savepoints" / "savepoint-a", 100)
    complete(tmp_path / "job" / "checkpoints" / "run1" / "chk-9", 90)
    complete(tmp_path / "job" / "checkpoints" / "run2" / "chk-2", 110)
    complete(tmp_path / "other" / "savepoints" / "savepoint-b", 200)
    point = newest(f"file://{tmp_path}", "job")
    assert point is not None
    assert point.kind == "checkpoint"
    assert point.path == f"file://{tmp_path}/job/checkpoints/run2/chk-2"


def test_one_that_is_not_complete_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "job" / "checkpoints" / "run" / "chk-3").mkdir(parents=True)
    assert newest(str(tmp_path), "job") is None


def test_a_folder_elsewhere_is_not_looked_into() -> None:
    assert newest("s3://usage-flink", "job") is None
