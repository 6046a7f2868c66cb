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


def shown() -> dict[str, tuple[str, str]]:
    """Each file on the page by its path in the tutorial: which lines are marked, and its text."""
    blocks = {}
    for part in PAGE.split("\n## ")[1:]:
        step = f"step-{part[5]}" if part.startswith("Step ") else "start"
        fence = r'^```yaml title="shop/([^"]+)"(?: hl_lines="([^"]+)")?\n((?:.*\n)*?)```$'
        for name, marked, text in re.findall(fence, part, re.M):
            blocks[f"{step}/{name}"] = (marked, text)
    return blocks


def test_the_page_shows_every_file_as_it_is() -> None:
    there = {p.relative_to(FILES).as_posix(): p.read_text("utf-8") for p in FILES.rglob("*.yaml")}
    later = {p for p in there if p.startswith(("step-6/teams", "step-7/teams"))}
    texts = {path: text for path, (_, text) in shown().items()}
    assert texts == {path: text for path, text in there.items() if path not in later}
    assert {there[path] for path in later} == {there["step-5/teams/crm.yaml"]}


def test_the_page_needs_nothing_that_is_only_generated() -> None:
    links = re.findall(r"\]\(([^)#]+)", PAGE)
    assert links
    assert all((ROOT / "docs" / "handbook" / link).exists() for link in links)
    assert not any("catalog/" in link for link in links)
    assert "--8<--" not in PAGE


@pytest.mark.parametrize(("before", "step"), list(pairwise(STEPS)))
def test_the_page_marks_what_is_new(before: str, step: str) -> None:
    marked, _ = shown()[f"{step}/topology.yaml"]
    compared = difflib.SequenceMatcher(None, lines(before), lines(step), autojunk=False)
    new = [
        n for op, _, _, a, b in compared.get_opcodes() if op != "equal" for n in range(a + 1, b + 1)
    ]
    assert _numbers(marked) == new


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
    ("step-7", "password: $POSTGRES_PASSWORD", "password: hunter2"),
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder `shop` of a reader, below the one worked in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop"


def printed(command: str) -> str:
    """What the page shows below a command, up to the next."""
    told = re.search(rf"^\$ {re.escape(command)}\n((?:[^$`].*\n)+)", PAGE, re.M)
    assert told
    return told[1]


@pytest.mark.parametrize(("step", "old", "new"), TRIES, ids=[step for step, _, _ in TRIES])
def test_what_the_page_says_of_a_mistake(
    step: str, old: str, new: str, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(FILES / step, shop)
    file = shop / "topology.yaml"
    right = file.read_text("utf-8")
    assert right.count(old) == 1
    file.write_text(right.replace(old, new), "utf-8")
    section = PAGE.partition(f"\n## Step {step[-1]}: ")[2].partition("\n## ")[0]
    main(["check", "shop/topology.yaml", "--as-of", str(TODAY)])
    said = capsys.readouterr()
    command = "$ streamatlas check shop/topology.yaml"
    assert f"```console\n{command}\n{said.out}{said.err}```" in section


def test_what_the_page_says_is_expected(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(FILES / "step-6", shop)
    words = "expected topic/orders --topology shop/topology.yaml --from 2026-11-24T18:00"
    assert main(words.split()) == 0
    assert printed(f"streamatlas {words}") == capsys.readouterr().out
