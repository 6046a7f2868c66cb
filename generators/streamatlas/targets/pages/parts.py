"""Pieces of a page: links, facts, tables, and the marks that live status is filled into.

Everything is HTML already escaped. `root` is the way from a page to the site's root, `../../../`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Ref, Team
from streamatlas.targets.markup import anchor, html, link

KINDS = {
    "service": "Service",
    "topic": "Kafka topic",
    "job": "Flink job",
    "store": "Store",
    "team": "Team",
    "source": "Server",
}
GLYPH = '<svg class="sa-glyph" aria-hidden="true"><use href="#sa-g-unknown"></use></svg>'
LIVE_GLYPH = GLYPH.replace("<use ", '<use data-sa="glyph" ')
CHIP = f'<span class="sa-chip sa-is-unknown" data-sa="chip">{GLYPH}UNKNOWN</span>'
SILENT = "live status needs JavaScript"


def name(ref: Ref) -> str:
    """What people call it, as HTML."""
    return html(names.label(ref))


def icon(symbol: str) -> str:
    """A drawing of the sprite, in ink."""
    return f'<svg class="sa-icon" aria-hidden="true"><use href="#sa-{symbol}"></use></svg>'


def kind_icon(ref: Ref) -> str:
    """The drawing of a reference's kind."""
    return icon(f"k-{ref.partition('/')[0]}")


def server_link(ref: Ref, root: str) -> str:
    """A server's own name, leading to its page."""
    return f'<a href="{root}catalog/{html(names.url(ref))}">{name(ref)}</a>'


def node_link(ref: Ref, root: str) -> str:
    """Icon and id, leading to the page."""
    address = f"{root}catalog/{html(names.url(ref))}"
    return f'<span class="sa-ref">{kind_icon(ref)} <a href="{address}">{name(ref)}</a></span>'


def exists(graph: Graph, ref: Ref) -> bool:
    """Whether a reference leads to a page of a node or a team."""
    kind, _, name = ref.partition("/")
    there: Mapping[str, Mapping[str, object]] = {
        "service": graph.services,
        "topic": graph.topics,
        "job": graph.jobs,
        "store": graph.stores,
        "team": graph.teams,
    }
    return name in there.get(kind, {})


def known_link(graph: Graph, ref: Ref, root: str) -> str:
    """A link where there is such a thing; else its reference as it was written."""
    return node_link(ref, root) if exists(graph, ref) else html(ref)


def team_link(graph: Graph, team: str, root: str) -> str:
    """The team's id, leading to its page; plain text where no such team is declared."""
    if team not in graph.teams:
        return html(team)
    return f'<a href="{root}catalog/team/{html(team)}/">{html(team)}</a>'


def chat(channel: str) -> str:
    """`#channel`, or a link where the channel is an address."""
    return anchor(channel) if link(channel) else f"#{html(channel.lstrip('#'))}"


def on_call(team: Team) -> str:
    """How the team is paged: a link, a number to call, or its chat."""
    return chat(team.chat) if team.on_call == team.chat else anchor(team.on_call)


def facts(values: Mapping[str, str]) -> str:
    """A row of names above values; what is empty is left out."""
    cells = (
        f"<div><dt>{key} </dt><dd>{value} </dd></div>" for key, value in values.items() if value
    )
    return f'<dl class="sa-facts">{" ".join(cells)}</dl>'


def listed(values: Mapping[str, str]) -> str:
    """Names beside values, one a row; what is empty is left out."""
    cells = (
        f"<div><dt>{key} </dt><dd>{value} </dd></div>" for key, value in values.items() if value
    )
    return f'<dl class="sa-list">{"".join(cells)}</dl>'


def table(title: str, heads: Sequence[str], rows: Iterable[str], live: bool = False) -> str:
    """A table in a box that scrolls by itself; the script orders live rows, worst first."""
    head = "".join(f'<th scope="col">{text} </th>' for text in heads)
    order = " data-sa-sort" if live else ""
    return (
        f'<div class="sa-scroll" tabindex="0" role="region" aria-label="{html(title)}">'
        f'<table class="sa-table"{order}><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>"
    )


def row(heads: Sequence[str], cells: Sequence[str]) -> str:
    """One row; the first cell names it."""
    first, *rest = cells
    return f'<tr><th scope="row">{first} </th>{_cells(heads[1:], rest)}</tr>\n'


def _cells(heads: Sequence[str], cells: Sequence[str]) -> str:
    return "".join(
        f'<td data-label="{head}">{cell} </td>' if cell else "<td></td>"
        for head, cell in zip(heads, cells, strict=True)
    )


def live_row(heads: Sequence[str], mark: str, cells: Sequence[str]) -> str:
    """A row with live status: the chip, then the cells, then why. `mark` is of `mark_of`."""
    first, *rest = cells
    return (
        f'<tr {mark}><td data-search-exclude>{CHIP}</td> <th scope="row">{first} </th>'
        f"{_cells(heads[2:-1], rest)}"
        f'<td class="sa-quiet" data-search-exclude data-sa="reason">{SILENT}</td></tr>\n'
    )


def mark_of(ref: Ref) -> str:
    """The attribute that makes an element show a node's live status."""
    return f'data-sa-node="{html(ref)}"'


def team_mark(graph: Graph, team: str) -> str:
    """The attribute that makes an element show the worst of what a team owns."""
    owned = " ".join(node.ref for node in graph.nodes() if node.owner == team)
    return f'data-sa-team="{html(team)}" data-sa-owns="{html(owned)}"'


def verdict(ref: Ref, root: str) -> str:
    """The box that says whether a node is fine; before the script it claims nothing."""
    return f"""<section {mark_of(ref)} data-search-exclude><div data-sa="verdict">
<div class="sa-verdict sa-is-unknown"><div class="sa-verdict-head">{GLYPH}<div>
<p class="sa-verdict-word">UNKNOWN</p>
<p class="sa-verdict-reason">Live status needs JavaScript</p>
<p class="sa-verdict-note">What was read last is in <a href="{root}status.json">status.json</a>.</p>
</div></div></div>
</div></section>"""


def button(text: str, address: str, first: bool = False) -> str:
    """A link that is drawn as a button; one of a page is filled."""
    kind = "sa-button sa-button-first" if first else "sa-button"
    return f'<a class="{kind}" href="{html(address)}">{text}</a>'


def triage_button(ref: Ref, address: str) -> str:
    """The filled button of a page; in trouble the script lets it lead to the fitting flowchart."""
    mark = f'data-sa-triage="{html(ref)}"'
    return f'<a class="sa-button sa-button-first" {mark} href="{html(address)}">Open triage</a>'


def rows(items: Iterable[tuple[str, str, str, str]]) -> str:
    """Rows that lead on: symbol, title, one line, address."""
    entries = "".join(
        f'<li><a href="{html(address)}">{icon(symbol)}<span>{title} <small>{line}</small></span>'
        f"{icon('i-next')}</a></li>\n"
        for symbol, title, line, address in items
    )
    return f'<ul class="sa-rows">\n{entries}</ul>'


def tag(text: str) -> str:
    """A small word in a frame; what is of customers is framed with care."""
    care = " sa-tag-care" if text in ("customer", "secret") else ""
    return f'<span class="sa-tag{care}">{html(text)}</span>'


def code(text: str) -> str:
    """A name that is typed as it stands."""
    return f"<code>{html(text)}</code>"
