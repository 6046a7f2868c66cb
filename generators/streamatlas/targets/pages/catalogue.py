"""The index of everything: one table a kind."""

from __future__ import annotations

from collections.abc import Iterable

from streamatlas.graph.graph import Graph, Node
from streamatlas.targets.file import File
from streamatlas.targets.markup import front_matter, html
from streamatlas.targets.pages import parts, said, team
from streamatlas.targets.words import count

_ROOT = "../"
_TITLES = {"job": "Jobs", "topic": "Topics", "service": "Services", "store": "Stores"}


def page(graph: Graph) -> File:
    """Every node, team and server with its live status."""
    meta = front_matter(
        {"title": "Catalogue", "description": "Everything there is", "section": "catalogue"}
    )
    nodes = {kind: [n for n in graph.nodes() if n.kind == kind] for kind in _TITLES}
    everything = ", ".join(count(len(found), kind) for kind, found in nodes.items())
    blocks = [
        '# Catalogue\n\n<p class="sa-lead">Everything there is: '
        f"{everything}, {count(len(graph.teams), 'team')}.</p>"
    ]
    blocks += [_nodes(graph, _TITLES[kind], found) for kind, found in nodes.items() if found]
    blocks += [_teams(graph), _servers(graph), _more(graph)]
    blocks += [said.place(graph, graph.positions.key("platform"))]
    return File("docs/catalog/index.md", meta + "\n\n".join(blocks) + "\n")


def _more(graph: Graph) -> str:
    """Pages of what has no name of its own."""
    work, views = len(graph.maintenance), len(graph.views)
    items = (
        ("i-book", "Environments", "Servers, commands, what is different", "environments/"),
        ("i-book", "Maintenance", f"{count(work, 'announcement')} of work", "maintenance/"),
        ("i-book", "Saved maps", count(views, "map"), "views/"),
    )
    return "## More\n\n" + parts.rows(items)


def _nodes(graph: Graph, title: str, nodes: Iterable[Node]) -> str:
    heads = ("Status", "Name", "Owner", "What it is", "Now")
    rows = (
        parts.live_row(
            heads,
            parts.mark_of(node.ref),
            (
                parts.node_link(node.ref, _ROOT),
                parts.team_link(graph, node.owner, _ROOT),
                html(node.doc),
            ),
        )
        for node in nodes
    )
    return f"## {title}\n\n" + parts.table(title, heads, rows, live=True)


def _teams(graph: Graph) -> str:
    heads = ("Status", "Team", "Has", "Talk", "Now")
    rows = (
        parts.live_row(
            heads,
            parts.team_mark(graph, found.id),
            (
                f"{parts.kind_icon(found.ref)} {parts.team_link(graph, found.id, _ROOT)}",
                team.counted(graph, found.id) or "nothing",
                parts.chat(found.chat),
            ),
        )
        for found in graph.teams.values()
    )
    return "## Teams\n\n" + parts.table("Teams", heads, rows, live=True)


def _servers(graph: Graph) -> str:
    heads = ("Status", "Server", "Owner", "Now")
    rows = (
        parts.live_row(
            heads,
            parts.mark_of(ref),
            (parts.node_link(ref, _ROOT), parts.team_link(graph, source.owner, _ROOT)),
        )
        for ref, source in graph.sources.items()
    )
    return "## Servers\n\n" + parts.table("Servers", heads, rows, live=True)
