"""What an owner says of a thing besides its numbers: other names, links, its end, its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from streamatlas.graph.graph import Deprecated, Graph, Node
from streamatlas.model.problem import Position
from streamatlas.targets.markup import html, percent, web
from streamatlas.targets.pages import parts, promises
from streamatlas.targets.words import day


def of(node: Node) -> dict[str, str]:
    """Facts of a node: its other names, and its links."""
    return names(node.was, node.also) | links(node.links)


def names(was: tuple[str, ...], also: tuple[str, ...]) -> dict[str, str]:
    """Facts: what it was called before, and what else it is called."""
    return {
        "Was": _listed(was) + (promises.note("was") if was else ""),
        "Also called": _listed(also),
    }


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(map(html, words))


def links(addresses: Mapping[str, str]) -> dict[str, str]:
    """A fact: repository, dashboard, logs, or whatever the owner calls them."""
    return {"Links": ", ".join(_link(name, to) for name, to in addresses.items())}


def _link(name: str, address: str) -> str:
    to = web(address)
    label = html(name)
    return f'<a href="{html(to)}">{label}</a>' if to else f"{label}: {html(address)}"


def banner(graph: Graph, node: Node, root: str) -> str:
    """That it must not be used any more; until when, what instead, and why."""
    if node.deprecated is None:
        return ""
    text = _deprecated(graph, node.deprecated, root)
    return f'<div class="sa-trap" role="note">{parts.icon("i-trap")}<p>{text}</p></div>'


def _deprecated(graph: Graph, said: Deprecated, root: str) -> str:
    until = f"It may be used until {day(said.until)}." if said.until else "Do not begin to use it."
    use = f" Use {parts.known_link(graph, said.use, root)} instead." if said.use else ""
    why = f" Why: {html(said.why)}" if said.why else ""
    return f"<strong>Deprecated.</strong> {until}{use}{why}"


def place(graph: Graph, at: Position) -> str:
    """The line of the file that says so, and the way to edit it where the platform has one."""
    text = f"Declared in {parts.code(at.file)}, line {at.line}."
    return f'<p class="sa-meta">{text}{_edit(graph, at)}</p>'


def _edit(graph: Graph, at: Position) -> str:
    to = edit_address(graph.edit, at)
    return f' <a href="{html(to)}">Edit this fact</a>' if to else ""


def edit_address(template: str, at: Position) -> str | None:
    """The template with a file and a line filled in; None for what lies outside the project."""
    file = PurePath(at.file)
    if file.is_absolute() or ".." in file.parts:
        return None
    return web(template.replace("{file}", percent(at.file)).replace("{line}", str(at.line)))
