"""`make bench`: check, build, site, up from nothing and again, one poll; each beside its limit.

Nothing is asserted: a machine may be slow. A ratio above 1 is over the limit.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import large
from bench.measure import MIB, CommandFailed, Measured, command, memory
from streamatlas.sandbox import records
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import SPAN

TOPOLOGY = "topology.yaml"
STREAMATLAS = str(Path(sys.prefix) / "bin" / "streamatlas")


def main() -> int:
    """Print a row for each measurement; 3 when a command does not work here."""
    folder = Path(".streamatlas", "bench").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    print(f"{os.cpu_count()} cores, {system}")
    print(f"{'what':<22}{'took':>14}{'limit':>13}{'ratio':>7}{'peak memory':>12}")
    try:
        for row in _rows(folder):
            print(row, flush=True)
    except CommandFailed as failed:
        print(failed, file=sys.stderr)
        return 3
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _rows(folder: Path) -> Iterator[Measured]:
    state = folder / "state"
    environ = _environ(state)
    log = folder.with_suffix(".log")
    out, pages = str(folder / "out"), str(folder / "pages")
    yield command("check", [STREAMATLAS, "check"], environ, 0.3, log)
    yield from _large(folder, environ, log)
    yield command("build", [STREAMATLAS, "build", "--out", out], environ, 3, log)
    yield command("site", [STREAMATLAS, "site", "--out", pages], environ, 15, log)
    try:
        yield command("up, from nothing", [STREAMATLAS, "up"], environ, 300, log)
        yield _sandbox(Folders(state))
        yield asyncio.run(_poll(environ, state))
        command("down", [STREAMATLAS, "down"], environ, 90, log)
        yield command("up, again", [STREAMATLAS, "up"], environ, 45, log)
    finally:
        command("wipe", [STREAMATLAS, "down", "--wipe"], environ, 90, log)


def _large(folder: Path, environ: Mapping[str, str], log: Path) -> Iterator[Measured]:
    """5,000 topics of 200 teams: how long, and how much memory it held."""
    file = str(large.write(folder / "large"))
    took = command("check, 5,000 topics", [STREAMATLAS, "check", file], environ, 4, log)
    yield took
    yield Measured("the same, memory", (took.peak or 0) / MIB, 400, "MiB")


def _environ(state: Path) -> dict[str, str]:
    base = dict(os.environ)  # noqa: TID251
    first = _free(SPAN + 1)
    ports = {"PORT_BASE": str(first), "PORT": str(first + SPAN)}
    return {**base, **ports, "STREAMATLAS_STATE": str(state)}


def _free(span: int) -> int:
    """The first of `span` ports in a row that nobody listens on now."""
    for base in range(21000, 60000, 100):
        if all(_is_free(base + offset) for offset in range(span)):
            return base
    raise CommandFailed("There are no free ports.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _sandbox(folders: Folders) -> Measured:
    pids = [identity.pid for identity in records.processes(folders).values()]
    return Measured("sandbox, memory", memory(pids) / MIB, 2048, "MiB")


async def _poll(environ: Mapping[str, str], state: Path) -> Measured:
    """The median of five polls, judging included.

    Imports here: a measured command is never said to hold less than what started it.
    """
    from streamatlas.cli.problems import load_graph
    from streamatlas.health.evaluate import evaluate
    from streamatlas.health.past import Past
    from streamatlas.observe.collect import Collector
    from streamatlas.sandbox import environment

    graph = load_graph(TOPOLOGY, "sandbox")
    past, took = Past(), list[float]()
    async with aclosing(Collector(graph, environment.environ(state, environ))) as collector:
        for _ in range(5):
            begun = time.perf_counter()
            snapshot = await collector.poll(datetime.now(UTC))  # noqa: TID251
            _, past = evaluate(graph, snapshot, past, snapshot.taken_at, {})
            took.append(time.perf_counter() - begun)
    return Measured("one poll", median(took), 1)


if __name__ == "__main__":
    sys.exit(main())
