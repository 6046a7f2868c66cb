"""`streamatlas status`: exit codes, and what it says where nothing answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factory import EXAMPLE
from streamatlas.cli.main import main
from streamatlas.cli.problems import runbooks

NOWHERE = {
    "FLINK_ADDRESS": "http://127.0.0.1:1",
    "FLINK_GATEWAY": "http://127.0.0.1:1",
    "FLINK_STATE": "file:///nowhere",
    "KAFKA_ADDRESS": "127.0.0.1:1",
    "KAFKA_USER": "streamatlas",
    "KAFKA_PASSWORD": "hunter22",
    "POSTGRES_ADDRESS": "jdbc:postgresql://127.0.0.1:1/usage",
    "POSTGRES_USER": "app",
    "POSTGRES_PASSWORD": "hunter22",
}


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that has been and is gone: its file of addresses is there, and nobody answers."""
    monkeypatch.setenv("STREAMATLAS_STATE", str(tmp_path))
    lines = (f"{name}={value}\n" for name, value in NOWHERE.items())
    (tmp_path / "environment").write_text("".join(lines))


def test_where_nothing_answers_all_is_unknown_and_the_code_is_3(
    nowhere: None, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--topology", str(EXAMPLE), "--json"]) == 3
    said = capfd.readouterr()
    report = json.loads(said.out)
    assert {verdict["status"] for verdict in report["nodes"].values()} == {"UNKNOWN"}
    assert {verdict["status"] for verdict in report["sources"].values()} == {"UNKNOWN"}
    assert report["incidents"] == []
    assert "hunter22" not in said.out
    assert said.err == ""


def test_the_table_names_every_element(nowhere: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--topology", str(EXAMPLE)]) == 3
    said = capsys.readouterr().out
    for ref in ("source/flink", "service/vault", "job/usage-pipeline", "store/usage"):
        assert ref in said
    assert said.splitlines()[-1].startswith("UNKNOWN: ")


def test_without_a_sandbox_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STREAMATLAS_STATE", str(tmp_path / "none"))
    assert main(["status", "--topology", str(EXAMPLE)]) == 3
    assert "no sandbox yet" in capsys.readouterr().err


def test_runbooks_lie_beside_the_topology_wherever_one_works(tmp_path: Path) -> None:
    assert runbooks(str(tmp_path / "topology.yaml"), None) == tmp_path / "runbooks"
    assert runbooks(str(tmp_path / "topology.yaml"), "there") == Path("there")
