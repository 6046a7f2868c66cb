"""Saved maps, by name: what each is to show."""

from __future__ import annotations

from streamatlas.graph.graph import Graph, View
from streamatlas.targets.file import File
from streamatlas.targets.markup import front_matter, html
from streamatlas.targets.pages import parts, promises, said
from streamatlas.targets.words import count

_ROOT = "../../"
_HEADS = ("Name", "Around", "Shows", "Folded", "Map")
_WAYS = {"both": "upstream and downstream", "upstream": "upstream", "downstream": "downstream"}


def page(graph: Graph) -> File:
    """Every saved map, in the order of the file."""
    meta = {"title": "Saved maps", "description": "Maps that somebody asks for again and again"}
    blocks = ["# Saved maps", f'<p class="sa-lead">{_lead(graph)}</p>']
    if graph.views:
        rows = (parts.row(_HEADS, _cells(graph, view)) for view in graph.views.values())
        blocks += [parts.table("Saved maps", _HEADS, rows)]
        blocks += [f'<p class="sa-meta">Saved maps are {promises.said("views")}.</p>']
    blocks += [said.place(graph, graph.positions.key("views"))]
    head = front_matter({**meta, "section": "catalogue"})
    return File("docs/catalog/views.md", head + "\n\n".join(blocks) + "\n")


def _lead(graph: Graph) -> str:
    if not graph.views:
        return "No map is saved. One is declared under <code>views:</code>."
    return "Maps that somebody asks for again and again, each around one thing."


def _cells(graph: Graph, view: View) -> tuple[str, ...]:
    address = f"{_ROOT}catalog/map/?from={html(view.of)}"
    return (
        html(view.id),
        parts.known_link(graph, view.of, _ROOT),
        f"{_far(view)} {_WAYS[view.direction]}",
        " ".join(parts.known_link(graph, ref, _ROOT) for ref in view.collapsed) or "nothing",
        f'<a href="{address}">the whole map, from there</a>',
    )


def _far(view: View) -> str:
    return "all" if view.depth is None else count(view.depth, "edge")
