"""The one detached process that starts the others, restarts the dead and ends them all.

It is told what to keep alive by the names in `wanted.json`, and writes who runs to
`processes.json`, so that whoever comes next finds them again.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from streamatlas.sandbox import identity, records, trouble
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.identity import Identity
from streamatlas.sandbox.prepare import inherited
from streamatlas.sandbox.programs import RESUME, Program
from streamatlas.sandbox.progress import Say

TICK = 0.2
WELL = 60.0
"""Seconds after which a process counts as started."""
PATIENCE = 15.0
_FIRST_ENDED = (RESUME, "portal", "traffic", "gateway", "taskmanager", "jobmanager", "postgres")


@dataclass(frozen=True, slots=True)
class Life:
    """When a process was started: on the monotonic clock, and as the logs write it."""

    at: float
    logged: str


@dataclass
class Supervisor:
    """Keeps the wanted processes alive; `restart_after` in seconds.

    `running` and `died` are by name; the time of a death is on the monotonic clock.
    `told` names those whose trouble is written down.
    `forgotten` is set while a JobManager that was started again lacks its jobs.
    """

    folders: Folders
    program: Callable[[str], Program]
    restart_after: float
    environ: Mapping[str, str]
    say: Say
    running: dict[str, Identity] = field(default_factory=dict)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    died: dict[str, float] = field(default_factory=dict)
    begun: dict[str, Life] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    forgotten: bool = False
    stopping: bool = False

    def run(self) -> None:
        """Supervise until a signal says stop; then end every process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self.hurry)
        self.adopt()
        while not self.stopping:
            self.tick(time.monotonic())
            time.sleep(TICK)
        self.end()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def hurry(self, *_: object) -> None:
        """Start the dead at the next tick: somebody waits for them."""
        self.died = dict.fromkeys(self.died, -math.inf)

    def adopt(self) -> None:
        """Take over what an earlier supervisor left running."""
        self.running = records.processes(self.folders)
        self.running.pop(records.SUPERVISOR, None)
        for name in self.running:
            self.say(f"{name} runs already")
        self._record()

    def tick(self, now: float) -> None:
        """Notice the dead, end what is wanted no more, start what is wanted and due."""
        wanted = (*records.wanted(self.folders), *([RESUME] if self.forgotten else []))
        for name in [n for n, one in self.running.items() if not one.alive()]:
            self._bury(name, now)
        self._settle(now)
        for name in [n for n in self.running if n not in wanted]:
            self._end(name)
        for name in wanted:
            if name not in self.running and self._due(name, now):
                self._start(name, now)

    def _settle(self, now: float) -> None:
        """Why a process once died is of no interest when it runs well again."""
        for name in self.told & self.running.keys():
            if now - self.begun[name].at >= WELL:
                trouble.forget(self.folders, name)
                self.told.discard(name)

    def _due(self, name: str, now: float) -> bool:
        return name not in self.died or self.died[name] + self._pause(name) <= now

    def _pause(self, name: str) -> float:
        """A fault is left to be seen for a while; that the jobs do not run yet is none."""
        return min(self.restart_after, 5.0) if name == RESUME else self.restart_after

    def _bury(self, name: str, now: float) -> None:
        del self.running[name]
        code = self._reap(name)
        self._record()
        if name == RESUME and code == 0:
            self.forgotten = False
            self.say("the jobs run again")
            return
        self.died[name] = now
        ending = "it was started by another supervisor" if code is None else f"exit code {code}"
        self.say(f"{name} has died ({ending}); started again in {self._pause(name):g} s")
        self._tell(name, self._why(name, now, code))

    def _why(self, name: str, now: float, code: int | None) -> str:
        """Who was killed, or was not our child, has no last words."""
        life = self.begun.get(name)
        if code is None or life is None:
            return f"{name} has ended"
        if code < 0:
            return f"{name} was ended by signal {-code}"
        if now - life.at < WELL:
            return trouble.not_started(self.folders, name, life.logged)
        words = trouble.last_words(self.folders, name, life.logged)
        return f"{name} has ended (exit code {code}): {words}"

    def _tell(self, name: str, why: str) -> None:
        trouble.tell(self.folders, name, why)
        self.told.add(name)

    def _start(self, name: str, now: float) -> None:
        try:
            child = launch(self.folders, self.program(name), self.environ)
        except OSError as error:
            self.died[name] = now
            self.say(f"{name} cannot be started: {error}; tried again in {self._pause(name):g} s")
            self._tell(name, f"{name} did not start: {error}")
            return
        again = self.died.pop(name, None) is not None
        self.begun[name] = Life(now, trouble.now())
        self.children[name] = child
        self.running[name] = identity.of(child.pid) or Identity(child.pid, 0)
        self.forgotten |= again and name == "jobmanager"
        self.say(f"{name} is started{' again' if again else ''} as process {child.pid}")
        self._record()

    def _end(self, name: str) -> None:
        self.say(f"{name} is ended")
        identity.end([self.running.pop(name)], self.program(name).stop, PATIENCE)
        self._reap(name)
        self.died.pop(name, None)
        self._record()

    def _reap(self, name: str) -> int | None:
        """Its exit code; None where it is not our child."""
        child = self.children.pop(name, None)
        return child.wait() if child else None

    def end(self) -> None:
        """End every process; Kafka last, since the others write to it."""
        for name in sorted(self.running, key=_order):
            self._end(name)

    def _record(self) -> None:
        me = identity.of(os.getpid())
        known = {**self.running, records.SUPERVISOR: me} if me else self.running
        records.write_processes(self.folders, known)


def _order(name: str) -> int:
    return _FIRST_ENDED.index(name) if name in _FIRST_ENDED else len(_FIRST_ENDED)


def launch(
    folders: Folders, program: Program, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start one process in a session of its own, with its log and a fresh temporary folder."""
    tmp = folders.tmp / program.name
    shutil.rmtree(tmp, ignore_errors=True)
    tmp.mkdir(parents=True)
    log = folders.log / f"{program.name}.out"
    if log.exists():
        log.replace(log.with_suffix(".out.1"))
    with log.open("wb") as out:
        return subprocess.Popen(
            program.argv,
            env={**inherited(environ), **program.env, "TMPDIR": str(tmp)},
            cwd=program.cwd or folders.state,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def log(line: str) -> None:
    """One line with the time, for the supervisor's own log."""
    print(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}", flush=True)
