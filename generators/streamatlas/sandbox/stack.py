"""Start and end the sandbox's processes from outside: what `up`, `down` and tests call."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from streamatlas.sandbox import identity, jars, ports, prepare, programs, records
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.folders import find as find_folders
from streamatlas.sandbox.programs import STACK, Machine
from streamatlas.sandbox.supervisor import Supervisor, launch

PATIENCE = 60.0
RESTART_AFTER = 60.0
Say = Callable[[str], None]


class StartError(Exception):
    """Processes of the stack that do not answer; `names` says which."""

    def __init__(self, names: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.names = names


def start(
    topology: Path, environ: Mapping[str, str], passwords: Iterable[str], say: Say
) -> dict[str, str]:
    """Start Kafka, Flink and PostgreSQL; return the environment in which to use them.

    Returns when all of them answer; raises PrepareError or StartError. A stack that runs
    already is left as it is.
    """
    folders = find_folders(environ, topology.absolute().parent)
    ready = prepare.prepare(
        topology.absolute(), environ, folders, ports.read(environ), passwords, say
    )
    supervise(ready, environ, STACK)
    await_answers(ready, STACK, say)
    return with_sandbox(folders.state, environ)


def keep(topology: Path, environ: Mapping[str, str]) -> None:
    """Be the supervisor, until a signal says stop."""
    folders = find_folders(environ, topology.absolute().parent)
    values = with_sandbox(folders.state, {})
    cache = jars.cache(environ)
    ready = prepare.machine(topology.absolute(), folders, ports.read(environ), values, cache)
    after = float(environ.get("STREAMATLAS_RESTART_AFTER") or RESTART_AFTER)
    Supervisor(ready, after, environ).run()


def supervise(ready: Machine, environ: Mapping[str, str], names: Iterable[str]) -> None:
    """Have these processes kept alive, and a supervisor that does so."""
    records.want(ready.folders, names)
    if records.SUPERVISOR in records.processes(ready.folders):
        return
    child = launch(ready, programs.supervisor(ready), environ)
    _await_record(ready.folders, child)


def _await_record(folders: Folders, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while records.SUPERVISOR not in records.processes(folders):
        if child.poll() is not None or time.monotonic() > deadline:
            log = folders.log / "supervisor.out"
            raise StartError(("supervisor",), f"the supervisor does not run: see {log}")
        time.sleep(0.05)


def await_answers(ready: Machine, names: Iterable[str], say: Say) -> None:
    """Wait until each answers, with a line at least every 5 s; raises StartError."""
    begun = told = time.monotonic()
    waiting = list(names)
    while waiting := [name for name in waiting if not programs.answers(ready.ports, name)]:
        now = time.monotonic()
        if now - begun > PATIENCE:
            raise _not_answering(ready.folders, waiting)
        if now - told > 5:
            say(f"waiting for {', '.join(waiting)} ({now - begun:.0f} s)")
            told = now
        time.sleep(0.1)


def _not_answering(folders: Folders, waiting: list[str]) -> StartError:
    logs = ", ".join(str(folders.log / f"{name}.*") for name in waiting)
    return StartError(tuple(waiting), f"no answer from {', '.join(waiting)}: see {logs}")


def stop(folders: Folders) -> bool:
    """End every process of the sandbox; False when there was none."""
    running = records.processes(folders)
    if not running:
        return False
    if keeper := running.get(records.SUPERVISOR):
        identity.end([keeper], signal.SIGTERM, 90)
    left = records.processes(folders)
    identity.end(list(left.values()), signal.SIGTERM, 15)
    records.write_processes(folders, {})
    return True


def kill(folders: Folders, name: str) -> None:
    """Kill one process without warning; the supervisor starts it again."""
    records.processes(folders)[name].signal(signal.SIGKILL)
