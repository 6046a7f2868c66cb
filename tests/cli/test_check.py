"""The command line: formats, exit codes, and speed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from factory import EXAMPLE, SMALL
from streamatlas.cli.main import main
from streamatlas.cli.problems import Refused, load_graph

WRONG = SMALL.replace("chat: data-eng", "chat: data-eng, timezone: EST")
LINE = "4:36: error: 'EST' has no daylight saving; use America/New_York (timezone)"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "topology.yaml"
    path.write_text(WRONG)
    return path


def test_what_is_right_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--topology", str(EXAMPLE)]) == 0
    assert main(["check", str(EXAMPLE), "--strict"]) == 0
    assert capsys.readouterr().out == ""


def test_an_unknown_environment_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(EXAMPLE), "--env", "nope"]) == 64
    assert "no environment 'nope'; there is " in "".join(capsys.readouterr())
    assert main(["check", str(EXAMPLE), "--env", "production"]) == 0


def test_text_has_the_line_and_a_mark(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(wrong)]) == 1
    said = capsys.readouterr()
    assert said.out == (
        f"{wrong}:4:37: error: 'EST' has no daylight saving; use America/New_York (timezone)\n"
        "     4 |   data: {chat: data-eng, timezone: EST}\n"
        "       |                                     ^\n"
    ).replace("4:37", "4:36").replace(" " * 37 + "^", " " * 36 + "^")
    assert said.err == "errors: 1, warnings: 0\n"


def test_json(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(wrong), "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "file": str(wrong),
            "line": 4,
            "column": 36,
            "level": "error",
            "rule": "timezone",
            "message": "'EST' has no daylight saving; use America/New_York",
        }
    ]


def test_github(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong.write_text(SMALL.replace("owner: shop", 'owner: "a%,\\nb"'))
    assert main(["check", str(wrong), "--format", "github"]) == 1
    said = capsys.readouterr().out
    assert said == (
        f"::error file={wrong},line=6,col=21,title=reference::no team 'a%25,%0Ab' (reference)\n"
    )


def test_strict_counts_warnings(tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(SMALL.replace("5min}", "5min, agreed: 2026-01-01 with x}"))
    assert main(["check", str(file), "--as-of", "2027-01-01"]) == 0
    assert main(["check", str(file), "--as-of", "2027-01-01", "--strict"]) == 1
    assert main(["check", str(file), "--as-of", "2026-01-02", "--strict"]) == 0


def test_no_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.yaml")]) == 1
    said = capsys.readouterr().out.splitlines()
    where = f"{tmp_path}/none.yaml:1:1"
    assert said == [f"{where}: error: cannot be read: No such file or directory (syntax)"]


@pytest.mark.parametrize(
    "words", [[], ["chek"], ["check", "--format", "xml"], ["check", "--as-of", "1.1.26"]]
)
def test_wrong_usage(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 64


def test_nothing_that_a_terminal_would_obey(
    wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong.write_text(SMALL.replace("owner: shop", 'owner: "\\e[31m\\u202e"'))
    assert main(["check", str(wrong)]) == 1
    said = capsys.readouterr().out
    assert "\\x1b[31m\\u202e" in said
    assert "\x1b" not in said and "\u202e" not in said


def test_other_commands_refuse_what_is_wrong(wrong: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_graph(str(wrong), "sandbox")
    assert [str(p) for p in refused.value.problems] == [f"topology.yaml:{LINE}"]
    with pytest.raises(Refused, match="cannot be used") as refused:
        load_graph(str(EXAMPLE), "prod")
    assert refused.value.code == 64
    assert refused.value.problems[0].message == (
        "no environment 'prod'; there is production, sandbox"
    )


def test_a_check_is_quick() -> None:
    command = [sys.executable, "-m", "streamatlas.cli.main", "check", str(EXAMPLE)]
    taken = []
    for _ in range(3):
        before = os.times()
        subprocess.run(command, check=True, capture_output=True)
        after = os.times()
        user = after.children_user - before.children_user
        taken.append(user + after.children_system - before.children_system)
    # Of the processor's time, since others may use the machine meanwhile.
    assert min(taken) < 0.5


HEAVY = ("mkdocs", "httpx", "rich", "confluent_kafka", "psycopg", "starlette", "pygraphviz")


def test_check_imports_nothing_heavy(tmp_path: Path) -> None:
    """What reads SQL is imported where there is free SQL alone."""
    plain = tmp_path / "topology.yaml"
    plain.write_text(SMALL)
    for file, heavy in ((EXAMPLE, HEAVY), (plain, (*HEAVY, "sqlglot"))):
        code = (
            "import sys; from streamatlas.cli.main import main; main(['check', sys.argv[1]]);"
            f"print([m for m in {heavy!r} if m in sys.modules])"
        )
        command = [sys.executable, "-c", code, str(file)]
        assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("tomorrow", "'tomorrow' is no date: write 2026-11-24"),
        ("9999-12-31", "years from 1971 to 2199 can be asked for"),
        ("0001-01-01", "years from 1971 to 2199 can be asked for"),
    ],
)
def test_a_day_that_is_none_is_wrong_usage(
    day: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "--as-of", day])
    assert ended.value.code == 64
    assert message in capsys.readouterr().err
