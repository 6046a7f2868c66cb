"""The whole sandbox fits beside everything else on a small machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamatlas.sandbox import records

pytestmark = pytest.mark.e2e

MOST = 2 * 2**30
PAGE = 4096


def tree(pid: int) -> set[int]:
    """A process and all that it has started; those that end meanwhile are left out."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return set()
    return {pid}.union(*(tree(int(child)) for child in found))


def resident(pid: int) -> int:
    """Bytes in memory; pages that processes share are counted for each."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except FileNotFoundError:
        return 0


def test_everything_is_within_two_gib(sandbox: Any) -> None:
    running = records.processes(sandbox.folders)
    sizes = {name: sum(map(resident, tree(one.pid))) for name, one in running.items()}
    assert {"kafka", "taskmanager", "traffic", "portal"} < sizes.keys()
    # The supervisor has started all the others.
    assert sizes[records.SUPERVISOR] < MOST, {n: size >> 20 for n, size in sizes.items()}
