"""The reference is what the code says, whole, and as it is committed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factory import ROOT
from streamatlas.cli.main import COMMANDS, main, named
from streamatlas.cli.reference import commands
from streamatlas.model import declared
from streamatlas.model.values import Declared
from streamatlas.reference import checks_page, commands_page, format_page
from streamatlas.reference.defaults import default
from streamatlas.reference.described import keys
from streamatlas.reference.rules import rules

FORMAT = format_page.page()
PARTS = [
    part
    for name in declared.__all__
    if isinstance(part := getattr(declared, name), type) and issubclass(part, Declared)
]


def test_what_is_committed_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    """After a change of model, checks or commands: streamatlas reference."""
    code = main(["reference", "--check", "--out", str(ROOT / "docs" / "reference")])
    assert capsys.readouterr().out == ""
    assert code == 0


def test_stale_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "reference"
    assert main(["reference", "--out", str(out)]) == 0
    (out / "checks.md").write_text("old")
    assert main(["reference", "--check", "--out", str(out)]) == 1
    assert capsys.readouterr().out == f"{out}/checks.md is stale: run streamatlas reference\n"
    assert (out / "checks.md").read_text() == "old"


def test_the_disk_may_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["reference", "--out", str(tmp_path / "file" / "reference")]) == 3
    assert "streamatlas reference: cannot" in capsys.readouterr().err


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_told_with_its_meaning(part: type[Declared]) -> None:
    for key in keys(part):
        assert f"<code>{key.name}</code>" in FORMAT
        assert key.described.doc.endswith("."), key
        assert not re.search(r"(Example|Default|Read by):", key.described.doc), key


def test_no_link_within_a_page_leads_nowhere() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^##+ (.+)$", FORMAT, re.M)
    }
    there = headings | set(re.findall(r'id="([^"]+)"', FORMAT))
    links = set(re.findall(r'(?:href="|\]\()#([^")]+)', FORMAT))
    assert links - there == set()
    assert len(links) > 30


DEFAULTS = {
    (declared.Team, "timezone"): "UTC",
    (declared.Team, "on-call"): "the chat",
    (declared.Team, "chat-limit"): "20/h",
    (declared.Topic, "partitions"): "12",
    (declared.Topic, "retention"): "7d",
    (declared.Topic, "compacted"): "no",
    (declared.Topic, "format"): "json",
    (declared.Topic, "idle-timeout"): "1min",
    (declared.Topic, "bad-records"): "fail",
    (declared.Topic, "timezone"): "",
    (declared.Store, "kind"): "postgres",
    (declared.Schema, "out-of-order"): "1min",
    (declared.Schema, "id"): "",
    (declared.Job, "parallelism"): "1",
    (declared.Job, "taskmanager-memory"): "1GiB",
    (declared.Job, "checkpoint-interval"): "30s",
    (declared.Job, "restart"): "1s-2min",
    (declared.Job, "guarantee"): "exactly-once",
    (declared.Job, "savepoints"): "3",
    (declared.Job, "worst-outage"): "3d",
    (declared.Job, "principal"): "the id",
    (declared.Service, "group"): "the id",
    (declared.Normal, "grace"): "5min",
    (declared.Normal, "review-every"): "180d",
    (declared.View, "depth"): "1",
    (declared.View, "direction"): "both",
    (declared.Metrics, "from"): "portal",
    (declared.Deploy, "within"): "5min",
}


@pytest.mark.parametrize(("part", "name"), DEFAULTS, ids=str)
def test_defaults(part: type[Declared], name: str) -> None:
    [key] = [key for key in keys(part) if key.name == name]
    assert default(key) == DEFAULTS[part, name]


def test_every_rule_has_its_place() -> None:
    page = checks_page.page()
    assert re.findall(r"^## (.+)$", page, re.M) == list(rules())
    for rule in rules().values():
        assert f"**{rule.line}** ({rule.level})" in page


def test_every_command_has_its_place() -> None:
    page = commands_page.page(commands())
    assert re.findall(r"^## (.+)$", page, re.M) == [named(command) for command in COMMANDS]
    assert page.count("Exit codes: ") == len(COMMANDS)
    for option in ("--strict", "--as-of DATE", "--explain [RULE]", "text|json|github|sarif"):
        assert option in page
