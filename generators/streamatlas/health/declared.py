"""What is worked out of a graph once, and used at every poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from streamatlas.graph.graph import Graph, Ref
from streamatlas.health.wiring import Wiring, wiring
from streamatlas.sql.script import digest, script


@dataclass(frozen=True, slots=True)
class Declared:
    """The wiring of a graph, and the digest of each job that has a script."""

    graph: Graph = field(repr=False)
    wiring: Wiring = field(repr=False)
    digests: Mapping[Ref, str]


def declared(graph: Graph, before: Declared | None) -> Declared:
    """`before`, if it is of this graph; else worked out anew."""
    if before is not None and before.graph is graph:
        return before
    scripts = {job.ref: script(graph, job) for job in graph.jobs.values()}
    digests = {ref: digest(text) for ref, text in scripts.items() if text}
    return Declared(graph, wiring(graph), digests)
