"""Wiring: the few facts of a graph that trouble travels along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from streamatlas.graph.graph import Graph, Ref, Service
from streamatlas.graph.walk import feeds


@dataclass(frozen=True, slots=True)
class Wiring:
    """Who reads and writes what, whose it is, and what stands on which source.

    `feeds` maps a job and one of its inputs to the outputs whose query names that input.
    """

    owners: Mapping[Ref, str]
    inputs: Mapping[Ref, tuple[Ref, ...]]
    outputs: Mapping[Ref, tuple[Ref, ...]]
    feeds: Mapping[tuple[Ref, Ref], tuple[Ref, ...]]
    members: Mapping[Ref, tuple[Ref, ...]]


def wiring(graph: Graph) -> Wiring:
    """The wiring of a graph."""
    inputs: dict[Ref, tuple[Ref, ...]] = {}
    outputs: dict[Ref, tuple[Ref, ...]] = {}
    for edge in graph.edges:
        inputs[edge.target] = (*inputs.get(edge.target, ()), edge.origin)
        outputs[edge.origin] = (*outputs.get(edge.origin, ()), edge.target)
    members: dict[Ref, list[Ref]] = defaultdict(list)
    for node in graph.nodes():
        if not isinstance(node, Service):
            members[node.source].append(node.ref)
    owners = {node.ref: node.owner for node in graph.nodes()}
    owners |= {source.ref: source.owner for source in graph.sources.values()}
    return Wiring(
        owners=owners,
        inputs=inputs,
        outputs=outputs,
        feeds=_feeds(graph),
        members={source: tuple(nodes) for source, nodes in members.items()},
    )


def _feeds(graph: Graph) -> dict[tuple[Ref, Ref], tuple[Ref, ...]]:
    fed: dict[tuple[Ref, Ref], list[Ref]] = defaultdict(list)
    for job in graph.jobs.values():
        for edge in graph.outputs(job.ref):
            for origin in sorted(feeds(graph, job.ref, edge.target)):
                fed[job.ref, origin].append(edge.target)
    return {key: tuple(outputs) for key, outputs in fed.items()}
