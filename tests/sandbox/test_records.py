from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from streamatlas.sandbox import identity, records
from streamatlas.sandbox.alone import alone
from streamatlas.sandbox.folders import Folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.make()
    me = identity.of(os.getpid())
    assert me is not None
    records.write_processes(made, {"kafka": me})
    return made


def test_a_process_of_an_earlier_boot_is_not_taken_for_one_of_now(folders: Folders) -> None:
    assert list(records.processes(folders)) == ["kafka"]
    ((pid, started, _),) = json.loads(folders.processes.read_text()).values()
    folders.processes.write_text(json.dumps({"kafka": [pid, started, "another boot"]}))
    assert records.processes(folders) == {}


@pytest.mark.parametrize("text", ["", '{"kafka": [1', "[]", '{"kafka": ["x", 1]}', '{"kafka": 1}'])
def test_a_file_that_cannot_be_read_is_none_and_that_is_said(folders: Folders, text: str) -> None:
    folders.processes.write_text(text)
    assert records.processes(folders) == {}
    told: list[str] = []
    with alone(folders, told.append):
        assert not folders.processes.exists()
    assert len(told) == 1
    assert str(folders.processes) in told[0]


def test_who_is_wanted_is_read_back_in_order(folders: Folders) -> None:
    records.want(folders, ["postgres", "kafka"])
    assert records.wanted(folders) == ("postgres", "kafka")
