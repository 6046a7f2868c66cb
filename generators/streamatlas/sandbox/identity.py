"""A process by its id and start time, so that a reused id is never taken for it (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Identity:
    """`started` counts clock ticks since the machine booted, as /proc/PID/stat tells it."""

    pid: int
    started: int

    def alive(self) -> bool:
        """Whether this very process still runs; one that only waits to be reaped does not."""
        return _running_since(self.pid) == self.started

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@cache
def boot() -> str:
    """The id of this boot of the machine: start times count from it."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()


def of(pid: int) -> Identity | None:
    """The identity of a process that runs now, or None."""
    started = _running_since(pid)
    return None if started is None else Identity(pid, started)


def end(identities: list[Identity], number: signal.Signals, patience: float) -> None:
    """Signal all, wait up to `patience` seconds, kill what is left."""
    for one in identities:
        one.signal(number)
    if not gone(identities, patience):
        for one in identities:
            one.signal(signal.SIGKILL)
        gone(identities, 5)


def gone(identities: list[Identity], patience: float) -> bool:
    """Wait until none runs any more; False when some still do after `patience` seconds."""
    deadline = time.monotonic() + patience
    while any(one.alive() for one in identities):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _running_since(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])
