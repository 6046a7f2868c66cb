"""Real, small commands around a job that is replaced."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from factory import graph_of
from streamatlas.graph.graph import Deploy, Graph
from streamatlas.graph.secrets import MissingSecret
from streamatlas.operate.commands import around
from streamatlas.operate.step import OperateError, UnreachableError

PLATFORM = """\
platform: p
teams: {t: {chat: c}}
topics: {a: {owner: t}, b: {}}
jobs: {adds: {owner: t, reads: a, writes: b}}
environments: {live: {kafka: {address: 'a:1', user: u, password: $LETMEIN}}}
"""
ENVIRON = {"PATH": "/usr/bin:/bin", "LETMEIN": "open-sesame", "KAFKA_PASSWORD_ADDS": "of-adds"}


def graph(before: str = "", after: str = "", within: float = 20) -> Graph:
    declared = Deploy(before, after, timedelta(seconds=within))
    return replace(graph_of(PLATFORM, "live"), deploy=declared)


class Deployment:
    """One replacement with commands around it: what was said, and whether it came to it."""

    def __init__(self, folder: Path, declared: Graph) -> None:
        self.said: list[str] = []
        self.replaced = False
        self._around = around(declared, declared.jobs["adds"], ENVIRON, folder, self.said.append)

    def run(self, fails: OperateError | None = None) -> Deployment:
        with self._around:
            self.replaced = True
            if fails:
                raise fails
        return self

    def refused(self) -> str:
        with pytest.raises(OperateError) as raised:
            self.run()
        return str(raised.value)


def test_they_run_around_it_in_the_folder_of_the_file_and_know_the_job(tmp_path: Path) -> None:
    script = 'echo "$STREAMATLAS_JOB in $STREAMATLAS_ENVIRONMENT: $1" >> told; echo done'
    (tmp_path / "ticket").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "ticket").chmod(0o755)
    made = Deployment(tmp_path, graph("./ticket 'open it'", "./ticket close")).run()
    assert (tmp_path / "told").read_text().splitlines() == [
        "adds in live: open it",
        "adds in live: close",
    ]
    assert made.said == [
        "job/adds: before: ./ticket 'open it'",
        "job/adds: before: done",
        "job/adds: after: ./ticket close",
        "job/adds: after: done",
    ]


def test_without_commands_nothing_is_said(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph()).run()
    assert made.replaced and made.said == []


def test_a_failing_before_leaves_the_job_alone(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph("sh -c 'echo no approver; exit 3'", "touch after"))
    assert made.refused() == (
        "job/adds: before 'sh -c 'echo no approver; exit 3'' ended with 3; "
        "the job is left as it was"
    )
    assert made.said[-1] == "job/adds: before: no approver"
    assert not made.replaced and not (tmp_path / "after").exists()


def test_a_failing_after_says_that_the_job_runs(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph(after="false"))
    assert made.refused() == (
        "job/adds: after 'false' ended with 1; the job itself is replaced, and runs"
    )
    assert made.replaced


@pytest.mark.parametrize("kind", [OperateError, UnreachableError])
def test_after_a_failed_replacement_after_is_not_run(
    tmp_path: Path, kind: type[OperateError]
) -> None:
    made = Deployment(tmp_path, graph(after="touch after"))
    with pytest.raises(kind, match=r"^no slots \(so this was not run: touch after\)$"):
        made.run(kind("no slots"))
    assert not (tmp_path / "after").exists()


def test_no_shell_reads_it(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph("echo a && touch b | cat > c *")).run()
    assert made.said[-1] == "job/adds: before: a && touch b | cat > c *"
    assert list(tmp_path.iterdir()) == []


def test_names_are_filled_in_and_no_secret_is_shown(tmp_path: Path) -> None:
    """A name within a word is one word whatever it holds; `$$` is a `$`."""
    command = 'sh -c \'printf "%s|" "$$@"; env\' x $LETMEIN $STREAMATLAS_JOB'
    made = Deployment(tmp_path, graph(command)).run()
    text = "\n".join(made.said)
    assert "$LETMEIN|adds|" in text
    assert "open-sesame" not in text and "of-adds" not in text
    assert "KAFKA_PASSWORD_ADDS=" in text


def test_a_name_that_is_not_set_stops_before_anything(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph("touch $NOWHERE"))
    with pytest.raises(MissingSecret, match=r"\$NOWHERE is not set"):
        made.run()
    assert not made.replaced


@pytest.mark.parametrize(
    "command", ["sleep 30", "sh -c 'sleep 30 & wait'", "sh -c 'exec >&-; sleep 30'"]
)
def test_what_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, command: str
) -> None:
    begun = time.monotonic()
    made = Deployment(tmp_path, graph(command, within=0.5))
    assert "took longer than 0.5 s; the job is left as it was" in made.refused()
    assert time.monotonic() - begun < 5


def test_what_a_command_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    begun = time.monotonic()
    made = Deployment(tmp_path, graph("sh -c 'sleep 3 & echo on its way'")).run()
    assert made.replaced and made.said[-1] == "job/adds: before: on its way"
    assert time.monotonic() - begun < 2


def test_a_command_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph("no-such-command open"))
    assert made.refused() == (
        "job/adds: before 'no-such-command open' cannot be run: No such file or directory; "
        "the job is left as it was"
    )


def test_a_long_line_is_said_in_parts(tmp_path: Path) -> None:
    made = Deployment(tmp_path, graph("head -c 300000 /dev/zero")).run()
    assert sum(len(line) for line in made.said) > 300_000
    assert len(made.said) > 2
