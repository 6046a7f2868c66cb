from __future__ import annotations

from pathlib import Path

import pytest

from factory import SMALL
from streamatlas.cli.main import main


@pytest.fixture
def topology(tmp_path: Path) -> Path:
    (tmp_path / "runbooks").mkdir()
    path = tmp_path / "topology.yaml"
    path.write_text(SMALL)
    return path


def build(topology: Path, *options: str) -> int:
    return main(["build", "--topology", str(topology), *options])


def test_what_was_built_is_not_stale_until_it_is_changed(
    topology: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(topology) == 0
    assert build(topology, "--check") == 0
    listed = topology.parent / "definitions/sandbox/kafka/topics.yaml"
    assert "name: orders.paid" in listed.read_text()
    listed.unlink()
    capsys.readouterr()
    assert build(topology, "--check") == 1
    told = capsys.readouterr().out
    assert told == (
        "definitions/sandbox/kafka/topics.yaml is stale: run streamatlas build --env sandbox\n"
    )
    assert not listed.exists()


def test_files_go_below_out(topology: Path, tmp_path: Path) -> None:
    assert build(topology, "--out", str(tmp_path / "there")) == 0
    assert (tmp_path / "there/definitions/sandbox/kafka/acls.yaml").exists()
    assert not (tmp_path / "definitions").exists()


def test_problems_are_told_with_their_place(
    topology: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topology.write_text(SMALL.replace("owner: shop, writes", "ownr: shop, writes"))
    assert build(topology) == 1
    assert f"{topology}:6:14: error: " in capsys.readouterr().out
    assert not (topology.parent / "definitions").exists()


def test_what_the_disk_refuses_is_one_line(
    topology: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (topology.parent / "definitions").write_text("in the way")
    assert build(topology) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("streamatlas build: cannot write definitions/sandbox/")
    assert told.err.count("\n") == 1


def test_an_environment_that_is_not_there_is_not_built(
    topology: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(topology, "--env", "produciton") == 64
    assert "no environment 'produciton'; there is sandbox (environment)" in capsys.readouterr().out
    assert not (topology.parent / "definitions").exists()
