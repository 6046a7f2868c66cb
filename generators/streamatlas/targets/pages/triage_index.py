"""The index of flowcharts: what fails, and which one to open."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.runbook import Runbook
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import front_matter, html
from streamatlas.targets.pages import parts, said
from streamatlas.targets.words import count

_ROOT = "../../"


def page(facts: Facts) -> File:
    """What is wrong now, every flowchart, and whom to call where none fits."""
    meta = {
        "title": "Triage",
        "description": "What to do when something is not fine",
        "section": "triage",
        "search": {"boost": 2},
    }
    return File(
        "docs/catalog/triage/index.md",
        front_matter(meta) + "\n\n".join(_blocks(facts)) + "\n",
    )


def _blocks(facts: Facts) -> Iterator[str]:
    yield "# Triage"
    yield '<p class="sa-lead">Simple questions, yes or no. Begin with the first cause.</p>'
    yield _now()
    yield "## What do you see?"
    rows = parts.rows(_runbook(runbook) for runbook in facts.runbooks)
    yield rows if facts.runbooks else "No flowchart is written yet."
    yield "## Whom can I call?"
    yield _teams(facts.graph)
    yield said.place(facts.graph, facts.graph.positions.key("teams"))


def _now() -> str:
    """What is wrong at this moment, filled in by the script."""
    on_map = parts.button("See it on the map", f"{_ROOT}catalog/map/")
    return f"""<section data-sa-overall data-search-exclude class="sa-is-unknown">
<div class="sa-card"><p class="sa-answer-word">{parts.LIVE_GLYPH}
<span data-sa="headline">Live status needs JavaScript</span></p>
<p>First cause: <span data-sa="cause">not known</span>. Read <span data-sa="age">not yet</span>.</p>
<div class="sa-actions" data-sa="actions">{on_map}</div>
</div></section>"""


def _runbook(runbook: Runbook) -> tuple[str, str, str, str]:
    questions = sum(bool(step.ask) for step in runbook.steps.values())
    line = f"For a {html(runbook.kind)}, at most {count(questions, 'question')}"
    return "i-flow", html(runbook.title), line, f"{_ROOT}catalog/triage/{runbook.id}/"


def _teams(graph: Graph) -> str:
    heads = ("Team", "Paged by", "Talk")
    rows = (
        parts.row(
            heads,
            (parts.team_link(graph, team.id, _ROOT), parts.on_call(team), parts.chat(team.chat)),
        )
        for team in graph.teams.values()
    )
    return parts.table("Teams and how they are reached", heads, rows)
