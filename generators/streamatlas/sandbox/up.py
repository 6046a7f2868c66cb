"""The story of `up`: from a topology to a live portal."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from streamatlas.graph import access, names
from streamatlas.graph.graph import Graph, Job
from streamatlas.operate import deploy
from streamatlas.operate.apply import apply
from streamatlas.operate.step import OperateError
from streamatlas.sandbox import identity, live, pages, prepare, records, stack
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.pages import Pages
from streamatlas.sandbox.prepare import PrepareError
from streamatlas.sandbox.programs import STACK, Machine
from streamatlas.sandbox.progress import Say, telling
from streamatlas.sandbox.stack import StartError
from streamatlas.sandbox.traffic.backlog import backlog
from streamatlas.sandbox.traffic.control import control

PATIENCE = 120.0


def up(topology: Path, graph: Graph, environ: Mapping[str, str], say: Say) -> int:
    """Bring everything up, and say where it is; 0, or 3 where something does not start.

    Raises StartError, PrepareError or PagesError where not even the portal can be shown.
    """
    passwords = [names.secret(principal) for principal in access.principals(graph)]
    ready = stack.machine(topology, environ, passwords)
    if live.is_up(ready, graph, pages.digest_of(ready.topology.parent, graph.digest)):
        say(f"It is up already: {live.address(ready)}")
        return 0
    stack.refuse_taken_ports(ready)
    building = pages.begin(ready, graph.digest, environ)
    trouble = _platform(ready, graph, environ, say)
    if trouble:
        say(trouble)
    _portal(ready, environ, building, say)
    if trouble:
        return _incomplete(ready, say)
    return _await_well(ready, graph, say)


def _platform(ready: Machine, graph: Graph, environ: Mapping[str, str], say: Say) -> str:
    """Kafka, Flink, PostgreSQL, what is declared in them, traffic, jobs; what went wrong."""
    try:
        prepare.prepare(ready, environ, say)
        stack.supervise(ready, environ, _wanted(ready, *STACK))
        stack.await_answers(ready, STACK, say)
        _declared(ready, graph, environ, say)
    except (PrepareError, StartError, OperateError) as error:
        return str(error)
    return ""


def _declared(ready: Machine, graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    inside = with_sandbox(ready.folders.state, environ)
    with telling(say, "applying topics, users, permissions and tables"):
        apply(graph, inside, lambda line: None)
    if control(inside).backlog_sent() is None:
        with telling(say, "sending the last three hours of usage"):
            backlog(graph, inside, datetime.now(UTC), say)  # noqa: TID251
    stack.supervise(ready, environ, _wanted(ready, *STACK, "traffic"))
    with telling(say, "starting the jobs"):
        start_jobs(graph, inside, say)


def _wanted(ready: Machine, *names: str) -> tuple[str, ...]:
    """These, and whatever else is kept alive already."""
    return tuple(dict.fromkeys((*records.wanted(ready.folders), *names)))


def start_jobs(graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    """Start, side by side, every job that does not run; each from its newest state."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda job: deploy.start(graph, job, environ, say), _run_here(graph)))


def _run_here(graph: Graph) -> tuple[Job, ...]:
    return tuple(job for job in graph.jobs.values() if job.queries)


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
        identity.gone([old], 20)


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
    ready = stack.machine(topology, environ, ())
    try:
        stack.await_answers(ready, STACK, say)
        start_jobs(graph, with_sandbox(ready.folders.state, environ), say)
    except (StartError, OperateError) as error:
        say(str(error))
        return 3
    return 0
