"""One page a runbook: the flowchart as a picture, and the same as a list of steps."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Position
from streamatlas.model.runbook import Runbook, Step
from streamatlas.targets import drawing
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import front_matter, html, plain
from streamatlas.targets.pages import parts, said
from streamatlas.targets.words import count, duration, several

NAME = "triage"
_ROOT = "../../../"
_WHAT = {
    "ask": "Question",
    "do": "Action",
    "call": "Call",
    "open": "Go there",
    "clear": "All clear",
}
# Filled by the script with what the portal sees of the node that the address asks about.
_ASKED = f"""<section class="sa-card sa-asked" data-sa-asked data-search-exclude hidden>
<p>{parts.CHIP} <b data-sa="name"></b> <span data-sa="reason"></span></p>
<p class="sa-meta">First cause: <span data-sa="cause">not known</span></p>
<p class="sa-meta">Read <span data-sa="age">not yet</span></p>
</section>"""
_NODES = ("Status", "Name", "Owner", "Paged by", "Talk", "Links", "What we see")

_UNLINKED = tuple(head for head in _NODES if head != "Links")


def generate(facts: Facts) -> Iterator[File]:
    """A page and a picture for every runbook."""
    for runbook in facts.runbooks:
        base = f"docs/catalog/triage/{runbook.id}"
        yield File(f"{base}.md", _head(runbook) + "\n\n".join(_blocks(facts, runbook)) + "\n")


def _head(runbook: Runbook) -> str:
    return front_matter(
        {
            "title": plain(runbook.title),
            "description": f"What to do when: {plain(runbook.title)}",
            "section": "triage",
            "hide": ["navigation", "toc"],
            "nobar": True,
            "search": {"boost": 2},
        }
    )


def _blocks(facts: Facts, runbook: Runbook) -> Iterator[str]:
    yield f"""<div class="sa-head">
<div><p class="sa-crumb"><a href="../">Triage</a> / {_plural(runbook.kind)}</p>
<h1 id="{html(runbook.id)}">{html(runbook.title)}</h1></div>
<p class="sa-lead">{_sentence(runbook)}</p>
</div>
{_ASKED}"""
    yield f"""<div class="sa-flow-page">
<section class="sa-flow-picture">
<h2 id="picture">The whole tree</h2>
{_picture(facts, runbook)}
</section>
<section class="sa-flow-list">
<h2 id="steps">Step by step</h2>
{_steps(runbook)}
</section>
<section class="sa-flow-call">
<h2 id="call">Which {html(runbook.kind)}, and whom to call</h2>
{_nodes(facts.graph, runbook)}
{_platform(facts.graph)}
</section>
</div>"""
    yield said.place(facts.graph, Position(f"runbooks/{runbook.id}.yaml"))


def _plural(kind: str) -> str:
    return "Servers" if kind == "source" else f"{kind}s".capitalize()


def _sentence(runbook: Runbook) -> str:
    questions = sum(bool(step.ask) for step in runbook.steps.values())
    rules = several(tuple(html(rule) for rule in runbook.opens_on))
    return f"At most {count(questions, 'question')}. The portal leads here when it says {rules}."


def _picture(facts: Facts, runbook: Runbook) -> str:
    wide, high = drawing.flowchart(facts.layout, runbook)
    return f"""<div class="sa-map" data-search-exclude>
<div class="sa-map-scroll sa-flow-wide" tabindex="0" role="region" aria-label="Flowchart">
{wide}
</div>
<div class="sa-map-scroll sa-flow-high" tabindex="0" role="region" aria-label="Flowchart">
{high}
</div>
{_legend()}
</div>"""


def _legend() -> str:
    shown = (("ask", "question"), ("do", "action"), ("call", "call"), ("clear", "all clear"))
    items = (
        f'<li><span class="sa-flow-key sa-flow-key-{what}"></span> {word}</li>'
        for what, word in shown
    )
    return f'<div class="sa-legend"><ul aria-label="Shapes">{" ".join(items)}</ul></div>'


def _steps(runbook: Runbook) -> str:
    numbers = {name: i for i, name in enumerate(runbook.steps, 1)}
    items = "".join(_step(runbook, step, numbers) for step in runbook.steps.values())
    return f'<ol class="sa-flow-steps">\n{items}</ol>'


def _step(runbook: Runbook, step: Step, numbers: dict[str, int]) -> str:
    lines = (
        f'<p class="sa-flow-what">{_WHAT[step.what]} {numbers[step.id]}</p>',
        f"<h3>{html(drawing.said(step))}</h3>",
        f"<p>{html(step.help)}</p>" if step.help else "",
        _seen(step),
        *(_command(step, kind, command) for kind, command in step.run.items()),
        f"<p><b>You should see:</b> {html(step.expect)}</p>" if step.expect else "",
        f"<p>Tell: {several(tuple(map(_told, step.tell)))}.</p>" if step.tell else "",
        '<p><a href="#call">Names and numbers</a></p>' if step.call else "",
        _ways(runbook, step, numbers),
    )
    body = "\n".join(line for line in lines if line)
    return (
        f'<li id="step-{html(step.id)}" class="sa-flow-step sa-flow-{step.what}">\n{body}\n</li>\n'
    )


def _seen(step: Step) -> str:
    """What the portal knows about a question."""
    if not step.ask:
        return ""
    if not step.check:
        return '<p class="sa-meta">Only a person can know this.</p>'
    shown = several(tuple(_fact(fact) for fact in step.show))
    return f'<p class="sa-meta">{parts.icon("i-eye")} The portal knows this: see {shown}.</p>'


def _fact(fact: str) -> str:
    """`last checkpoint age` of `evidence.last_checkpoint_age`, `first cause` of `verdict.cause`."""
    words = {
        "verdict.cause": "the first cause",
        "verdict.path": "the way from it",
        "verdict.since": "since when",
    }
    return html(words.get(fact, f"the {fact.rpartition('.')[2].replace('_', ' ')}"))


def _command(step: Step, kind: str, command: str) -> str:
    """With an id of its own: the copy button finds its text by it."""
    where = {"sandbox": "In the sandbox", "kubernetes": "On Kubernetes"}.get(kind, kind)
    return (
        f'<div id="run-{html(step.id)}-{html(kind)}"><p class="sa-flow-where">{html(where)}</p>\n'
        f'<pre><code class="sa-command">{html(command)}</code></pre></div>'
    )


def _told(whom: str) -> str:
    words = {
        "owner": "the owner",
        "hit": "the teams that are hit",
        "status-page": "the status page",
    }
    return words[whom]


def _ways(runbook: Runbook, step: Step, numbers: dict[str, int]) -> str:
    items = "".join(
        f"<li><b>{_label(step, key)}</b> {_target(runbook, way, numbers)}</li>"
        for key, way in step.ways()
    )
    return f'<ul class="sa-flow-ways">{items}</ul>' if items else ""


def _label(step: Step, key: str) -> str:
    if key == "else" and step.within:
        return f"Not so after {duration(step.within)}:"
    return {"yes": "Yes:", "no": "No:", "then": "Done:", "else": "Else:"}[key]


def _target(runbook: Runbook, way: str, numbers: dict[str, int]) -> str:
    text = html(drawing.said(runbook.steps[way]))
    return f'<a href="#step-{html(way)}">{numbers[way]}. {text}</a>'


def _nodes(graph: Graph, runbook: Runbook) -> str:
    nodes = (
        [(source.ref, source.owner) for source in graph.sources.values()]
        if runbook.kind == "source"
        else [(node.ref, node.owner) for node in graph.nodes() if node.kind == runbook.kind]
    )
    links = {node.ref: said.links(node.links)["Links"] for node in graph.nodes() if node.links}
    heads = _NODES if any(ref in links for ref, _ in nodes) else _UNLINKED
    rows = (_node(graph, heads, ref, owner, links.get(ref, "")) for ref, owner in nodes)
    return parts.table(f"Every {runbook.kind} and its owner", heads, rows, live=True)


def _node(graph: Graph, heads: tuple[str, ...], ref: str, owner: str, links: str) -> str:
    """One thing that the flowchart is for; its own links where some thing has any."""
    team = graph.teams.get(owner)
    cells = {
        "Name": parts.node_link(ref, _ROOT),
        "Owner": parts.team_link(graph, owner, _ROOT),
        "Paged by": parts.on_call(team) if team else "",
        "Talk": parts.chat(team.chat) if team else "",
        "Links": links,
    }
    return parts.live_row(heads, parts.mark_of(ref), tuple(cells[head] for head in heads[1:-1]))


def _platform(graph: Graph) -> str:
    owners = tuple(dict.fromkeys(source.owner for source in graph.sources.values()))
    known = tuple(graph.teams[owner] for owner in owners if owner in graph.teams)
    who = several(
        tuple(f"{parts.team_link(graph, t.id, _ROOT)}, {parts.on_call(t)}" for t in known)
    )
    return f"<p>The owner of the platform, who is called last: {who}.</p>" if known else ""
