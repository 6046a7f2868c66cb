from __future__ import annotations

from pathlib import Path

import pytest

from streamatlas.sandbox.down import wipe
from streamatlas.sandbox.folders import FolderError, Folders


def test_others_are_kept_out_whoever_made_the_folder(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "layout").mkdir(parents=True)
    state.chmod(0o755)
    Folders(state).make()
    assert state.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(FolderError, match="thesis"):
        Folders(tmp_path).make()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["a,b", "a\nb"])
def test_a_path_that_kafka_would_split_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FolderError, match="comma"):
        Folders(tmp_path / name).make()
    assert list(tmp_path.iterdir()) == []


def test_everything_of_the_sandbox_is_wiped(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "state")
    folders.make()
    files = (folders.processes, folders.wanted, folders.building, folders.environment)
    for file in files:
        file.touch()
    (folders.state / ".site-x").mkdir()
    for folder in (folders.kafka, folders.postgres, folders.half_made_postgres, folders.trouble):
        folder.mkdir()
    assert wipe(folders, print)
    assert not folders.state.exists()


def test_what_is_not_the_sandboxs_is_never_wiped(tmp_path: Path) -> None:
    folders, told = Folders(tmp_path), list[str]()
    folders.make()
    (tmp_path / "thesis").write_text("words")
    assert not wipe(folders, told.append)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis"]
    assert told == [f"{tmp_path / 'thesis'} stays: it is not the sandbox's"]
