"""One real sandbox for all end-to-end tests, beside any that a user runs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from factory import EXAMPLE, SECOND, example
from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import load_topology
from streamatlas.sandbox import records, stack
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.identity import Identity

APART = 50  # so many ports are for one sandbox
# Long enough for the portal to show a fault: Kafka's within 30 s, a TaskManager's within 45 s.
RESTART_AFTER = 50


@dataclass(frozen=True)
class Sandbox:
    """What `up` has started; `environ` has every address and password."""

    folders: Folders
    environ: Mapping[str, str]
    graph: Graph
    topology: Path = EXAMPLE

    @property
    def portal(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def status(self) -> dict[str, Any]:
        """What /status.json says now."""
        found: dict[str, Any] = httpx.get(f"{self.portal}/status.json", timeout=10).json()
        return found

    def process(self, name: str) -> Identity | None:
        """The process of that name; None where it does not run."""
        return records.processes(self.folders).get(name)

    def kill(self, name: str) -> None:
        """Kill -9; the supervisor starts it again after RESTART_AFTER seconds."""
        stack.kill(self.folders, name)

    def command(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run one of our own commands against this sandbox, to its end."""
        return _command(self.environ, self.topology, *argv)


def _command(
    environ: Mapping[str, str], topology: Path, *argv: str
) -> subprocess.CompletedProcess[str]:
    script = str(Path(sys.prefix) / "bin" / "streamatlas")
    return subprocess.run(
        (script, argv[0], "--topology", str(topology), *argv[1:]),
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


@contextmanager
def free_ports() -> Iterator[tuple[int, int]]:
    """A base with free ports after it, and one for the portal, away from those of `up`.

    One more port is held meanwhile, so that another run of these tests takes other ports.
    """
    for base in range(22000, 30000, APART):
        claim = _bound(base + APART - 1, reuse=0)
        if claim is None:
            continue
        with claim:
            if all(_free(port) for port in range(base, base + APART - 1)):
                yield base, base + APART - 2
                return
    raise AssertionError("no free ports")


def _bound(port: int, reuse: int) -> socket.socket | None:
    tried = socket.socket()
    tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
    try:
        tried.bind(("127.0.0.1", port))
    except OSError:
        tried.close()
        return None
    return tried


def _free(port: int) -> bool:
    if found := _bound(port, reuse=1):
        found.close()
    return found is not None


@pytest.fixture(scope="session")
def more_ports() -> Iterator[tuple[int, int]]:
    """The same for a second sandbox."""
    with free_ports() as found:
        yield found


@contextmanager
def started(topology: Path, graph: Graph, state: Path) -> Iterator[Sandbox]:
    """Everything that `up` starts, on ports of its own, until the end of the block."""
    folders = Folders(state)
    with free_ports() as (base, portal):
        environ = {
            **os.environ,
            "STREAMATLAS_STATE": str(state),
            "STREAMATLAS_RESTART_AFTER": str(RESTART_AFTER),
            "PORT_BASE": str(base),
            "PORT": str(portal),
        }
        up = _command(environ, topology, "up")
        try:
            assert up.returncode == 0, up.stdout + up.stderr
            yield Sandbox(folders, with_sandbox(state, environ), graph, topology)
        finally:
            _end(folders)


def _end(folders: Folders) -> None:
    stack.stop(folders)
    for heavy in (folders.kafka, folders.flink, folders.postgres, folders.tmp):
        shutil.rmtree(heavy, ignore_errors=True)  # the logs are kept for a look


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The shipped example: it runs when the first test that wants it begins."""
    with started(EXAMPLE, example(), tmp_path_factory.mktemp("sandbox") / "state") as running:
        yield running


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The platform of another trade."""
    graph = resolve(load_topology(SECOND), "sandbox")
    with started(SECOND, graph, tmp_path_factory.mktemp("second") / "state") as running:
        yield running


@pytest.fixture
def until(request: pytest.FixtureRequest) -> Callable[[Callable[[], Any], float], Any]:
    """Wait for something to become true; the time that it took, in seconds."""

    def wait(true: Callable[[], Any], patience: float) -> float:
        begun = time.monotonic()
        while not true():
            waited = time.monotonic() - begun
            assert waited < patience, f"not within {patience} s. {_unwell(request)}"
            time.sleep(0.5)
        return time.monotonic() - begun

    return wait


def _unwell(request: pytest.FixtureRequest) -> str:
    """What the sandbox's own portal says of everything that is not OK."""
    names = [name for name in ("sandbox", "second") if name in request.fixturenames]
    try:
        return "\n".join(
            line for n in names for line in unwell(request.getfixturevalue(n).status())
        )
    except (httpx.HTTPError, ValueError) as error:
        return f"The portal says nothing: {error!r}"


def unwell(status: dict[str, Any]) -> Iterator[str]:
    """A line for each element of a status that is not OK, with its reason and its cause."""
    for part in ("sources", "nodes", "edges"):
        for ref, verdict in status[part].items():
            if verdict["status"] != "OK":
                cause = f", because of {verdict['cause']}" if verdict["cause"] else ""
                yield f"{ref} is {verdict['status']}: {verdict['reason']}{cause}"
