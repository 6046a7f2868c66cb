"""The glossary: every declared term, and what kinds of things there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import front_matter, html

NAME = "glossary"

_KINDS = {
    "service": "A product or an application outside streaming, that sends or reads data.",
    "topic": "A log in Kafka. Records are added at its end, and many may read it.",
    "job": "A program in Flink that runs all the time: it reads, works out, and writes.",
    "store": "A table in which data ends up.",
}


def generate(facts: Facts) -> Iterator[File]:
    """One page, by alphabet; a term that the topology declares wins over ours."""
    terms = _KINDS | {word: term.doc for word, term in facts.graph.glossary.items()}
    ordered = sorted(terms.items(), key=lambda term: (term[0].casefold(), term[0]))
    meta = {"title": "Glossary", "description": "What the words mean", "section": "glossary"}
    lead = f'<p class="sa-lead">What the words mean here, in {html(facts.graph.platform)}.</p>'
    items = "\n".join(_term(name, doc) for name, doc in ordered)
    body = f'# Glossary\n\n{lead}\n\n<dl class="sa-terms">\n{items}\n</dl>\n'
    yield File("docs/catalog/glossary.md", front_matter(meta) + body)


def _term(name: str, doc: str) -> str:
    return f'<dt id="{anchor(name)}">{html(name)}</dt><dd>{html(doc)}</dd>'


def anchor(term: str) -> str:
    """The fragment under which a term is linked: `minute-usage`."""
    return re.sub(r"[^\w]+", "-", term.casefold()).strip("-") or "term"
