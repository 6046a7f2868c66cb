"""Start and end the sandbox's processes from outside: what `up`, `down` and tests call."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from streamatlas.sandbox import identity, jars, ports, prepare, programs, records, trouble
from streamatlas.sandbox.environment import Needs
from streamatlas.sandbox.environment import clusters as known_clusters
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.folders import find as find_folders
from streamatlas.sandbox.programs import Machine, Program
from streamatlas.sandbox.progress import Say, telling
from streamatlas.sandbox.supervisor import Supervisor, launch, log
from streamatlas.serve.holder import holder

PATIENCE = 60.0
RESTART_AFTER = 60.0
FORKED = 3.0  # by then the supervisor has started each once


class StartError(Exception):
    """Processes that do not answer; the message names them and their logs.

    `why` has a reason for each by name.
    """

    def __init__(self, message: str, why: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.why = why or {}


def machine(topology: Path, environ: Mapping[str, str], needs: Needs | None = None) -> Machine:
    """Where everything of this sandbox is; its folders are made, and its secrets.

    Only `up`, which is alone, gives `needs`; others read what it has made. One that runs
    keeps its ports; raises StartError where others are asked for.
    """
    topology = topology.absolute()
    folders = find_folders(environ, topology.parent)
    clusters = tuple(dict.fromkeys((*known_clusters(folders), *(needs.clusters if needs else ()))))
    chosen = ports.read(environ, clusters)
    if running := records.processes(folders):
        used = with_sandbox(folders.state, {})
        asked = {**used, **{n: environ[n] for n in _PORTS if n in environ}}
        chosen = ports.read(asked, clusters)
        if chosen != ports.read(used, clusters):
            raise StartError(
                f"It runs on PORT_BASE={used['PORT_BASE']} PORT={used['PORT']} "
                f"({len(running)} processes): `make down` first"
            )
    return prepare.machine(topology, folders, chosen, jars.cache(environ), needs)


_PORTS = ("PORT_BASE", "PORT")


def refuse_taken_ports(ready: Machine) -> None:
    """Raise StartError where another process listens on one of our ports; it is named."""
    running = records.processes(ready.folders)
    taken: dict[str, list[str]] = {}
    for name, numbers in ready.ports.of().items():
        for port in numbers:
            if name not in running and programs.listens(port):
                taken.setdefault(holder(port), []).append(str(port))
    if taken:
        held = "; ".join(f"{who} holds port {', '.join(held)}" for who, held in taken.items())
        raise StartError(f"{held}. End it, or choose: make up PORT_BASE=20000 PORT=8080")


def keep(topology: Path, environ: Mapping[str, str]) -> None:
    """Be the supervisor, until a signal says stop."""
    after = float(environ.get("STREAMATLAS_RESTART_AFTER") or RESTART_AFTER)

    def program(name: str) -> Program:
        """Of the machine as it is now: a later `up` may have added a broker."""
        return programs.program(machine(topology, environ), name)

    Supervisor(machine(topology, environ).folders, program, after, environ, log).run()


def supervise(ready: Machine, environ: Mapping[str, str], names: Iterable[str]) -> None:
    """Have these processes kept alive, the dead started now, by a supervisor."""
    folders = ready.folders
    records.want(folders, names)
    if keeper := records.processes(folders).get(records.SUPERVISOR):
        keeper.signal(signal.SIGHUP)
        return
    child = launch(folders, programs.supervisor(ready), environ)
    _await_record(folders, child)


def _await_record(folders: Folders, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while records.SUPERVISOR not in records.processes(folders):
        if child.poll() is not None or time.monotonic() > deadline:
            raise StartError(f"The supervisor does not run: see {folders.log}/supervisor.out")
        time.sleep(0.05)


def await_answers(ready: Machine, names: Iterable[str], say: Say) -> None:
    """Wait until each answers; raises StartError for those that do not, or have died."""
    waiting = list(names)
    begun, since = time.monotonic(), trouble.now()
    with telling(say, f"starting {', '.join(waiting)}"):
        while waiting := [name for name in waiting if not programs.answers(ready.ports, name)]:
            waited = time.monotonic() - begun
            dead = waited > FORKED and _dead(ready.folders, waiting)
            if dead or waited > PATIENCE:
                raise _not_answering(ready.folders, dead or waiting, since)
            time.sleep(0.1)


def _dead(folders: Folders, names: Iterable[str]) -> list[str]:
    """Those that the supervisor has started, and that have ended."""
    running = records.processes(folders)
    return [name for name in names if name not in running]


def _not_answering(folders: Folders, names: list[str], since: str) -> StartError:
    why = {name: trouble.not_started(folders, name, since) for name in names}
    return StartError(f"{'; '.join(why.values())}. More in {folders.log}", why)


def stop(folders: Folders) -> bool:
    """End every process of the sandbox; False when there was none."""
    running = {**records.processes(folders), **records.building(folders)}
    if not running:
        return False
    if keeper := running.get(records.SUPERVISOR):
        identity.end([keeper], signal.SIGTERM, 90)
    left = {**records.processes(folders), **records.building(folders)}
    postgres = left.pop("postgres", None)
    identity.end(list(left.values()), signal.SIGTERM, 15)
    identity.end([postgres] if postgres else [], signal.SIGINT, 15)  # SIGTERM awaits its clients
    records.write_processes(folders, {})
    records.write_building(folders, {})
    records.want(folders, ())
    trouble.forget_all(folders)
    return True


def kill(folders: Folders, name: str) -> None:
    """Kill one process without warning; the supervisor starts it again."""
    records.processes(folders)[name].signal(signal.SIGKILL)
