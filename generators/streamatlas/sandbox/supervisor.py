"""The one detached process that starts the others, restarts the dead and ends them all.

It is told what to keep alive by the names in `wanted.json`, and writes who runs to
`processes.json`, so that whoever comes next finds them again.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from streamatlas.sandbox import identity, programs, records
from streamatlas.sandbox.identity import Identity
from streamatlas.sandbox.prepare import inherited
from streamatlas.sandbox.programs import Machine, Program

TICK = 0.1
PATIENCE = 15.0


@dataclass
class Supervisor:
    """Keeps the wanted processes alive; `restart_after` in seconds.

    `running` and `died` are by name; the time of a death is on the monotonic clock.
    """

    machine: Machine
    restart_after: float
    environ: Mapping[str, str]
    running: dict[str, Identity] = field(default_factory=dict)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    died: dict[str, float] = field(default_factory=dict)
    stopping: bool = False

    def run(self) -> None:
        """Supervise until a signal says stop; then end every process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.running = records.processes(self.machine.folders)
        self.running.pop(records.SUPERVISOR, None)
        self._record()
        while not self.stopping:
            self.tick(time.monotonic())
            time.sleep(TICK)
        self.end()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def tick(self, now: float) -> None:
        """Notice the dead, start what is wanted and due, end what is wanted no more."""
        wanted = records.wanted(self.machine.folders)
        for name in [n for n, one in self.running.items() if not one.alive()]:
            self._bury(name, now)
        for name in [n for n in self.running if n not in wanted]:
            self._end(name)
        for name in wanted:
            due = self.died.get(name, now - self.restart_after) + self.restart_after <= now
            if name not in self.running and due:
                self._start(name)

    def _bury(self, name: str, now: float) -> None:
        del self.running[name]
        child = self.children.pop(name, None)
        code = child.wait() if child else None
        self.died[name] = now
        say(f"{name} has died (exit code {code}); it is started again in {self.restart_after:g} s")
        self._record()

    def _start(self, name: str) -> None:
        again = self.died.pop(name, None) is not None
        program = programs.program(self.machine, name)
        try:
            child = launch(self.machine, program, self.environ)
        except OSError as error:
            self.died[name] = time.monotonic()
            say(f"{name} cannot be started: {error}")
            return
        one = identity.of(child.pid)
        if one is None:
            self.died[name] = time.monotonic()
            return
        self.children[name], self.running[name] = child, one
        say(f"{name} is started{' again' if again else ''} as process {child.pid}")
        self._record()

    def _end(self, name: str) -> None:
        say(f"{name} is ended")
        program = programs.program(self.machine, name)
        identity.end([self.running.pop(name)], program.stop, PATIENCE)
        self._reap(name)
        self._record()

    def _reap(self, name: str) -> None:
        if child := self.children.pop(name, None):
            child.wait()

    def end(self) -> None:
        """End every process, those that use others first."""
        for name in sorted(self.running, key=_last_first):
            self._end(name)

    def _record(self) -> None:
        me = identity.of(os.getpid())
        known = {**self.running, records.SUPERVISOR: me} if me else self.running
        records.write_processes(self.machine.folders, known)


_END = ("portal", "traffic", "gateway", "taskmanager", "jobmanager", "postgres", "kafka")


def _last_first(name: str) -> int:
    return _END.index(name)


def launch(
    machine: Machine, program: Program, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start one process in a session of its own, with its log and a fresh temporary folder."""
    tmp = machine.folders.tmp / program.name
    shutil.rmtree(tmp, ignore_errors=True)
    tmp.mkdir(parents=True)
    log = machine.folders.log / f"{program.name}.out"
    with log.open("wb") as out:
        return subprocess.Popen(
            program.argv,
            env={**inherited(environ), **program.env, "TMPDIR": str(tmp)},
            cwd=machine.folders.state,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def say(line: str) -> None:
    """One line with the time, in the supervisor's own log."""
    print(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}", flush=True)
