from __future__ import annotations

from pathlib import Path

import pytest

from streamatlas.sandbox import pages, records, stack
from streamatlas.sandbox.pages import digest_of
from streamatlas.sandbox.programs import Machine


@pytest.fixture
def ready(tmp_path: Path) -> Machine:
    environ = {"STREAMATLAS_STATE": str(tmp_path / "state")}
    return stack.machine(tmp_path / "topology.yaml", environ)


def test_a_build_that_nobody_waits_for_is_ended(ready: Machine) -> None:
    build = pages.begin(ready, "topology", {})
    ((name, process),) = records.building(ready.folders).items()
    assert name == "site"
    build.end()
    assert not process.alive()
    assert records.building(ready.folders) == {}


def test_a_build_that_was_left_is_ended_before_the_next(ready: Machine) -> None:
    left = pages.begin(ready, "topology", {})
    (first,) = records.building(ready.folders).values()
    half = ready.folders.state / ".site-x"
    half.mkdir()
    following = pages.begin(ready, "topology", {})
    assert not first.alive()
    assert not half.exists()
    following.end()
    left.end()


def test_the_pages_are_built_again_when_something_they_are_made_from_changes(
    tmp_path: Path,
) -> None:
    (tmp_path / "docs" / "catalog").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text("one")
    first = digest_of(tmp_path, "topology")
    assert digest_of(tmp_path, "topology") == first
    (tmp_path / "docs" / "catalog" / "generated.md").write_text("new")
    assert digest_of(tmp_path, "topology") == first
    assert digest_of(tmp_path, "other topology") != first
    (tmp_path / "docs" / "index.md").write_text("more")
    assert digest_of(tmp_path, "topology") != first
