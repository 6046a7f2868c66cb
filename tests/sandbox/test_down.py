from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from factory import example
from streamatlas.sandbox import identity, records
from streamatlas.sandbox.down import down
from streamatlas.sandbox.folders import Folders

TOPOLOGY = Path("topology.yaml")


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen((sys.executable, "-S", "-c", "import time; time.sleep(60)"))
    yield child
    child.kill()
    child.wait()


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.make()
    return made


def test_a_secret_that_is_missing_keeps_nothing_alive(
    folders: Folders, process: subprocess.Popen[bytes]
) -> None:
    me = identity.of(process.pid)
    assert me is not None
    records.write_processes(folders, {"jobmanager": me})
    told: list[str] = []
    down(TOPOLOGY, example(), {"STREAMATLAS_STATE": str(folders.state)}, told.append)
    assert not me.alive()
    assert any("is not set" in line for line in told)
    assert told[-1] == "Everything has ended."


def test_everything_ends_also_where_nobody_listens(
    folders: Folders, process: subprocess.Popen[bytes]
) -> None:
    me = identity.of(process.pid)
    assert me is not None
    records.write_processes(folders, {"jobmanager": me})

    def say(line: str) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        down(TOPOLOGY, example(), {"STREAMATLAS_STATE": str(folders.state)}, say)
    assert not me.alive()


def test_a_build_of_the_pages_that_was_left_is_ended(
    folders: Folders, process: subprocess.Popen[bytes]
) -> None:
    me = identity.of(process.pid)
    assert me is not None
    records.write_building(folders, {"site": me})
    down(TOPOLOGY, None, {"STREAMATLAS_STATE": str(folders.state)}, print)
    assert not me.alive()
    assert records.building(folders) == {}
