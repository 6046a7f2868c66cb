"""The platforms of other trades are short, without a warning, and become everything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from factory import ROOT
from stacked import stacked
from streamatlas.build import Built, gather
from streamatlas.checks.everything import problems
from streamatlas.load.project import project, runbooks

EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/topology.yaml"))
LONGEST = 120
# The day they were written, and days on which other dates of theirs have come or passed.
DAYS = (date(2026, 11, 24), date(2026, 12, 24), date(2027, 2, 1))


def topology(name: str) -> Path:
    return ROOT / "examples" / name / "topology.yaml"


def built(name: str, environment: str) -> Built:
    return gather(topology(name), environment, runbooks(topology(name).parent), stacked)


def test_there_are_three_and_each_is_told_of() -> None:
    told = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert EXAMPLES == ["parcels", "payments", "railway"]
    assert [name for name in EXAMPLES if f"({name}/topology.yaml)" not in told] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_short_enough_to_be_read(name: str) -> None:
    files = (*topology(name).parent.rglob("*.yaml"),)
    assert len(topology(name).read_text(encoding="utf-8").splitlines()) < LONGEST
    assert max(len(line) for file in files for line in file.read_text().splitlines()) < 220


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_without_a_warning(name: str, day: date) -> None:
    assert [str(problem) for problem in problems(topology(name), day)] == []


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_everything_is_generated(name: str, environment: str) -> None:
    made = built(name, environment)
    paths = {file.path for file in made.files}
    assert made.problems == ()
    assert any(path.endswith("/topics.yaml") for path in paths)
    assert {"docs/catalog/map.md", "docs/catalog/triage/silent-source.md"} <= paths
    jobs = [path for path in paths if path.startswith(f"definitions/{environment}/flink/")]
    assert len(jobs) == 2


def test_they_use_what_the_others_do_not() -> None:
    """Together they speak of parts of the format that each alone has no need of."""
    words = {
        "parcels": ("include:", "worst-outage:", "every 1h", "also:", "metrics:", "bad-records:"),
        "payments": ("cluster:", "guarantee:", "principal:", "deploy:", "HOP(", "views:"),
        "railway": ("was:", "deprecated:", "COUNT(*) FILTER", "maintenance:", "records:", "see:"),
    }
    for name, parts in words.items():
        files = topology(name).parent.rglob("*.yaml")
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        assert [part for part in parts if part not in text] == [], name


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_belongs_to_this_project(name: str) -> None:
    folder = topology(name).parent
    assert project(folder) == ROOT
    assert runbooks(folder) == ROOT / "runbooks"


def test_a_project_is_the_nearest_folder_with_a_site(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project(inner) == inner
    (tmp_path / "mkdocs.yml").touch()
    assert project(inner) == tmp_path
    (inner / "runbooks").mkdir()
    assert runbooks(inner) == inner / "runbooks"
    assert runbooks(inner.parent) == tmp_path / "runbooks"
