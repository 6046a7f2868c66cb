"""Announced work: on the page of what it is of, and all of it on one page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from streamatlas.graph.graph import Graph, Maintenance, Ref
from streamatlas.graph.windows import Piece, occurrences
from streamatlas.targets.file import File
from streamatlas.targets.markup import front_matter, html
from streamatlas.targets.pages import clocks, parts, promises, said
from streamatlas.targets.words import day, place

_ROOT = "../../"
_HEADS = ("When", "In UTC", "Of", "Why")


def page(graph: Graph) -> File:
    """All that was announced, in the order of the file."""
    meta = {"title": "Maintenance", "description": "Work that was announced"}
    blocks = ["# Maintenance", f'<p class="sa-lead">{_lead(graph)}</p>']
    if graph.maintenance:
        blocks += [_table(graph, graph.maintenance, _ROOT)]
        blocks += [_meta()]
    blocks += [said.place(graph, graph.positions.key("maintenance"))]
    head = front_matter({**meta, "section": "catalogue"})
    return File("docs/catalog/maintenance.md", head + "\n\n".join(blocks) + "\n")


def _lead(graph: Graph) -> str:
    if not graph.maintenance:
        return "No work is announced. An owner announces it under <code>maintenance:</code>."
    return "Work that was announced, past and coming. Each time stands in two clocks."


def block(graph: Graph, refs: Iterable[Ref], root: str) -> str:
    """The work on any of these; empty where there is none."""
    wanted = set(refs)
    found = tuple(work for work in graph.maintenance if wanted & set(work.of))
    if not found:
        return ""
    return f"{_table(graph, found, root)}\n\n{_meta()}"


def _meta() -> str:
    return f'<p class="sa-meta">Announced work is {promises.said("maintenance")}.</p>'


def _table(graph: Graph, work: Iterable[Maintenance], root: str) -> str:
    rows = (parts.row(_HEADS, _cells(graph, one, root)) for one in work)
    return parts.table("Announced work", _HEADS, rows)


def _cells(graph: Graph, work: Maintenance, root: str) -> tuple[str, ...]:
    date = f"{day(work.day)}, " if work.day else ""
    return (
        f"{date}{html(work.when.text)} {html(place(work.timezone))}",
        in_utc(work),
        " ".join(parts.known_link(graph, ref, root) for ref in work.of),
        html(work.why),
    )


def in_utc(work: Maintenance) -> str:
    """The clock of each day; of one day, with its date, as that day's own clock change has it."""
    if work.day is None:
        return clocks.in_utc(work.when, work.timezone)
    pieces = occurrences(work.when, work.timezone, work.day)
    if not pieces:
        return "not at all: the clock skips it, or it is none of its days"
    shown = [_piece(piece) for piece in pieces]
    if len(shown) > clocks.MOST:
        return f"{len(shown)} times, first {shown[0]}, last {shown[-1]}"
    return ", ".join(shown)


def _piece(piece: Piece) -> str:
    begin, end = piece
    last = f"{end:%H:%M}" if begin.date() == end.date() else _moment(end)
    return f"{_moment(begin)} to {last}"


def _moment(at: datetime) -> str:
    return f"{day(at.date())} {at:%H:%M}"
