"""facts.json: what hand-written pages and the portal's frame speak of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Node
from streamatlas.targets import snippets
from streamatlas.targets.file import Facts, File
from streamatlas.targets.graph_json import text
from streamatlas.targets.pages import parts, team

NAME = "facts"
_GROUPS = {"job": "Jobs", "topic": "Topics", "service": "Services", "store": "Stores"}


def generate(facts: Facts) -> Iterator[File]:
    """One file that every macro reads."""
    graph = facts.graph
    yield File("docs/catalog/facts.json", text(_facts(facts, graph)))


def _facts(facts: Facts, graph: Graph) -> dict[str, Any]:
    nodes = {node.ref: _node(node) for node in graph.nodes()}
    sources = {ref: _source(ref, source.owner) for ref, source in graph.sources.items()}
    return {
        "platform": graph.platform,
        "doc": graph.doc,
        "chat": graph.chat,
        "edit": graph.edit,
        "ask_html": parts.chat(graph.chat) if graph.chat else "the chat of its owner",
        "environment": graph.environment,
        "digest": graph.digest,
        "file": PurePath(graph.positions.value().file).name,
        "teams": {t.id: _team(graph, t.id) for t in graph.teams.values()},
        "nodes": nodes | sources,
        "edges": len(graph.edges),
        "runbooks": [
            {
                "id": r.id,
                "title": r.title,
                "kind": r.kind,
                "questions": sum(bool(s.ask) for s in r.steps.values()),
            }
            for r in facts.runbooks
        ],
        "glossary": {word: term.doc for word, term in graph.glossary.items()},
        "manuals": _manuals(graph),
        "try": _try(graph),
        "groups": list(_groups(graph)),
    }


def _node(node: Node) -> dict[str, str]:
    return {
        "kind": node.kind,
        "id": node.id,
        "name": node.id,
        "owner": node.owner,
        "doc": node.doc,
        "timezone": node.timezone,
        "url": f"catalog/{names.url(node.ref)}",
    }


def _source(ref: str, owner: str) -> dict[str, str]:
    kind = ref.partition("/")[2]
    return {
        "kind": "source",
        "id": kind,
        "name": names.label(ref),
        "owner": owner,
        "doc": "",
        "timezone": "UTC",
        "url": f"catalog/{names.url(ref)}",
    }


def _team(graph: Graph, identity: str) -> dict[str, str]:
    found = graph.teams[identity]
    return {
        "id": found.id,
        "chat": found.chat,
        "on_call": found.on_call,
        "timezone": found.timezone,
        "doc": found.doc,
        "has": team.counted(graph, found.id),
        "url": f"catalog/team/{found.id}/",
    }


def _manuals(graph: Graph) -> list[dict[str, str]]:
    """Topics that a service writes: each has its manual."""
    return [
        {"topic": topic.id, "url": f"catalog/manual/send-data/{topic.id}/"}
        for topic, _ in snippets.sendable(graph)
    ]


def _try(graph: Graph) -> dict[str, str]:
    """Names for commands that a reader types: one that sends, at best a batch, and a job."""
    sending = {service.id for _, service in snippets.sendable(graph)}
    senders = [service for service in graph.services.values() if service.id in sending]
    batches = [s for s in senders if s.normal and any(w.required for w in s.normal.windows)]
    steady = [service for service in senders if service not in batches]
    return {
        "batch": next((service.ref for service in (*batches, *senders)), "service/YOUR-SERVICE"),
        "sender": next((service.ref for service in (*steady, *senders)), "service/YOUR-SERVICE"),
        "job": next((job.id for job in graph.jobs.values() if job.queries), "YOUR-JOB"),
    }


def _groups(graph: Graph) -> Iterator[dict[str, Any]]:
    """The left section of the catalogue: names and pages by kind."""
    for kind, title in _GROUPS.items():
        found = [node.id for node in graph.nodes() if node.kind == kind]
        if found:
            yield {"kind": kind, "name": title, "ids": found}
    yield {"kind": "team", "name": "Teams", "ids": list(graph.teams)}
    yield {
        "kind": "source",
        "name": "Servers",
        "ids": [ref.partition("/")[2] for ref in graph.sources],
    }
