"""A file to begin with: right from the first moment, and never over another."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from streamatlas.cli.main import main
from streamatlas.load.topology import load_topology


def test_it_checks_clean_and_builds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "my platform"
    assert main(["new", str(place)]) == 0
    file = place / "topology.yaml"
    assert f"  streamatlas check '{file}'\n" in capsys.readouterr().out
    assert main(["check", str(file), "--strict"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["build", "--topology", str(file)]) == 0
    script = (place / "definitions" / "sandbox" / "flink" / "paid-orders.sql").read_text()
    assert "INSERT INTO orders_paid" in script


def test_what_comes_next_is_called_as_this_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "bin" / "streamatlas"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["new", str(tmp_path / "a")]) == 0
    assert f"  {program} check {tmp_path}/a/topology.yaml\n" in capsys.readouterr().out
    monkeypatch.setenv("PATH", str(program.parent))
    assert main(["new", str(tmp_path / "b")]) == 0
    assert f"  streamatlas check {tmp_path}/b/topology.yaml\n" in capsys.readouterr().out


def test_it_says_to_an_editor_where_the_schema_is(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path)]) == 0
    text = (tmp_path / "topology.yaml").read_text("utf-8")
    first, _, _ = text.partition("\n")
    name = first.removeprefix("# yaml-language-server: $schema=")
    schema = json.loads((tmp_path / name).read_text("utf-8"))
    assert list(Draft7Validator(schema).iter_errors(yaml.load(text, yaml.BaseLoader))) == []


def test_it_has_a_word_on_every_section(tmp_path: Path) -> None:
    main(["new", str(tmp_path)])
    topology = load_topology(tmp_path / "topology.yaml").topology
    assert topology is not None
    assert topology.teams and topology.services and topology.topics
    assert topology.schemas and topology.jobs and topology.environments
    assert (tmp_path / "topology.yaml").read_text("utf-8").count("#") > 10


def test_a_file_may_be_named(tmp_path: Path) -> None:
    file = tmp_path / "a" / "shop.yaml"
    assert main(["new", str(file)]) == 0
    assert main(["check", str(file)]) == 0


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text("mine")
    assert main(["new", str(tmp_path)]) == 1
    said = f"streamatlas new: {file} is there already, and stays as it is\n"
    assert capsys.readouterr().err == said
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_a_schema_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "topology.schema.json").write_text("{}")
    assert main(["new", str(tmp_path)]) == 0
    assert (tmp_path / "topology.schema.json").read_text() == "{}"


def test_the_disk_may_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["new", str(tmp_path / "file" / "below")]) == 3
    assert "streamatlas new: cannot write" in capsys.readouterr().err
