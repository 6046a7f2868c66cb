"""The page of a team: what it owns, what it watches, how to reach it."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Team
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import html
from streamatlas.targets.pages import frame, maintenance, parts, promises, said
from streamatlas.targets.words import count, number, place

_HOUR = 3600


def page(facts: Facts, team: Team) -> File:
    """Everything that is declared of the team."""
    where = frame.Page(team.ref)
    values = {
        "Talk": parts.chat(team.chat),
        "Paged by": parts.on_call(team),
        "Its clock": f"{html(place(team.timezone))} <small>({html(team.timezone)})</small>",
        "Owns": counted(facts.graph, team.id) or "nothing",
        **said.names(team.was, team.also),
        **said.links(team.links),
    }
    actions = (parts.button("See the map", f"{where.root}catalog/map/", first=True),)
    doc = team.doc or f"Ask this team in #{team.chat.lstrip('#')}."
    return frame.write(
        where, doc, frame.head(where, doc, values, actions), _blocks(facts.graph, team, where)
    )


def counted(graph: Graph, team: str) -> str:
    """What a team owns, counted by kind: `2 jobs, 1 store`."""
    kinds = [node.kind for node in graph.nodes() if node.owner == team]
    return ", ".join(count(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))


def _blocks(graph: Graph, team: Team, where: frame.Page) -> Iterator[str]:
    yield "## Is it fine?"
    mark = parts.team_mark(graph, team.id)
    why = f'<span data-sa="reason">{parts.SILENT}</span>'
    yield f"<p {mark} data-search-exclude>{parts.CHIP} {why}</p>"
    yield _owned(graph, team, where)
    yield "## What does it watch?"
    yield _watched(graph, team, where)
    yield "## How to reach it"
    yield parts.listed(
        {
            "Talk": parts.chat(team.chat),
            "Page": parts.on_call(team),
            "Its clock": f"{html(place(team.timezone))} <small>{html(team.timezone)}</small>",
            **_messages(team),
        }
    )
    work = maintenance.block(graph, (team.ref,), where.root)
    yield from ("## What work is announced?", work) if work else ()
    yield said.place(graph, team.at)


def _messages(team: Team) -> dict[str, str]:
    """Where the portal writes to it, by the name of the variable alone, and how often."""
    if not team.chat_webhook:
        return {}
    most = f"{number(team.chat_limit * _HOUR)} an hour; the rest comes later, as one message"
    return {
        "Messages go to": f"the address in {parts.code(team.chat_webhook)}"
        f"{promises.note('chat-webhook')}",
        "At most": f"{most}{promises.note('chat-limit')}",
    }


def _owned(graph: Graph, team: Team, where: frame.Page) -> str:
    heads = ("Status", "Owns", "Kind", "Now")
    owned = [node for node in graph.nodes() if node.owner == team.id]
    rows = (
        parts.live_row(
            heads, parts.mark_of(n.ref), (parts.node_link(n.ref, where.root), parts.KINDS[n.kind])
        )
        for n in owned
    )
    return (
        parts.table(f"What {team.id} owns", heads, rows, live=True) if owned else "It owns nothing."
    )


def _watched(graph: Graph, team: Team, where: frame.Page) -> str:
    heads = ("From", "To")
    watched = [edge for edge in graph.edges if edge.watcher == team.id]
    rows = (
        parts.row(
            heads,
            (
                parts.node_link(e.origin, where.root),
                parts.node_link(e.target, where.root),
            ),
        )
        for e in watched
    )
    return (
        parts.table(f"What {team.id} is paged for", heads, rows)
        if watched
        else "It is paged for nothing."
    )
