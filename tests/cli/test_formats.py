"""How `check` prints problems: text with a mark, SARIF, and what a rule says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from factory import SMALL
from streamatlas.cli.main import main
from streamatlas.reference.rules import rules


def marked(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The line and the mark below it of the only problem."""
    file = tmp_path / "topology.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    assert main(["check", str(file)]) == 1
    return capsys.readouterr().out.splitlines()[1:]


def test_the_mark_stands_below_wide_letters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SMALL.replace("chat: data-eng", 'chat: "店e\u0301", timezone: EST')
    line, mark = marked(tmp_path, text, capsys)
    assert line == '     4 |   data: {chat: "店e\u0301", timezone: EST}'
    # One letter takes two cells, one accent none.
    assert mark.index("^") == line.index("EST")


def test_a_line_that_ends_with_cr_lf_is_shown_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SMALL.replace("chat: data-eng", "chat: data-eng, timezone: EST").replace("\n", "\r\n")
    line, mark = marked(tmp_path, text, capsys)
    assert line == "     4 |   data: {chat: data-eng, timezone: EST}"
    assert mark.index("^") == line.index("EST")


def test_a_tab_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SMALL.replace("  data: {chat: data-eng}", "\tdata: {chat: data-eng}")
    assert marked(tmp_path, text, capsys) == [
        "     4 | \\tdata: {chat: data-eng}",
        "       | ^",
    ]


def test_of_a_long_line_the_part_around_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doc = "x" * 300
    text = SMALL.replace("chat: data-eng", f"chat: a, doc: {doc}, timezone: EST, also: {doc}")
    line, mark = marked(tmp_path, text, capsys)
    assert line.startswith("     4 | ...xxx") and line.endswith("xxx...")
    assert len(line) < 120
    assert mark.index("^") == line.index("EST")


# -- SARIF ---------------------------------------------------------------------------------------


def sarif(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["check", *words, "--format", "sarif"])
    log: dict[str, Any] = json.loads(capsys.readouterr().out)
    return log


def test_sarif(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = SMALL.replace("chat: data-eng", "chat: data-eng, timezone: EST")
    (tmp_path / "a b.yaml").write_text(wrong)
    monkeypatch.chdir(tmp_path)
    log = sarif(["a b.yaml"], capsys)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    [result] = run["results"]
    place = list(rules()).index("timezone")
    assert result == {
        "ruleId": "timezone",
        "ruleIndex": place,
        "level": "error",
        "message": {"text": "'EST' has no daylight saving; use America/New_York"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b.yaml"},
                    "region": {"startLine": 4, "startColumn": 36},
                }
            }
        ],
    }
    rule = run["tool"]["driver"]["rules"][place]
    assert rule["id"] == "timezone"
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["shortDescription"] == {"text": "A time zone is a place."}
    assert rule["help"]["markdown"] == rules()["timezone"].text


def test_sarif_names_files_as_seen_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    file = inside / "topology.yaml"
    file.write_text(SMALL.replace("owner: shop", 'owner: "[x](1)"'))
    monkeypatch.chdir(tmp_path)
    [result] = sarif([str(file)], capsys)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "inside/topology.yaml"}
    assert result["message"] == {"text": "no team '[x] (1)'"}
    monkeypatch.chdir(inside)
    [result] = sarif(["--topology", str(file)], capsys)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == file.name


def test_sarif_of_what_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(SMALL)
    [run] = sarif([str(file)], capsys)["runs"]
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(rules())


# -- what a rule says ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", rules())
def test_a_rule_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", name]) == 0
    rule = rules()[name]
    assert capsys.readouterr().out == f"{name} ({rule.level})\n\n{rule.text}\n"


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(rules())
    assert [line.split()[1] for line in lines] == [rule.level for rule in rules().values()]


def test_a_rule_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "time-zone"]) == 64
    assert capsys.readouterr().err == (
        "streamatlas check: no rule 'time-zone'; did you mean 'timezone'?\n"
    )
    assert main(["check", "--explain", "\x1b"]) == 64
    assert capsys.readouterr().err == (
        "streamatlas check: no rule '\\x1b'; streamatlas check --explain lists all\n"
    )
