"""What the running portal says of the sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterable

import httpx

from streamatlas.graph.graph import Graph
from streamatlas.sandbox import pages, records
from streamatlas.sandbox.environment import needs
from streamatlas.sandbox.programs import Machine, servers
from streamatlas.sql.script import runnable

FINE = ("OK", "EXPECTED", "MAINTENANCE")


def address(ready: Machine) -> str:
    """Where the portal is."""
    return f"http://127.0.0.1:{ready.ports.portal}"


def is_up(ready: Machine, graph: Graph, digest: str) -> bool:
    """Whether all runs, from just these files, and every job that is run from here is well."""
    running = records.processes(ready.folders)
    wanted = (records.SUPERVISOR, *servers(needs(graph).clusters), "traffic", "portal")
    return (
        all(name in running for name in wanted)
        and pages.current(ready, digest)
        and not unwell(ready, graph)
    )


def await_well(ready: Machine, graph: Graph, patience: float) -> dict[str, str]:
    """Wait until every job is well; what is not after `patience` seconds, and why."""
    deadline = time.monotonic() + patience
    while bad := unwell(ready, graph):
        if time.monotonic() > deadline:
            return bad
        time.sleep(0.25)
    return {}


def unwell(ready: Machine, graph: Graph) -> dict[str, str]:
    """Jobs run from here that `/status.json` does not show as OK, with its reason."""
    nodes = _nodes(ready)
    if nodes is None:
        return {"the portal": "it has no status yet"}
    return {job.ref: why for job in runnable(graph) if (why := _why(nodes.get(job.ref)))}


def _nodes(ready: Machine) -> dict[str, dict[str, str]] | None:
    """What the portal says of each node; None where it says nothing."""
    try:
        answer = httpx.get(f"{address(ready)}/status.json", timeout=5, trust_env=False)
        found: dict[str, dict[str, str]] = answer.json()["nodes"]
    except (httpx.HTTPError, ValueError, KeyError):
        return None
    return found if answer.is_success else None


def _why(verdict: dict[str, str] | None) -> str:
    if verdict is None:
        return "the portal says nothing of it yet"
    status = verdict["status"]
    return "" if status in FINE else f"{status}: {verdict.get('reason', '')}"


def worth_a_look(ready: Machine, graph: Graph) -> Iterable[str]:
    """The address, and three things to see there."""
    home = address(ready)
    yield f"Streamatlas is up: {home}"
    yield f"  the map, live                {home}/catalog/map/"
    for job in list(graph.jobs.values())[-1:]:
        yield f"  a job, and what runs it      {home}/catalog/{job.ref}/"
    yield f"  Flink's own page             http://127.0.0.1:{ready.ports.flink}"
    yield "End it with `make down`; the data is kept."
