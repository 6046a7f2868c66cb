"""Jobs: what a declared job needs done, and how it is submitted, stopped and waited for.

A job starts without state once. Later it goes on from a savepoint or its newest retained
checkpoint, never from group offsets with empty state: smaller totals would overwrite the
right ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job, Source
from streamatlas.model.observed import ENDED
from streamatlas.operate import flink, gateway, restore
from streamatlas.operate.flink import Flink, Live
from streamatlas.operate.secrecy import hide, in_jaas, in_sql, names_in
from streamatlas.operate.step import OperateError, Say, Step, UnreachableError
from streamatlas.sql.script import digest, script
from streamatlas.sql.statements import split

SAVEPOINT = timedelta(minutes=5)
RUNNING = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Target:
    """One job, its script with secrets as `$NAME`, and the servers it runs on.

    `source` is filled; `hidden` names the variables that no message shows. `ran` tells whether
    the job has committed offsets, so ran before.
    """

    job: Job
    script: str
    source: Source
    environ: Mapping[str, str]
    ran: Callable[[], bool]
    hidden: frozenset[str] = frozenset()
    transport: httpx.BaseTransport | None = None


def target(
    graph: Graph,
    job: Job,
    environ: Mapping[str, str],
    ran: Callable[[], bool],
    transport: httpx.BaseTransport | None = None,
) -> Target:
    """The job as it is submitted in this environment."""
    source = secrets.filled(graph.sources[job.source], environ)
    text = script(graph, job)
    return Target(job, text, source, environ, ran, _hidden(graph, text), transport)


def _hidden(graph: Graph, text: str) -> frozenset[str]:
    """The variables of a script, but for those that say where and who."""
    shown = " ".join(
        part for s in graph.sources.values() for part in (s.address, s.gateway, s.state, s.user)
    )
    return names_in(text) - names_in(shown)


def plan(declared: Mapping[str, str], running: Mapping[str, str | None]) -> tuple[Step[str], ...]:
    """Start what is missing; tell what runs another script. Both map job ids to digests."""
    return tuple(
        Step("create", f"job/{name}", name)
        if name not in running
        else Step("leave", f"job/{name}", name, f"runs another script: streamatlas deploy {name}")
        for name, wanted in declared.items()
        if name not in running or running[name] != wanted
    )


def live(server: Flink, name: str) -> Live | None:
    """The job of that name that has not ended; raises OperateError where two have not."""
    jobs = [job for job in server.jobs(name) if job.state not in ENDED]
    if len(jobs) > 1:
        twice = ", ".join(job.jid for job in jobs)
        raise OperateError(f"job/{name} runs {len(jobs)} times ({twice}): cancel all but one")
    return jobs[0] if jobs else None


def submit(goal: Target, path: str | None, release: Callable[[], str | None], say: Say) -> str:
    """Check the script with Flink's planner, `release` the old job, then start the new one.

    `release` stops what runs and gives the path to go on from, unless `path` does. The new
    job's id. Raises OperateError without secrets.
    """
    *prepare, insert = split(goal.script)
    try:
        with gateway.connect(goal.source, goal.transport) as session:
            for statement in prepare:
                session.run(filled(statement, goal.environ))
            session.run(_explained(filled(insert, goal.environ)))
            released = release()
            path = path or released
            if path is not None:
                say(f"{goal.job.ref}: goes on from {path}")
                session.run(f"SET 'execution.state-recovery.path' = {_quoted(path)}")
            return gateway.job_id(session.run(filled(insert, goal.environ)))
    except OperateError as error:
        text = hide(str(error), goal.hidden, goal.environ)
        told = text.startswith(goal.job.ref)
        raise type(error)(text if told else f"{goal.job.ref}: {text}") from None


def filled(statement: str, environ: Mapping[str, str]) -> str:
    """The statement with its secrets, each escaped for the SQL string in which it stands."""
    return secrets.fill(statement, {name: _escaped(statement, name, environ) for name in environ})


def _escaped(statement: str, name: str, environ: Mapping[str, str]) -> str:
    value = environ[name]
    if f'password="${name}"' in statement:  # within a JAAS string within the SQL string
        value = in_jaas(value)
    return in_sql(value)


def _quoted(text: str) -> str:
    return f"'{in_sql(text)}'"


def _explained(insert: str) -> str:
    if insert.upper().startswith("EXECUTE"):
        return "EXPLAIN" + insert[len("EXECUTE") :]
    return f"EXPLAIN {insert}"


def start_from(goal: Target, server: Flink) -> str | None:
    """Where a job that does not run goes on; None for the one start without state.

    Raises OperateError where it ran before and its state is gone.
    """
    point = restore.newest(goal.source.state, goal.job.id)
    path = point.path if point else _last_known(goal, server)
    if path is None and goal.ran():
        raise OperateError(
            f"{goal.job.ref} ran before, but no savepoint or checkpoint is found below "
            f"{goal.source.state}: bring the folder back, or say --from PATH. Started empty, "
            "it would write smaller totals over the right ones"
        )
    return path


def _last_known(goal: Target, server: Flink) -> str | None:
    paths = (server.restore_path(job.jid) for job in server.jobs(goal.job.id))
    return next((path for path in paths if path), None)


def stop(goal: Target, server: Flink, job: Live, say: Say) -> str:
    """Stop the job; the path of its savepoint, or of its newest checkpoint where none works."""
    say(f"{goal.job.ref}: stops with a savepoint")
    folder = restore.savepoints(goal.source.state, goal.job.id)
    try:
        path = server.stop(job.jid, folder, SAVEPOINT)
    except UnreachableError:
        raise
    except OperateError as error:
        return _cancel(goal, server, job, str(error), say)
    server.ended(job.jid, RUNNING)
    return path


def _cancel(goal: Target, server: Flink, job: Live, why: str, say: Say) -> str:
    """Its retained checkpoint; a job that has none yet is left running."""
    path = server.restore_path(job.jid)
    if path is None:
        raise OperateError(f"{goal.job.ref} is left as it is: {why}; it has no checkpoint yet")
    say(f"{goal.job.ref}: {why}; cancelled, to go on from its newest checkpoint")
    server.cancel(job.jid, RUNNING)
    return server.restore_path(job.jid) or path


def wait(goal: Target, server: Flink, jid: str, say: Say, within: timedelta = RUNNING) -> None:
    """Wait until all tasks run, then compare the digest; raises OperateError with the cause."""
    deadline = time.monotonic() + within.total_seconds()
    while not (now := server.progress(jid)).runs:
        if now.state in ENDED or time.monotonic() > deadline:
            raise OperateError(hide(_stuck(goal, server, now), goal.hidden, goal.environ))
        time.sleep(flink.PAUSE)
    wanted = digest(goal.script)
    if server.digest(jid) != wanted:
        raise OperateError(f"{goal.job.ref} runs script {server.digest(jid)}, not {wanted}")
    say(f"{goal.job.ref}: RUNNING, script {wanted}")


def _stuck(goal: Target, server: Flink, now: flink.Progress) -> str:
    if now.cause:
        return f"{goal.job.ref} is {now.state}: {now.cause}"
    tasks = ", ".join(f"{count} {state}" for state, count in now.tasks.items() if count)
    free = server.slots_free()
    return f"{goal.job.ref} is {now.state} ({tasks or 'no tasks'}); {free} task slots are free"
