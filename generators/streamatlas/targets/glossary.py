"""The glossary: every declared term, and what kinds of things there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from streamatlas.graph.graph import Graph, Term
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import front_matter, html
from streamatlas.targets.pages import parts, said

NAME = "glossary"

_KINDS = {
    "service": "A product or an application outside streaming, that sends or reads data.",
    "topic": "A log in Kafka. Records are added at its end, and many may read it.",
    "job": "A program in Flink that runs all the time: it reads, works out, and writes.",
    "store": "A table in which data ends up.",
}


def generate(facts: Facts) -> Iterator[File]:
    """One page, by alphabet; a term that the topology declares wins over ours."""
    kinds = {kind: Term(doc) for kind, doc in _KINDS.items()}
    terms = kinds | dict(facts.graph.glossary)
    ordered = sorted(terms.items(), key=lambda term: (term[0].casefold(), term[0]))
    meta = {"title": "Glossary", "description": "What the words mean", "section": "glossary"}
    lead = f'<p class="sa-lead">What the words mean here, in {html(facts.graph.platform)}.</p>'
    items = "\n".join(_term(facts.graph, name, term, terms) for name, term in ordered)
    place = said.place(facts.graph, facts.graph.positions.key("glossary"))
    body = f'# Glossary\n\n{lead}\n\n<dl class="sa-terms">\n{items}\n</dl>\n\n{place}\n'
    yield File("docs/catalog/glossary.md", front_matter(meta) + body)


def _term(graph: Graph, name: str, term: Term, terms: Mapping[str, Term]) -> str:
    seen = ", ".join(_see(graph, other, terms) for other in term.see)
    see = f" See {seen}." if seen else ""
    return f'<dt id="{anchor(name)}">{html(name)} </dt><dd>{html(term.doc)}{see} </dd>'


def _see(graph: Graph, other: str, terms: Mapping[str, Term]) -> str:
    """Another term on this page, or the page of a thing."""
    if other in terms:
        return f'<a href="#{html(anchor(other))}">{html(other)}</a>'
    return parts.known_link(graph, other, "../../")


def anchor(term: str) -> str:
    """The fragment under which a term is linked: `minute-usage`."""
    return re.sub(r"[^\w]+", "-", term.casefold()).strip("-") or "term"
