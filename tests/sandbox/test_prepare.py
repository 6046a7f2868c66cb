from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from streamatlas.sandbox import stack
from streamatlas.sandbox.environment import Needs
from streamatlas.sandbox.prepare import PrepareError, format_postgres
from streamatlas.sandbox.programs import Machine

ENVIRON = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
INITDB = """#!/bin/sh
for folder; do :; done
mkdir "$folder" && touch "$folder/PG_VERSION"
"""
FAILS = "#!/bin/sh\necho no space left >&2\nexit 1\n"
WORKS = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def ready(tmp_path: Path) -> Machine:
    environ = {"STREAMATLAS_STATE": str(tmp_path / "state")}
    made = stack.machine(Path("topology.yaml"), environ, Needs())
    _program(tmp_path / "initdb", INITDB)
    return replace(made, postgres=tmp_path)


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_a_postgres_without_its_database_is_never_taken_for_whole(
    ready: Machine, tmp_path: Path
) -> None:
    _program(tmp_path / "postgres", FAILS)
    for _ in range(2):
        with pytest.raises(PrepareError, match="no space left"):
            format_postgres(ready, ENVIRON)
        assert not ready.folders.postgres.exists()
    _program(tmp_path / "postgres", WORKS)
    format_postgres(ready, ENVIRON)
    assert (ready.folders.postgres / "PG_VERSION").exists()
    assert not ready.folders.half_made_postgres.exists()
