"""The tutorial: each step's file is right, and the page shows what is new and what is said."""

from __future__ import annotations

import difflib
import re
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from factory import ROOT
from streamatlas.checks.everything import problems
from streamatlas.cli.main import main
from streamatlas.load.topology import load_topology

FILES = ROOT / "docs" / "tutorial"
PAGE = (ROOT / "docs" / "handbook" / "tutorial.md").read_text("utf-8")
STEPS = ("start", *(f"step-{n}" for n in range(1, 8)))
TODAY = date(2026, 11, 24)


def lines(step: str) -> list[str]:
    return (FILES / step / "topology.yaml").read_text("utf-8").splitlines()


@pytest.mark.parametrize("step", STEPS)
def test_a_step_checks_clean(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = FILES / step / "topology.yaml"
    assert main(["check", str(file), "--strict", "--as-of", str(TODAY)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_built(step: str, tmp_path: Path) -> None:
    file = FILES / step / "topology.yaml"
    environments = ("sandbox", *(["production"] if step == "step-7" else []))
    for environment in environments:
        assert (
            main(["build", "--topology", str(file), "--env", environment, "--out", str(tmp_path)])
            == 0
        )
        jobs = sorted(p.stem for p in (tmp_path / "definitions" / environment).glob("flink/*.sql"))
        assert jobs == _with_a_query(file)


def _with_a_query(file: Path) -> list[str]:
    topology = load_topology(file).topology
    assert topology is not None
    jobs = topology.jobs.items()
    return sorted(n for n, j in jobs if any(o.from_ or o.select for o in j.writes.values()))


def test_it_begins_with_twelve_lines_and_each_step_adds_a_few() -> None:
    counts = [len(lines(step)) for step in STEPS]
    assert counts[0] == 12
    assert counts == sorted(counts)
    assert all(after - before < 20 for before, after in pairwise(counts))


def test_the_page_shows_every_file() -> None:
    shown = re.findall(r'^--8<-- "(.+)"$', PAGE, re.M)
    there = [p.relative_to(FILES).as_posix() for p in FILES.rglob("*.yaml")]
    later = {p for p in there if p.startswith(("step-6/teams", "step-7/teams"))}
    assert sorted(shown) == sorted(set(there) - later)
    for path in later:
        assert (FILES / path).read_text() == (FILES / "step-5" / "teams" / "crm.yaml").read_text()


@pytest.mark.parametrize(("before", "step"), list(pairwise(STEPS)))
def test_the_page_marks_what_is_new(before: str, step: str) -> None:
    marked = re.search(rf'hl_lines="([^"]+)"\n--8<-- "{step}/topology.yaml"', PAGE)
    assert marked
    compared = difflib.SequenceMatcher(None, lines(before), lines(step), autojunk=False)
    new = [
        n for op, _, _, a, b in compared.get_opcodes() if op != "equal" for n in range(a + 1, b + 1)
    ]
    assert _numbers(marked[1]) == new


def _numbers(ranges: str) -> list[int]:
    pairs = [(part.split("-") * 2)[:2] for part in ranges.split()]
    return [n for first, last in pairs for n in range(int(first), int(last) + 1)]


# What the page says to try: the step, what is replaced, and by what.
TRIES = (
    ("step-1", "04:00-04:10 sun", "02:00-02:10 sun"),
    ("step-2", "time: ordered_at", "time: orderd_at"),
    ("step-3", "state-ttl: 7d", "state-ttl: 1d"),
    ("step-5", "{customers: customer_id}", "{customers: customer}"),
    ("step-6", "limits: {rate: 2k/s}", "limits: {rate: 800/s}"),
    ("step-7", "password: $DB_PASSWORD", "password: hunter2"),
)


@pytest.mark.parametrize(("step", "old", "new"), TRIES, ids=[step for step, _, _ in TRIES])
def test_what_the_page_says_of_a_mistake(step: str, old: str, new: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FILES / step, tmp_path / step)
    file = folder / "topology.yaml"
    file.write_text(file.read_text().replace(old, new, 1))
    section = PAGE.partition(f'--8<-- "{step}/topology.yaml"')[2].partition("\n## ")[0]
    [told] = re.findall(r"^topology\.yaml:.+$", section, re.M)
    assert told in [str(problem) for problem in problems(file, TODAY)]


def test_what_the_page_says_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    file = FILES / "step-6" / "topology.yaml"
    asked = ["topic/orders", "--from", "2026-11-24T18:00"]
    assert main(["expected", *asked, "--topology", str(file)]) == 0
    _, table = capsys.readouterr().out.split("\n", 1)
    assert table in PAGE
