"""The story of `down`: jobs stop with savepoints, every process ends, the data stays."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from streamatlas.graph.graph import Graph, Job
from streamatlas.operate import deploy
from streamatlas.operate.step import OperateError
from streamatlas.sandbox import records, stack
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.folders import Folders, find
from streamatlas.sandbox.progress import Say, telling


def down(topology: Path, graph: Graph | None, environ: Mapping[str, str], say: Say) -> None:
    """End the sandbox; without a graph its jobs go on from their newest checkpoints."""
    folders = find(environ, topology.absolute().parent)
    running = records.processes(folders)
    if not running:
        say("Nothing runs.")
        return
    if graph is not None and "jobmanager" in running:
        with telling(say, "stopping the jobs with savepoints"):
            _stop_jobs(graph, with_sandbox(folders.state, environ), say)
    with telling(say, f"ending {', '.join(running)}"):
        stack.stop(folders)
    say("Everything has ended.")


def _stop_jobs(graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    def stop(job: Job) -> None:
        try:
            deploy.stop(graph, job, environ, say)
        except OperateError as error:
            say(f"{error}; it goes on from its newest checkpoint")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(stop, (job for job in graph.jobs.values() if job.queries)))


def wipe(folders: Folders, say: Say) -> None:
    """Delete the state: records, rows, checkpoints, logs and generated secrets."""
    shutil.rmtree(folders.state, ignore_errors=True)
    say(f"{folders.state} is deleted.")
