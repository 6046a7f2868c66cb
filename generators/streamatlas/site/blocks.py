"""The live parts of home and status, as HTML made of facts.json and filled by the script.

What stands within a line of Markdown is escaped for Markdown, what is a block of its own for HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from streamatlas.targets.markup import html, inline, link
from streamatlas.targets.pages import parts
from streamatlas.targets.words import count

Values: TypeAlias = Mapping[str, Any]
Block: TypeAlias = Callable[[Values, str], str]
_WORDS = ("CRITICAL", "affected", "WARNING", "UNKNOWN", "MAINTENANCE", "EXPECTED", "OK")


def overall(facts: Values, root: str) -> str:
    """The answer to "Is it fine?", who is hit, and seven counts."""
    sides = {"First cause": "cause", "Teams hit": "teams-hit", "Affected": "affected"}
    side = {title: f'<span data-sa="{part}">not known</span>' for title, part in sides.items()}
    side["Read"] = '<span data-sa="age">not yet</span>'
    map_button = parts.button("See it on the map", f"{root}catalog/map/")
    last = f'What was read last is in <a href="{root}status.json">status.json</a>.'
    return f"""<section data-sa-overall data-search-exclude class="sa-is-unknown">
<div class="sa-answer">
<div class="sa-answer-main">
<p class="sa-answer-word">{parts.LIVE_GLYPH}
<span data-sa="answer">Is it fine? Not known</span></p>
<p class="sa-answer-headline" data-sa="headline">Live status needs JavaScript</p>
<p class="sa-answer-reason" data-sa="reason">{last}</p>
<div class="sa-actions" data-sa="actions">{map_button}</div>
</div>
<div class="sa-answer-side">{parts.listed(side)}</div>
</div>
<ul class="sa-tally" data-sa="tally">{"".join(map(_count, _WORDS))}</ul>
</section>"""


def _count(word: str) -> str:
    """One of the seven, before anything is known."""
    status = f"sa-is-{word.lower()}"
    glyph = parts.GLYPH.replace("unknown", word.lower())
    return f'<li class="{status}"><b>?</b><span>{glyph}{word}</span></li>'


def doors(facts: Values, root: str) -> str:
    """Four ways in, by what brings a reader here."""
    start = facts["handbook"][0]["url"] if facts["handbook"] else "manuals/"
    ways = (
        ("i-bell", "A page woke me up", "Simple questions, yes or no", "catalog/triage/"),
        (
            "i-branch",
            "Is it us or them?",
            "Find your team on the map, look upstream",
            "catalog/map/",
        ),
        ("i-send", "I send or read data", "Topic, schema, key, working code", "manuals/"),
        (
            "i-flask",
            "I am new to streaming",
            "A sandbox on your laptop in 10 minutes",
            start,
        ),
    )
    items = "".join(
        f'<li><a href="{root}{address}">{parts.icon(symbol)}'
        f"<span>{title} <small>{line}</small></span></a></li>\n"
        for symbol, title, line, address in ways
    )
    return f'<ul class="sa-doors">\n{items}</ul>'


def teams(facts: Values, root: str) -> str:
    """Every team with the worst of what it owns."""
    heads = ("Status", "Team", "Has", "Now")
    rows = (
        parts.live_row(
            heads,
            team_mark(facts, name),
            (_linked(root, team["url"], name), f'<span class="sa-ref">{html(team["has"])}</span>'),
        )
        for name, team in facts["teams"].items()
    )
    return parts.table("Teams, worst first", heads, rows, live=True)


def team_mark(facts: Values, name: str) -> str:
    """The attribute that makes an element show the worst of what a team owns."""
    nodes = facts["nodes"].items()
    owned = " ".join(
        ref for ref, node in nodes if node["owner"] == name and node["kind"] != "source"
    )
    return f'data-sa-team="{html(name)}" data-sa-owns="{html(owned)}"'


def _linked(root: str, url: str, label: str) -> str:
    return f'<a href="{html(root + url)}">{html(label)}</a>'


def servers(facts: Values, root: str) -> str:
    """Flink, Kafka and PostgreSQL: do they answer?"""
    heads = ("Status", "Server", "Now")
    found = {ref: node for ref, node in facts["nodes"].items() if node["kind"] == "source"}
    rows = (
        parts.live_row(heads, parts.mark_of(ref), (_linked(root, node["url"], node["name"]),))
        for ref, node in found.items()
    )
    return parts.table("Servers", heads, rows, live=True)


def everything(facts: Values, root: str) -> str:
    """Every node, worst first, with reason, owner and age."""
    heads = ("Status", "What", "Kind", "Owner", "Read", "Why")
    rows = (_everything_row(facts, root, heads, ref, node) for ref, node in facts["nodes"].items())
    return parts.table("Everything, worst first", heads, rows, live=True)


def _everything_row(
    facts: Values, root: str, heads: tuple[str, ...], ref: str, node: Values
) -> str:
    owner = node["owner"]
    team = facts["teams"].get(owner)
    cells = (
        f"{parts.kind_icon(ref)} {_linked(root, node['url'], node['name'])}",
        parts.KINDS[node["kind"]],
        _linked(root, team["url"], owner) if team else html(owner),
        '<span data-sa="age"></span>',
    )
    return parts.live_row(heads, parts.mark_of(ref), cells)


def runbooks(facts: Values, root: str) -> str:
    """Every flowchart, with what it is for."""
    items = (
        (
            "i-flow",
            html(runbook["title"]),
            f"For a {html(runbook['kind'])}, at most {count(runbook['questions'], 'question')}",
            f"{root}catalog/triage/{runbook['id']}/",
        )
        for runbook in facts["runbooks"]
    )
    return parts.rows(items)


def manuals(facts: Values, root: str) -> str:
    """The manual of every topic that a service writes."""
    items: Iterable[tuple[str, str, str, str]] = (
        (
            "i-send",
            f"Send data to {html(manual['topic'])}",
            "Key, schema, clock, and a program that works",
            f"{root}{manual['url']}",
        )
        for manual in facts["manuals"]
    )
    return parts.rows(items)


def handbook(facts: Values, root: str) -> str:
    """The pages of the handbook, each with its one line."""
    return _shelf(facts["handbook"], root)


def reference(facts: Values, root: str) -> str:
    """The pages of the reference, each with its one line."""
    return _shelf(facts["reference"], root)


def _shelf(pages: Iterable[Mapping[str, str]], root: str) -> str:
    return parts.rows(
        ("i-book", html(page["title"]), html(page["description"]), root + page["url"])
        for page in pages
    )


def about(facts: Values, root: str) -> str:
    """What the platform is, as a title."""
    return inline(facts["doc"].rstrip(".") or facts["platform"])


def lead(facts: Values, root: str) -> str:
    """How many of what, in one sentence."""
    kinds = [node["kind"] for node in facts["nodes"].values()]
    has = (count(kinds.count(kind), kind) for kind in ("service", "topic", "job", "store"))
    sentence = f"{', '.join(has)}, of {count(len(facts['teams']), 'team')}."
    return f'<p class="sa-lead">{sentence}</p>'


def ask(facts: Values, root: str) -> str:
    """Where anybody may ask."""
    channel = facts["chat"]
    if not channel:
        return "the chat of its owner"
    label = inline(channel) if link(channel) else f"#{inline(channel.lstrip('#'))}"
    address = link(channel)
    return f'<a href="{html(address)}">{label}</a>' if address else label


def platform(facts: Values, root: str) -> str:
    """The platform's name."""
    return inline(facts["platform"])


def batch(facts: Values, root: str) -> str:
    """A service to try commands with, at best one that sends a batch; for blocks of code."""
    return str(facts["try"]["batch"])


def sender(facts: Values, root: str) -> str:
    """A service to try commands with, at best one that always sends; for blocks of code."""
    return str(facts["try"]["sender"])


def job(facts: Values, root: str) -> str:
    """A job to try commands with; for blocks of code."""
    return str(facts["try"]["job"])


BLOCKS: dict[str, Block] = {
    "about": about,
    "lead": lead,
    "overall": overall,
    "doors": doors,
    "teams": teams,
    "servers": servers,
    "everything": everything,
    "runbooks": runbooks,
    "manuals": manuals,
    "handbook": handbook,
    "reference": reference,
    "ask": ask,
    "platform": platform,
    "batch": batch,
    "sender": sender,
    "job": job,
}
