"""How commands that act on an environment end, without an environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory import EXAMPLE
from streamatlas.cli.main import main


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMATLAS_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("KAFKA_USER", raising=False)
    return tmp_path / "state"


def run(*words: str) -> int:
    return main([words[0], "--topology", str(EXAMPLE), *words[1:]])


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    "words", [("apply",), ("deploy", "usage-pipeline"), ("traffic", "status"), ("traffic", "run")]
)
def test_without_a_sandbox_one_line_says_so(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 3
    assert capsys.readouterr().err == "there is no sandbox yet: make up\n"


@pytest.mark.usefixtures("state")
def test_a_job_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("deploy", "usage") == 64
    assert "there is usage-aggregation, usage-pipeline" in capsys.readouterr().err


@pytest.mark.usefixtures("state")
def test_a_variable_that_is_not_set_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("apply", "--env", "production") == 1
    assert capsys.readouterr().err == "$KAFKA_USER is not set\n"


def test_silence_is_kept_though_nothing_runs_yet(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir()
    (state / "environment").write_text("KAFKA_ADDRESS=127.0.0.1:1\n")
    assert run("traffic", "silence", "topic/usage.raw.vault") == 3
    said = capsys.readouterr()
    assert said.out == "service/vault sends nothing\n"
    assert said.err == "no traffic is running: start it with make up\n"
    assert run("traffic", "silence", "billing") == 1


def test_the_topology_may_be_named_before_or_behind(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir()
    (state / "environment").touch()
    assert main(["traffic", "status", "--topology", str(EXAMPLE)]) == 3
    assert main(["traffic", "--topology", str(EXAMPLE), "status"]) == 3
    assert set(capsys.readouterr().err.splitlines()) == {
        "no traffic is running: start it with make up"
    }


@pytest.mark.parametrize("words", [("down",), ("down", "--wipe")])
def test_down_where_nothing_ever_was_makes_nothing(
    words: tuple[str, ...], state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 0
    assert capsys.readouterr().out == "Nothing runs.\n"
    assert not state.exists()


def test_what_a_terminal_would_obey_is_shown_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STREAMATLAS_STATE", str(tmp_path / "red\x1b[31m"))
    assert run("up") == 3
    assert "red\\x1b[31m" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["up", "down"])
def test_the_sandbox_is_not_another_environment(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--topology", str(EXAMPLE), "--env", "production"]) == 64
    wrong = f"streamatlas: {command} is for the sandbox alone; production runs elsewhere\n"
    assert capsys.readouterr().err == wrong


TICKETS = """\
platform: p
teams: {t: {chat: c}}
topics: {a: {schema: e, owner: t}, b: {schema: e}}
schemas: {e: {id: k, time: at, fields: {k: string, at: timestamp}}}
jobs: {adds: {owner: t, writes: {b: {from: a}}}}
environments:
  live:
    kafka: {address: '127.0.0.1:1'}
    flink: {address: 'http://127.0.0.1:1', gateway: 'http://127.0.0.1:1', state: s3://x}
"""


@pytest.mark.parametrize(
    ("commands", "code", "why"),
    [
        ("before: ./ticket open 3", 1, "before './ticket open 3' ended with 3; the job is left"),
        ("after: ./ticket close 0", 3, "(so this was not run: ./ticket close 0)"),
    ],
)
def test_a_deployment_ends_with_its_tickets(
    commands: str, code: int, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Flink does not answer: where a ticket is refused it is not even asked."""
    file = tmp_path / "topology.yaml"
    file.write_text(f"{TICKETS}    deploy: {{{commands}}}\n")
    (tmp_path / "ticket").write_text('#!/bin/sh\nexit "$2"\n')
    (tmp_path / "ticket").chmod(0o755)
    assert main(["deploy", "adds", "--topology", str(file), "--env", "live"]) == code
    said = capsys.readouterr()
    assert why in said.err
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("state")
def test_savepoints_of_a_job_that_is_not_there_are_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("savepoints", "usage") == 64
    assert "there is usage-aggregation, usage-pipeline" in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("--prune",), ("adds", "--prune")])
def test_savepoints_that_are_elsewhere_are_neither_listed_nor_deleted(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(TICKETS)
    assert main(["savepoints", "--topology", str(file), "--env", "live", *words]) == 1
    said = capsys.readouterr()
    assert said.out == "job/adds keeps the newest 3\n"
    assert said.err == "job/adds: s3://x is not a folder of this machine\n"
