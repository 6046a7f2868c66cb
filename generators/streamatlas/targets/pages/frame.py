"""The frame of an entity's page, and the questions that every node's page answers, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streamatlas.graph import names, walk
from streamatlas.graph.graph import Edge, Graph, Node, Ref
from streamatlas.model.runbook import Runbook
from streamatlas.targets.drawing.platform import neighbourhood
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import front_matter, html, plain
from streamatlas.targets.pages import maintenance, normal, parts, passing, said
from streamatlas.targets.words import count, several


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of the catalogue stands: its reference and the way to the site's root."""

    ref: Ref
    root: str = "../../../"

    @property
    def path(self) -> str:
        """The file, relative to the project."""
        return f"docs/catalog/{self.ref}.md"


def write(page: Page, doc: str, head: str, blocks: Iterator[str]) -> File:
    """The file of an entity: front matter, head, and a block for each question."""
    kind, _, identity = page.ref.partition("/")
    meta = front_matter(
        {
            "title": f"{names.label(page.ref)}, {'server' if kind == 'source' else kind}",
            "description": plain(doc) or f"{parts.KINDS[kind]} {identity}",
            "section": "catalogue",
            "kind": kind,
            "ref": page.ref,
            "search": {"boost": 2},
        }
    )
    return File(page.path, meta + "\n\n".join((head, *blocks)) + "\n")


def head(
    page: Page, doc: str, values: Mapping[str, str], actions: tuple[str, ...], banner: str = ""
) -> str:
    """A banner where it is not to be used; kind and way back, id, one sentence, actions, facts."""
    kind = parts.KINDS[page.ref.partition("/")[0]]
    back = f'<a href="{page.root}catalog/">Catalogue</a>'
    return f"""{banner}<div class="sa-head">
<div class="sa-title"><h1>{parts.name(page.ref)}</h1>
<p class="sa-crumb" data-search-exclude>{parts.kind_icon(page.ref)} {kind} in {back}</p></div>
<div class="sa-actions" data-search-exclude>{" ".join(actions)}</div>
<p class="sa-lead">{html(doc)}</p>
{parts.facts(values)}
</div>"""


def is_it_fine(page: Page) -> str:
    """The live verdict."""
    return f"## Is it fine?\n\n{parts.verdict(page.ref, page.root)}"


def whose(graph: Graph, node: Node, page: Page) -> str:
    """Owner and watchers, and how each is reached."""
    heads = ("What", "Team", "Paged by", "Talk")
    asked = [(f"The {node.kind}", node.owner)]
    asked += [
        (f"What comes from {parts.name(e.origin)}", e.watcher) for e in graph.inputs(node.ref)
    ]
    asked += [(f"What goes to {parts.name(e.target)}", e.watcher) for e in graph.outputs(node.ref)]
    rows = (parts.row(heads, (what, *_reach(graph, team, page))) for what, team in asked)
    return "## Whose is it, and who alerts on it?\n\n" + parts.table(
        "Owner and watchers", heads, rows
    )


def _reach(graph: Graph, team: str, page: Page) -> tuple[str, str, str]:
    found = graph.teams.get(team)
    if found is None:
        return html(team) or "nobody", "", ""
    return parts.team_link(graph, team, page.root), parts.on_call(found), parts.chat(found.chat)


def flows(facts: Facts, node: Node, page: Page) -> str:
    """What is read and written, live, and who is hit when it stops."""
    graph = facts.graph
    sides = (
        ("Comes from", graph.inputs(node.ref), True),
        ("Goes to", graph.outputs(node.ref), False),
    )
    blocks = ["## What flows in and out?"]
    blocks += [_side(graph, page, title, edges, back) for title, edges, back in sides if edges]
    if len(blocks) == 1:
        blocks.append("Nothing. No service or job reads or writes it.")
    else:
        blocks.insert(1, _drawing(facts, node, page))
    blocks += [passing.block(graph, node, page.root), _hit(graph, node, page)]
    return "\n\n".join(filter(None, blocks))


def _drawing(facts: Facts, node: Node, page: Page) -> str:
    """One hop in and out; the tables below it say the same in words."""
    svg = neighbourhood(facts, node.ref, f"{page.root}catalog/")
    return (
        '<section class="sa-scroll sa-map-scroll sa-around" tabindex="0" '
        f'aria-label="Drawing of what flows in and out" data-search-exclude>\n{svg}\n</section>'
    )


def _side(graph: Graph, page: Page, title: str, edges: tuple[Edge, ...], back: bool) -> str:
    heads = ("Status", title, "Owner", "Watched by", "Now")
    return parts.table(
        title, heads, (_neighbour(graph, page, heads, e, back) for e in edges), live=True
    )


def _neighbour(graph: Graph, page: Page, heads: tuple[str, ...], edge: Edge, back: bool) -> str:
    ref = edge.origin if back else edge.target
    cells = (
        parts.node_link(ref, page.root),
        parts.team_link(graph, owner(graph, ref), page.root),
        parts.team_link(graph, edge.watcher, page.root),
    )
    return parts.live_row(heads, parts.mark_of(ref), cells)


def owner(graph: Graph, ref: Ref) -> str:
    """The owner's id; empty for a reference that is not declared."""
    try:
        return graph.node(ref).owner
    except KeyError:
        return ""


def _hit(graph: Graph, node: Node, page: Page) -> str:
    reached = walk.downstream(graph, node.ref)
    if not reached:
        return '<p class="sa-meta">Nothing is downstream: if it stops, nobody else is hit.</p>'
    teams = walk.teams_hit(graph, node.ref)
    who = (
        several(tuple(parts.team_link(graph, team, page.root) for team in teams))
        or "its own team alone"
    )
    return (
        f'<p class="sa-meta">If it stops, {count(len(reached), "thing")} downstream '
        f"{'waits' if len(reached) == 1 else 'wait'} for it; hit: {who}. "
        f'<a href="{page.root}catalog/map/?from={html(node.ref)}">See it on the map</a></p>'
    )


def what_is_normal(graph: Graph, node: Node, page: Page) -> str:
    """Declared numbers and windows, what it can take, and the work that was announced."""
    blocks = (
        "## What is normal?",
        normal.block(graph, node, page.root),
        maintenance.block(graph, (node.ref, f"team/{node.owner}"), page.root),
    )
    return "\n\n".join(filter(None, blocks))


def what_to_do(facts: Facts, node: Node, page: Page) -> str:
    """The flowcharts for its kind, then whom to call."""
    own = tuple(r for r in facts.runbooks if r.kind == node.kind)
    watcher = facts.graph.teams.get(node.owner)
    call = (
        f"<p>No flowchart fits? Call {parts.team_link(facts.graph, node.owner, page.root)}: "
        f"{parts.on_call(watcher)}, or ask in {parts.chat(watcher.chat)}.</p>"
        if watcher
        else ""
    )
    items = (_runbook(r, node, page) for r in own)
    none = f"<p>There is no flowchart for a {node.kind} yet.</p>"
    listing = f'<div data-sa-triage="{html(node.ref)}">\n{parts.rows(items)}</div>' if own else none
    return f"## What to do when it is not?\n\n{listing}\n\n{call}"


def _runbook(runbook: Runbook, node: Node, page: Page) -> tuple[str, str, str, str]:
    questions = sum(bool(step.ask) for step in runbook.steps.values())
    address = f"{page.root}catalog/triage/{runbook.id}/?node={node.ref}"
    return "i-flow", html(runbook.title), f"At most {count(questions, 'question')}", address


def triage_address(facts: Facts, kind: str, ref: Ref, page: Page) -> str:
    """Where "Open triage" leads: the first flowchart of the kind, else their index."""
    own = next((r.id for r in facts.runbooks if r.kind == kind), None)
    return f"{page.root}catalog/triage/" + (f"{own}/?node={ref}" if own else "")


def defined(graph: Graph, node: Node, code: str) -> str:
    """The generated definition, and the line of the file it comes from."""
    return f"""## How is it defined?

<section class="sa-long" tabindex="0" aria-label="Definition" data-search-exclude markdown>

{code}
</section>

<p class="sa-meta">This is generated: edit the file that it comes from.</p>

{said.place(graph, node.at)}"""
