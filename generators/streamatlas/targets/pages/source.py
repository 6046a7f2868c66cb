"""The page of a server that is asked for live values: Flink, Kafka, PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Job, Source, Store, Topic
from streamatlas.targets.file import Facts, File
from streamatlas.targets.pages import environments, frame, parts, said
from streamatlas.targets.words import count

_DOCS = {
    "flink": "Runs the jobs. When it is down, nothing is read; Kafka keeps what is unread.",
    "kafka": "Holds the topics. When it is down, nobody can send or read; senders hold back.",
    "postgres": "Holds the stores. When it is down, jobs wait and go on from where they were.",
}


def page(facts: Facts, source: Source) -> File:
    """What runs on the server, whose it is, and whom to call."""
    where = frame.Page(source.ref)
    graph = facts.graph
    doc = _DOCS.get(source.kind, "")
    values = {
        "Owner": parts.team_link(graph, source.owner, where.root),
        "Address": parts.code(source.address),
        "The portal signs in": environments.signs_in(source),
        "Carries": count(len(_carried(graph, source)), "thing"),
    }
    triage = frame.triage_address(facts, "source", source.ref, where)
    actions = (parts.triage_button(source.ref, triage),)
    head = frame.head(where, doc, values, actions)
    return frame.write(where, doc, head, _blocks(graph, source, where))


def _carried(graph: Graph, source: Source) -> list[Job | Topic | Store]:
    carried: list[Job | Topic | Store] = [
        *graph.jobs.values(),
        *graph.topics.values(),
        *graph.stores.values(),
    ]
    return [node for node in carried if node.source == source.ref]


def _blocks(graph: Graph, source: Source, where: frame.Page) -> Iterator[str]:
    yield frame.is_it_fine(where)
    yield "## Whose is it, and who alerts on it?"
    team = graph.teams.get(source.owner)
    yield parts.listed(
        {
            "Owner": parts.team_link(graph, source.owner, where.root),
            "Paged by": parts.on_call(team) if team else "",
            "Talk": parts.chat(team.chat) if team else "",
        }
    )
    yield "## What runs on it?"
    heads = ("Status", "Carries", "Owner", "Now")
    rows = (
        parts.live_row(
            heads,
            parts.mark_of(node.ref),
            (parts.node_link(node.ref, where.root), parts.team_link(graph, node.owner, where.root)),
        )
        for node in _carried(graph, source)
    )
    yield parts.table(f"What {parts.name(source.ref)} carries", heads, rows, live=True)
    everywhere = f"{where.root}catalog/environments/"
    yield f'<p><a href="{everywhere}">All servers, in every environment</a></p>'
    path = ("environments", graph.environment, source.kind, source.cluster or "main")
    yield said.place(graph, graph.positions.key(*path))
