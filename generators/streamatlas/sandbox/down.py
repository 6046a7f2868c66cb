"""The story of `down`: jobs stop with savepoints, every process ends, the data stays."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from streamatlas.graph.graph import Graph, Job
from streamatlas.graph.secrets import MissingSecret
from streamatlas.operate import deploy
from streamatlas.operate.step import OperateError
from streamatlas.sandbox import records, stack
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.folders import Folders, find
from streamatlas.sandbox.progress import Say, telling
from streamatlas.sql.script import runnable


def down(topology: Path, graph: Graph | None, environ: Mapping[str, str], say: Say) -> None:
    """End the sandbox; without a graph its jobs go on from their newest checkpoints.

    Whatever happens to the jobs, every process is ended.
    """
    folders = find(environ, topology.absolute().parent)
    running = {**records.processes(folders), **records.building(folders)}
    if not running:
        say("Nothing runs.")
        return
    try:
        if graph is not None and "jobmanager" in running:
            with telling(say, "stopping the jobs with savepoints"):
                _stop_jobs(graph, with_sandbox(folders.state, environ), say)
    finally:
        try:
            with telling(say, f"ending {', '.join(running)}"):
                stack.stop(folders)
        finally:
            stack.stop(folders)  # also where nobody listens any more to what is said
    say("Everything has ended.")


def _stop_jobs(graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    def stop(job: Job) -> None:
        try:
            deploy.stop(graph, job, environ, say)
        except (OperateError, MissingSecret) as error:
            say(f"{job.ref}: {error}; it goes on from its newest checkpoint")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(stop, runnable(graph)))


def wipe(folders: Folders, say: Say) -> bool:
    """Delete the state: records, rows, checkpoints, logs and generated secrets; whether all went.

    What is not the sandbox's stays.
    """
    stays = list(folders.delete())
    for line in stays:
        say(line)
    if not stays:
        say(f"{folders.state} is deleted.")
    return not stays
