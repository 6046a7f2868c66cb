"""`deploy`: replace a running job without losing its state; `start`: run one that does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

import httpx

from streamatlas.graph.graph import Graph, Job
from streamatlas.operate import flink, jobs
from streamatlas.operate.committed import committed
from streamatlas.operate.flink import Flink, Live
from streamatlas.operate.jobs import Target
from streamatlas.operate.step import OperateError, Say
from streamatlas.sql.script import digest

UNNOTICED: AbstractContextManager[None] = nullcontext()
"""Nothing is done around a job that is replaced."""


def deploy(
    graph: Graph,
    job: Job,
    environ: Mapping[str, str],
    say: Say,
    path: str | None = None,
    transport: httpx.BaseTransport | None = None,
    around: AbstractContextManager[None] = UNNOTICED,
) -> str:
    """Stop with savepoint, submit, go on from it, verify the digest; the new job's id.

    The planner sees the new script before the old job is stopped. A job that does not run is
    started from `path`, else from its newest savepoint or checkpoint. All that is done within
    `around`. Raises OperateError.
    """
    with around, _known(graph, job, environ, transport) as (goal, server, old):
        if path is None and old is None:
            path = jobs.start_from(goal, server)
        return _replace(goal, server, old, path, say)


def start(
    graph: Graph,
    job: Job,
    environ: Mapping[str, str],
    say: Say,
    transport: httpx.BaseTransport | None = None,
    around: AbstractContextManager[None] = UNNOTICED,
) -> str:
    """Deploy a job that does not run, from its newest state; leave one that does. Its id."""
    with _known(graph, job, environ, transport) as (goal, server, old):
        if old is not None:
            running = {job.id: server.digest(old.jid)}
            for step in jobs.plan({job.id: digest(goal.script)}, running):
                say(str(step))
            return old.jid
    return deploy(graph, job, environ, say, None, transport, around)


def stop(
    graph: Graph,
    job: Job,
    environ: Mapping[str, str],
    say: Say,
    transport: httpx.BaseTransport | None = None,
) -> str | None:
    """Stop with savepoint; its path, or None where the job does not run."""
    with _known(graph, job, environ, transport) as (goal, server, old):
        return jobs.stop(goal, server, old, say) if old else None


@contextmanager
def _known(
    graph: Graph, job: Job, environ: Mapping[str, str], transport: httpx.BaseTransport | None
) -> Iterator[tuple[Target, Flink, Live | None]]:
    """What is declared, a connection to its Flink, and what runs there."""
    goal = jobs.target(graph, job, environ, lambda: committed(graph, job, environ), transport)
    if not goal.script:
        raise OperateError(f"{job.ref} has no query: it is watched, not run from here")
    with flink.connect(goal.source, transport) as server:
        yield goal, server, jobs.live(server, job.id)


def _replace(goal: Target, server: Flink, old: Live | None, path: str | None, say: Say) -> str:
    say(f"{goal.job.ref}: asks the planner" if old else f"{goal.job.ref}: submits")
    saved: list[str] = []

    def release() -> str | None:
        if old is not None:
            saved.append(jobs.stop(goal, server, old, say))
        return saved[0] if saved else None

    try:
        jid = jobs.submit(goal, path, release, say)
        jobs.wait(goal, server, jid, say)
    except OperateError as error:
        if not saved:
            raise
        raise OperateError(f"{error} (the old job is stopped; its state: {saved[0]})") from None
    return jid
