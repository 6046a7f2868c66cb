"""Every thing has its page, its questions in order, and links that lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import urldefrag, urljoin, urlsplit

import markdown
import pytest

from factory import example, graph_of, small
from streamatlas.graph.graph import Graph
from streamatlas.layout.graphviz import place
from streamatlas.model.runbook import Runbook, Step
from streamatlas.model.units import At, at
from streamatlas.sql.script import script
from streamatlas.targets import TARGETS
from streamatlas.targets.file import Facts, Layout
from streamatlas.targets.pages.clocks import in_utc

RUNBOOK = Runbook("loop", "It restarts", "job", ("restart-loop",), {"a": Step("a", ask="Is it?")})
EXTENSIONS = [
    "attr_list",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tabbed",
]
HAND_WRITTEN = {"", "status/", "manuals/", "status.json"}
QUESTIONS = [
    "Is it fine?",
    "Whose is it, and who alerts on it?",
    "What flows in and out?",
    "What is normal?",
    "What to do when it is not?",
]
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) ![y](data:text/html,x)",
    "{{ config }} {% raw %}",
    "a | b | `c` ```d",
    "\u202eevil \U0001f4a5",
    "two\n\n# lines\n\n<img src=x onerror=alert(1)>",
    "x" * 300,
    "javascript:alert(1)",
    '" onmouseover="alert(1)',
    "</div></table><iframe>",
)
PLACED: Layout = cache(place)


def generated(graph: Graph, *others: Graph) -> dict[str, str]:
    """Every file of the catalogue by path; `others` are of other environments."""
    given = Facts(graph, PLACED, (RUNBOOK,), (graph, *others))
    files = [file for target in TARGETS for file in target.generate(given)]
    assert len({file.path for file in files}) == len(files)
    return {file.path: file.text for file in files if file.path.startswith("docs/catalog/")}


class Links(HTMLParser):
    """Everything that a page leads to, and all that could run."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src") and value and not value.startswith("#sa-"):
                self.links.append(value)
            if name == "id" and value:
                self.ids.append(value)
            if name.startswith("on"):
                self.handlers.append(name)


def rendered(text: str) -> str:
    """The page's HTML, as the site's extensions make it."""
    body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
    configs = {"pymdownx.tabbed": {"alternate_style": True}}
    return str(markdown.markdown(body, extensions=EXTENSIONS, extension_configs=configs))


def url_of(path: str) -> str:
    """Where MkDocs puts a page: `docs/catalog/job/x.md` at `catalog/job/x/`."""
    within = PurePosixPath(path).relative_to("docs")
    if within.suffix != ".md":
        return str(within)
    parent = "" if str(within.parent) == "." else f"{within.parent}/"
    return parent if within.stem == "index" else f"{parent}{within.name[:-3]}/"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return generated(example())


def test_everything_has_a_page(files: dict[str, str], graph: Graph) -> None:
    wanted = {f"docs/catalog/{node.ref}.md" for node in graph.nodes()}
    wanted |= {f"docs/catalog/{team.ref}.md" for team in graph.teams.values()}
    wanted |= {f"docs/catalog/{ref}.md" for ref in graph.sources}
    assert wanted <= set(files)


def test_questions_stand_in_order(files: dict[str, str], graph: Graph) -> None:
    for node in graph.nodes():
        asked = re.findall("^## (.*)$", files[f"docs/catalog/{node.ref}.md"], re.MULTILINE)
        assert [question for question in asked if question in QUESTIONS] == QUESTIONS, node.ref
        assert asked[:5] == QUESTIONS, node.ref


@pytest.mark.parametrize("make", [example, small])
def test_every_link_leads_somewhere(make: Callable[[], Graph]) -> None:
    files = generated(make())
    known = HAND_WRITTEN | {url_of(path) for path in files}
    lost = []
    for path, text in files.items():
        if not path.endswith(".md"):
            continue
        for target in Links(rendered(text)).links:
            address, _ = urldefrag(target)
            found = urlsplit(urljoin(f"https://here.example/{url_of(path)}", address))
            inside = found.netloc == "here.example"
            if inside and found.path.lstrip("/") not in known:
                lost.append(f"{path}: {target}")
    assert lost == []


def test_ids_are_unique_on_a_page(files: dict[str, str]) -> None:
    for path, text in files.items():
        if path.endswith(".md"):
            ids = Links(rendered(text)).ids
            assert len(ids) == len(set(ids)), path


def test_equal_graph_gives_equal_bytes(files: dict[str, str]) -> None:
    assert generated(example()) == files


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    quoted = json.dumps(words, ensure_ascii=False)
    command = json.dumps(f"open {shlex.quote(words)}", ensure_ascii=False)
    agreed = json.dumps(f"2026-11-02 with {words}", ensure_ascii=False)
    text = f"""\
platform: shop
doc: {quoted}
edit: {quoted}
teams: {{shop: {{chat: {quoted}, on-call: {quoted}, doc: {quoted}, was: {quoted}, also: {quoted},
  links: {{{quoted}: {quoted}}}, chat-webhook: $HOOK}}}}
services:
  web: {{owner: shop, doc: {quoted}, writes: {{orders: {{doc: {quoted}, as: {quoted}}}}},
    deprecated: {{use: {quoted}, why: {quoted}}}, links: {{{quoted}: {quoted}}}, was: {quoted},
    normal: {{rate: 1-2/s, agreed: {agreed}, windows: [
      {{at: 09:10-09:15, rate: 5-9/s, why: {quoted}}}]}}}}
topics: {{orders: {{doc: {quoted}, also: {quoted}, schema: order}}}}
schemas: {{order: {{id: n, doc: {quoted}, fields: {{n: {{
  type: string, unit: {quoted}, doc: {quoted}}}}}}}}}
stores: {{rows: {{owner: shop, doc: {quoted}, schema: order}}}}
jobs:
  keep: {{owner: shop, doc: {quoted}, state-ttl: 1d, writes: {{store/rows: {{from: orders}}}},
    reads: {{orders: {{group: {quoted}, principal: {quoted}, as: {quoted}}}}}}}
glossary: {{{quoted}: {{doc: {quoted}, see: {quoted}}}}}
views: {{{quoted}: {{of: {quoted}, collapsed: {quoted}}}}}
maintenance: [{{of: [service/web, {quoted}], at: 09:10-09:15, why: {quoted}}}]
environments: {{{quoted}: {{
  portal: {quoted}, deploy: {{before: {command}}}, metrics: {{address: {quoted}}},
  kafka: {{address: {quoted}, user: {quoted}, ca: {quoted}}}}}}}
"""
    graphs = graph_of(text), graph_of(text, words)
    plain = generated(example())
    allowed = set().union(*(Links(rendered(t)).tags for p, t in plain.items() if p[-3:] == ".md"))
    for path, page in generated(*graphs).items():
        if path.endswith(".md"):
            seen = Links(rendered(page))
            assert seen.tags <= allowed, path
            assert seen.handlers == [], path
            assert not [a for a in seen.links if a.lower().startswith(("javascript", "data"))], path


@pytest.mark.parametrize(
    ("start", "zone", "said"),
    [
        (9, "UTC", "09:10-09:15"),
        (9, "America/Los_Angeles", "17:10-17:15 in January, 16:10-16:15 in July"),
        (9, "Asia/Kolkata", "03:40-03:45"),
        (1, "Europe/Berlin", "00:10-00:15 in January, 23:10-23:15 in July"),
    ],
)
def test_window_in_utc(start: int, zone: str, said: str) -> None:
    window = At(timedelta(hours=start, minutes=10), timedelta(minutes=5), text="x")
    assert in_utc(window, zone) == said


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        ("every 15min for 2min", "Europe/Berlin", "00:00-00:02, then every 15 min"),
        ("every 1h for 5min from 00:05", "Asia/Kolkata", "00:35-00:40, then every 1 h"),
        ("every 12h for 5min from 06:00", "UTC", "06:00-06:05, then every 12 h"),
        ("every 6h for 5min from 07:00", "UTC", "07:00-07:05, 13:00-13:05, 19:00-19:05"),
        (
            "every 1h for 5min from 08:00",
            "Asia/Kolkata",
            "02:30-02:35, then every 1 h, the last 17:30-17:35",
        ),
    ],
)
def test_recurring_window_in_utc(text: str, zone: str, said: str) -> None:
    assert in_utc(at(text), zone) == said


def test_topic_without_own_normal_shows_its_senders(files: dict[str, str]) -> None:
    page = files["docs/catalog/topic/usage.raw.vault.md"]
    assert "up to 5/s" in page
    assert "17:10-17:15 in January" in page
    assert "(must happen, at the latest 5 min after its end)" in page


def test_definitions_are_those_that_run(files: dict[str, str], graph: Graph) -> None:
    page = files["docs/catalog/job/usage-pipeline.md"]
    assert script(graph, graph.jobs["usage-pipeline"]).rstrip() in page
    assert "CREATE TABLE IF NOT EXISTS" in files["docs/catalog/store/usage.md"]
    assert "cleanup.policy: compact" in files["docs/catalog/topic/usage.minute.vault.md"]
