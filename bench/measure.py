"""What a command or a step took, and how much memory it held, beside a named limit."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Measured:
    """One row: `value` and `limit` in the same `unit`; `peak` in bytes, where it was measured."""

    name: str
    value: float
    limit: float
    unit: str = "s"
    peak: int | None = None

    def __str__(self) -> str:
        peak = f"{self.peak / MIB:8.0f} MiB" if self.peak is not None else ""
        ratio = self.value / self.limit
        return (
            f"{self.name:<22}{self.value:9.2f} {self.unit:<4}"
            f"{self.limit:8.1f} {self.unit:<4}{ratio:7.2f}{peak}"
        )


class CommandFailed(Exception):  # noqa: N818 - it says what happened
    """A measured command ended with an exit code other than 0; its output is the message."""


def command(
    name: str, argv: Sequence[str], environ: Mapping[str, str], limit: float, log: Path
) -> Measured:
    """Run a command to its end; raises CommandFailed."""
    with log.open("wb") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            argv, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandFailed(f"{' '.join(argv)} ended with {process.returncode}:\n{log.read_text()}")
    return Measured(name, took, limit, peak=_peak(usage))


def _peak(usage: resource.struct_rusage) -> int:
    return int(usage.ru_maxrss) * 1024


def memory(pids: Iterable[int]) -> int:
    """Bytes held now by these processes and all their children; shared pages count once."""
    return sum(_proportional(pid) for pid in _with_children(pids))


def _with_children(pids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += _children(pid)
    return found


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def _proportional(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    lines = rollup.read_text().splitlines() if rollup.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
