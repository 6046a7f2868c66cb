"""The edges that services and jobs declare, along the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streamatlas.graph.graph import Edge, Job, Ref, Service
from streamatlas.graph.names import sql
from streamatlas.graph.queries import named_inputs
from streamatlas.model import declared
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position

_NONE = declared.EdgeFacts()


@dataclass(frozen=True, slots=True)
class Said:
    """An edge as it was written, without who watches it by default."""

    origin: Ref
    target: Ref
    at: Position
    facts: declared.EdgeFacts = _NONE
    guarantee: str = ""


def full(name: str, kind: str = "topic") -> Ref:
    """A reference as written, with its kind: `usage.hourly` -> `topic/usage.hourly`."""
    return name if "/" in name else f"{kind}/{name}"


def said(topology: declared.Topology, positions: Positions) -> tuple[Said, ...]:
    """Every edge once, in the order of the file; the first mention gives the facts."""
    found: dict[tuple[Ref, Ref], Said] = {}
    for edge in (*_of_services(topology, positions), *_of_jobs(topology, positions)):
        found.setdefault((edge.origin, edge.target), edge)
    return tuple(found.values())


def edges(
    written: tuple[Said, ...], owners: Mapping[Ref, str], active: Mapping[Ref, Service | Job]
) -> Iterator[Edge]:
    """Edges with every default: who owns the node that an edge leaves watches it.

    `active` are the services and jobs; an edge without one is a mistake that a check tells.
    """
    for edge in written:
        facts = edge.facts
        node = active.get(edge.origin) or active.get(edge.target)
        passive = edge.target if edge.origin in active else edge.origin
        yield Edge(
            origin=edge.origin,
            target=edge.target,
            watcher=facts.watched_by or owners.get(edge.origin, ""),
            at=edge.at,
            doc=facts.doc,
            principal=facts.principal or (node.principal if node else ""),
            group=facts.group or (node.group if node else ""),
            name=facts.as_ or sql(passive),
            guarantee=edge.guarantee or (node.guarantee if isinstance(node, Job) else ""),
        )


def fact(edge: Edge, key: str, positions: Positions) -> Position | None:
    """Where the edge says a fact of its own, such as `group`; None where it does not."""
    writes = edge.origin.startswith(("service/", "job/"))
    active, other = (edge.origin, edge.target) if writes else (edge.target, edge.origin)
    kind, _, name = active.partition("/")
    for written in (other, other.removeprefix("topic/")):
        path = (f"{kind}s", name, "writes" if writes else "reads", written, key)
        if path in positions.values:
            return positions.values[path]
    return None


def _of_services(topology: declared.Topology, positions: Positions) -> Iterator[Said]:
    for name, service in topology.services.items():
        here = f"service/{name}"
        for ref, at, facts in _listed(service.reads, ("services", name, "reads"), positions):
            yield Said(ref, here, at, facts)
        for ref, at, facts in _listed(service.writes, ("services", name, "writes"), positions):
            yield Said(here, ref, at, facts)


def _of_jobs(topology: declared.Topology, positions: Positions) -> Iterator[Said]:
    for name, job in topology.jobs.items():
        here = f"job/{name}"
        for ref, at, facts in _listed(job.reads, ("jobs", name, "reads"), positions):
            yield Said(ref, here, at, facts)
        for source, at in named_inputs(job, name, positions):
            yield Said(full(source), here, at)
        for index, (output, query) in enumerate(job.writes.items()):
            at = positions.item(("jobs", name, "writes"), index, output)
            yield Said(here, full(output), at, query, query.guarantee or "")


def _listed(
    facts: Mapping[str, declared.EdgeFacts], path: tuple[str, ...], positions: Positions
) -> Iterator[tuple[Ref, Position, declared.EdgeFacts]]:
    for index, (name, fact) in enumerate(facts.items()):
        yield full(name), positions.item(path, index, name), fact
