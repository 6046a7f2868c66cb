"""The story of `up`: from a topology to a live portal."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job
from streamatlas.graph.secrets import MissingSecret
from streamatlas.operate import deploy, flink, jobs
from streamatlas.operate.apply import apply
from streamatlas.operate.step import OperateError
from streamatlas.sandbox import (
    environment,
    identity,
    live,
    pages,
    prepare,
    programs,
    records,
    stack,
    trouble,
)
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.pages import Pages
from streamatlas.sandbox.prepare import PrepareError
from streamatlas.sandbox.programs import Machine
from streamatlas.sandbox.progress import Say, telling
from streamatlas.sandbox.stack import StartError
from streamatlas.sandbox.traffic.backlog import backlog
from streamatlas.sandbox.traffic.control import control
from streamatlas.sql.script import digest, runnable, script

PATIENCE = 120.0


def up(topology: Path, graph: Graph, environ: Mapping[str, str], say: Say) -> int:
    """Bring everything up, and say where it is; 0, or 3 where something does not start.

    Raises StartError, PrepareError or PagesError where not even the portal can be shown.
    """
    ready = stack.machine(topology, environ, environment.needs(graph))
    if live.is_up(ready, graph, pages.digest_of(ready.topology.parent, graph.digest)):
        say(f"It is up already: {live.address(ready)}")
        return 0
    stack.refuse_taken_ports(ready)
    building = pages.begin(ready, graph.digest, environ)
    try:
        well = attempted(ready.folders, say, lambda: _platform(ready, graph, environ, say))
        _portal(ready, environ, building, say)
    finally:
        building.end()
    return _await_well(ready, graph, say) if well else _incomplete(ready, say)


def attempted(folders: Folders, say: Say, act: Callable[[], None]) -> bool:
    """Whether it went well; else why not is said, and left where the portal finds it."""
    trouble.forget_all(folders)
    try:
        act()
    except (PrepareError, StartError, OperateError, MissingSecret, OSError) as error:
        say(str(error))
        why = error.why if isinstance(error, StartError) else {}
        for name, words in (why or {trouble.UP: str(error)}).items():
            trouble.tell(folders, name, words)
        return False
    return True


def _platform(ready: Machine, graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    """Kafka, Flink, PostgreSQL, what is declared in them, traffic, jobs."""
    prepare.prepare(ready, environ, say)
    servers = programs.servers(environment.needs(graph).clusters)
    retired = set(ready.ports.brokers) - set(servers)
    kept = [name for name in _wanted(ready, *servers) if name not in retired]
    stack.supervise(ready, environ, kept)
    stack.await_answers(ready, servers, say)
    _declared(ready, graph, environ, say)


def _declared(ready: Machine, graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    inside = with_sandbox(ready.folders.state, environ)
    with telling(say, "applying topics, users, permissions and tables"):
        apply(graph, inside, lambda line: None)
    if control(inside).backlog_sent() is None:
        with telling(say, "sending the last two hours of records"):
            backlog(graph, inside, datetime.now(UTC), say)
    stack.supervise(ready, environ, _wanted(ready, "traffic"))
    with telling(say, "starting the jobs"):
        side_by_side(graph, lambda job: _bring(graph, job, inside, say))


def _wanted(ready: Machine, *names: str) -> tuple[str, ...]:
    """These, and whatever else is kept alive already."""
    return tuple(dict.fromkeys((*records.wanted(ready.folders), *names)))


def _bring(graph: Graph, job: Job, environ: Mapping[str, str], say: Say) -> str:
    """Start a job that does not run, replace one that runs another script; its id."""
    with flink.connect(secrets.filled(graph.sources[job.source], environ)) as server:
        running = jobs.live(server, job.id)
        changed = running and server.digest(running.jid) != digest(script(graph, job))
    act = deploy.deploy if changed else deploy.start
    return act(graph, job, environ, say)


def side_by_side(graph: Graph, act: Callable[[Job], str]) -> None:
    """Do it to every job that is run from here; raises OperateError with all that went wrong."""
    wrong: list[str] = []

    def attempt(job: Job) -> None:
        try:
            act(job)
        except (OperateError, MissingSecret) as error:
            text = str(error)
            wrong.append(text if text.startswith(job.ref) else f"{job.ref}: {text}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, runnable(graph)))
    if wrong:
        raise OperateError("; ".join(sorted(wrong)))


def _portal(ready: Machine, environ: Mapping[str, str], building: Pages, say: Say) -> None:
    if building.changed:
        with telling(say, "building the site"):
            building.wait()
        _end_portal(ready)
    stack.supervise(ready, environ, _wanted(ready, "portal"))
    stack.await_answers(ready, ("portal",), say)


def _end_portal(ready: Machine) -> None:
    """One that shows other pages, of another topology, is started anew."""
    if old := records.processes(ready.folders).get("portal"):
        records.want(ready.folders, [n for n in _wanted(ready) if n != "portal"])
        if not identity.gone([old], 20):
            identity.end([old], signal.SIGTERM, 5)


def _incomplete(ready: Machine, say: Say) -> int:
    say(f"The portal runs without it, and shows what is not known: {live.address(ready)}")
    say("Mend it and run `make up` again; `make down` ends what runs, `make wipe` starts afresh.")
    return 3


def _await_well(ready: Machine, graph: Graph, say: Say) -> int:
    with telling(say, "waiting until the portal shows every job OK"):
        unwell = live.await_well(ready, graph, PATIENCE)
    for ref, why in unwell.items():
        say(f"{ref} is not OK. {why}")
    if unwell:
        say(f"The portal says more: {live.address(ready)}")
        return 3
    for line in live.worth_a_look(ready, graph):
        say(line)
    return 0


def resume(topology: Path, graph: Graph, environ: Mapping[str, str], say: Say) -> int:
    """Start the jobs that a new JobManager does not know; 0, or 3 where one does not start."""
    ready = stack.machine(topology, environ)
    try:
        stack.await_answers(ready, programs.servers(environment.needs(graph).clusters), say)
        inside = with_sandbox(ready.folders.state, environ)
        side_by_side(graph, lambda job: deploy.start(graph, job, inside, say))
    except (StartError, OperateError) as error:
        say(str(error))
        return 3
    return 0
