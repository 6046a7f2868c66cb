"""The edges that services and jobs declare, along the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streamatlas.graph.graph import Edge, Ref
from streamatlas.graph.queries import named_inputs
from streamatlas.model import declared
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position


@dataclass(frozen=True, slots=True)
class Said:
    """An edge as it was written, without who watches it by default."""

    origin: Ref
    target: Ref
    at: Position
    watched_by: str = ""
    doc: str = ""


def full(name: str, kind: str = "topic") -> Ref:
    """A reference as written, with its kind: `usage.hourly` -> `topic/usage.hourly`."""
    return name if "/" in name else f"{kind}/{name}"


def said(topology: declared.Topology, positions: Positions) -> tuple[Said, ...]:
    """Every edge once, in the order of the file; the first mention gives the facts."""
    found: dict[tuple[Ref, Ref], Said] = {}
    for edge in (*_of_services(topology, positions), *_of_jobs(topology, positions)):
        found.setdefault((edge.origin, edge.target), edge)
    return tuple(found.values())


def edges(written: tuple[Said, ...], owners: Mapping[Ref, str]) -> Iterator[Edge]:
    """Edges with their watchers: whom it names, else the owner of the node it leaves."""
    for edge in written:
        watcher = edge.watched_by or owners.get(edge.origin, "")
        yield Edge(edge.origin, edge.target, watcher, edge.at, edge.doc)


def _of_services(topology: declared.Topology, positions: Positions) -> Iterator[Said]:
    for name, service in topology.services.items():
        here = f"service/{name}"
        for ref, at, facts in _listed(service.reads, ("services", name, "reads"), positions):
            yield Said(ref, here, at, facts.watched_by, facts.doc)
        for ref, at, facts in _listed(service.writes, ("services", name, "writes"), positions):
            yield Said(here, ref, at, facts.watched_by, facts.doc)


def _of_jobs(topology: declared.Topology, positions: Positions) -> Iterator[Said]:
    for name, job in topology.jobs.items():
        here = f"job/{name}"
        for ref, at, facts in _listed(job.reads, ("jobs", name, "reads"), positions):
            yield Said(ref, here, at, facts.watched_by, facts.doc)
        for source, at in named_inputs(job, name, positions):
            yield Said(full(source), here, at)
        for index, (output, query) in enumerate(job.writes.items()):
            at = positions.item(("jobs", name, "writes"), index, output)
            yield Said(here, full(output), at, query.watched_by, query.doc)


def _listed(
    facts: Mapping[str, declared.EdgeFacts], path: tuple[str, ...], positions: Positions
) -> Iterator[tuple[Ref, Position, declared.EdgeFacts]]:
    for index, (name, fact) in enumerate(facts.items()):
        yield full(name), positions.item(path, index, name), fact
