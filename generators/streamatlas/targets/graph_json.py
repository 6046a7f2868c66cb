"""graph.json: what is declared, for programs and for the portal's own script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from streamatlas.graph import names, walk
from streamatlas.graph.graph import Edge, Graph, Node, Team
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import web

NAME = "graph"


def generate(facts: Facts) -> Iterator[File]:
    """One file: nodes, edges and teams, with who is hit by what."""
    graph = facts.graph
    everything = {
        "version": 1,
        "platform": graph.platform,
        "environment": graph.environment,
        "topology": graph.digest,
        "teams": {team.id: _team(team) for team in graph.teams.values()},
        "nodes": {node.ref: _node(graph, node) for node in graph.nodes()},
        "edges": {edge.ref: _edge(edge) for edge in graph.edges},
        "sources": {ref: {"owner": source.owner} for ref, source in graph.sources.items()},
    }
    yield File("docs/catalog/graph.json", text(everything))


def text(values: object) -> str:
    """JSON that reads well and is the same for equal values."""
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _team(team: Team) -> dict[str, Any]:
    return {"chat": team.chat, "on_call": team.on_call, "timezone": team.timezone, "doc": team.doc}


def _node(graph: Graph, node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "id": node.id,
        "owner": node.owner,
        "doc": node.doc,
        "timezone": node.timezone,
        "was": list(node.was),
        "also": list(node.also),
        "links": {name: to for name, to in node.links.items() if web(to)},
        "deprecated": node.deprecated is not None,
        "url": f"catalog/{names.url(node.ref)}",
        "teams_hit": list(walk.teams_hit(graph, node.ref)),
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {"from": edge.origin, "to": edge.target, "watched_by": edge.watcher, "doc": edge.doc}
