"""The commands that an environment declares around each job that is replaced.

A command is split into words as a shell does it, but no shell runs it: pipes, `*` and `&&` are
words like others. `$NAME` within a word is filled in at the last moment.
"""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job
from streamatlas.observe.answers import hider
from streamatlas.operate.secrecy import hide, names_in, variables
from streamatlas.operate.step import OperateError, Say

LONGEST_LINE = 65_536
PAUSE = 0.1


@contextmanager
def around(
    graph: Graph, job: Job, environ: Mapping[str, str], folder: Path, say: Say
) -> Iterator[None]:
    """Run `before`, what stands within, then `after`; each is told the job and the environment.

    They run in `folder`. Raises OperateError where one fails: after a failing `before` nothing
    is replaced, and where the replacement fails `after` is not run.
    """
    told = {"STREAMATLAS_JOB": job.id, "STREAMATLAS_ENVIRONMENT": graph.environment}
    inside = {**environ, **told}
    run = _Run(job, graph, inside, folder, say)
    run("before", graph.deploy.before, "the job is left as it was")
    try:
        yield
    except OperateError as error:
        raise type(error)(f"{error}{_left_out(graph.deploy.after)}") from None
    run("after", graph.deploy.after, "the job itself is replaced, and runs")


def _left_out(after: str) -> str:
    return f" (so this was not run: {after})" if after else ""


class _Run:
    """Runs commands for one job; what they print is said without secrets."""

    def __init__(
        self, job: Job, graph: Graph, environ: Mapping[str, str], folder: Path, say: Say
    ) -> None:
        self._job = job
        self._environ = environ
        self._folder = folder
        self._within = graph.deploy.within
        self._secrets = variables(graph)
        self._say = say

    def __call__(self, when: str, command: str, then: str) -> None:
        """Run it to its end; raises OperateError, which ends with `then`."""
        if not command:
            return
        self._say(f"{self._job.ref}: {when}: {command}")
        words = [secrets.fill(word, self._environ) for word in shlex.split(command)]
        hidden = self._secrets | names_in(command) - _TOLD
        try:
            ending = self._ending(words, hidden, when)
        except OSError as error:
            ending = f"cannot be run: {error.strerror}"
        if ending:
            raise OperateError(f"{self._job.ref}: {when} '{command}' {ending}; {then}")

    def _ending(self, words: list[str], hidden: frozenset[str], when: str) -> str:
        """How it went wrong; empty where it did not. Raises OSError where there is no such."""
        clean = hider(self._environ)
        until = time.monotonic() + self._within.total_seconds()
        with _started(words, self._folder, self._environ) as child:
            for line in _lines(child, until):
                shown = clean(hide(line.decode(errors="replace"), hidden, self._environ))
                self._say(f"{self._job.ref}: {when}: {shown.rstrip()}")
            try:
                return _word(child.wait(max(0.0, until - time.monotonic())))
            except subprocess.TimeoutExpired:
                return f"took longer than {self._within.total_seconds():g} s"


_TOLD = frozenset({"STREAMATLAS_JOB", "STREAMATLAS_ENVIRONMENT"})


def _word(code: int) -> str:
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with {code}" if code else ""


@contextmanager
def _started(
    words: list[str], folder: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own; what still runs of it in the end is killed."""
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def _lines(child: subprocess.Popen[bytes], until: float) -> Iterator[bytes]:
    """What it prints, until it has ended or the time is over; not what outlives it prints."""
    assert child.stdout is not None
    rest = b""
    while time.monotonic() < until:
        if select.select([child.stdout], [], [], PAUSE)[0]:
            chunk = os.read(child.stdout.fileno(), LONGEST_LINE)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
        elif child.poll() is not None:
            break
        if len(rest) > LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest
