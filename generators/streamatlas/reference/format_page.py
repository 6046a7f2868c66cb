"""The page of the format: every key of the file, and how each kind of value is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from streamatlas.model import declared, forms
from streamatlas.model.forms import Form
from streamatlas.model.values import Declared
from streamatlas.reference import defaults
from streamatlas.reference.described import Key, keys
from streamatlas.reference.schema import OWNER
from streamatlas.reference.shapes import Choice, Listed, Mapped, OneOrMore, Part, Shape, shape
from streamatlas.reference.tables import code, said, table
from streamatlas.targets.pages import promises

Kind: TypeAlias = type[Declared]

_HEAD = """\
---
title: The format
description: Every key of topology.yaml, what may stand there, and what holds without it
order: 1
---

# The format of topology.yaml

<p class="sa-lead">Every key, what may stand there, what holds without it, and who acts on it.</p>

New to it? The [tutorial](../handbook/tutorial.md) grows a file step by step. In an editor, all of
this appears [while you write](../handbook/topology.md#in-your-editor).

Ids are the keys of mappings. A plain scalar is text, and its key decides what it means, so `on`,
`12:30` and `1.10` need no quotes. Anchors, aliases, tags and `<<` are not read, and unknown or
repeated keys are errors. *Read by* says who acts on a key.
"""
_EVERY = "Besides what [every thing may say](#every-service-topic-job-and-store)."
# The headings in their order, each with its parts and what else is to say.
_SECTIONS: tuple[tuple[str, tuple[Kind, ...], str], ...] = (
    ("The file", (declared.Topology,), ""),
    ("Team", (declared.Team,), ""),
    ("Every service, topic, job and store", (declared.Node,), ""),
    ("Service", (declared.Service,), _EVERY),
    ("Topic", (declared.Topic,), _EVERY),
    ("Store", (declared.Store,), _EVERY),
    ("Job", (declared.Job,), _EVERY),
    ("Query", (declared.Words,), ""),
    (
        "Output of a job",
        (declared.Output,),
        "Besides the words of a [query](#query) and what [an edge](#edge) may say.",
    ),
    (
        "Edge",
        (declared.EdgeFacts,),
        "An edge is declared once, by the service or job. `reads` and `writes` take an id, a list,"
        " or a mapping from ids to this.",
    ),
    ("Schema", (declared.Schema,), ""),
    ("Field", (declared.FieldFacts,), ""),
    ("Normal", (declared.Normal,), ""),
    ("Window", (declared.Window,), ""),
    ("Limits", (declared.Limits,), ""),
    ("Deprecated", (declared.Deprecated,), ""),
    ("Term of the glossary", (declared.Term,), ""),
    ("View", (declared.View,), ""),
    ("Maintenance", (declared.Maintenance,), ""),
    ("Environment", (declared.Environment,), ""),
    (
        "Kafka",
        (declared.Kafka,),
        "Keys right below `kafka` mean one cluster. Mappings below it are clusters with names;"
        " topics say by `cluster` which is theirs, `main` if nothing is said. The same holds for"
        " `flink` and `postgres`.",
    ),
    ("Flink", (declared.Flink,), ""),
    ("PostgreSQL", (declared.Server,), ""),
    ("Traffic", (declared.Traffic,), ""),
    ("Metrics", (declared.Metrics,), ""),
    ("Deploy", (declared.Deploy,), ""),
    (
        "What an environment may change",
        (declared.NodeOverride, declared.TopicOverride, declared.JobOverride),
        "Operating facts only; all else is the same everywhere.",
    ),
)
_COLUMNS = ("Key", "Value", "Default", "Meaning")


def page() -> str:
    """The whole page in Markdown."""
    return "\n\n".join((_HEAD.rstrip(), *_sections(), *_values())) + "\n"


def _sections() -> Iterator[str]:
    for heading, parts, besides in _SECTIONS:
        yield f"## {heading}"
        for part in parts:
            words = (part.__doc__ or "").strip()
            yield f"{words} {besides}".rstrip() if part is parts[0] else words
            rows = [_row(key) for key in keys(part) if key.attribute in part.__annotations__]
            if part is declared.Topology:
                rows.append(("<code>owner</code>", _form(forms.TEAM_REF), "", said(OWNER)))
            yield table(heading, _COLUMNS, rows)


def _row(key: Key) -> tuple[str, ...]:
    return (
        code(key.name),
        _shape(shape(key.info)),
        "required" if key.required else _default(key),
        _meaning(key),
    )


def _default(key: Key) -> str:
    written = defaults.value(key)
    if written and written != "the id":
        return f'<span class="sa-whole">{code(written)}</span>'
    return said(defaults.default(key))


def _meaning(key: Key) -> str:
    words = said(key.described.doc)
    if key.described.example:
        words += _also(f"Example: {code(key.described.example)}")
    if key.described.read_by:
        words += _also(f"Read by: {said(key.described.read_by)}")
    if key.name in promises.KEYS:
        words += _also(f"In this version: {said(promises.said(key.name))}")
    return words


def _also(words: str) -> str:
    return f' <span class="sa-also">{words}</span>'


def _shape(what: Shape) -> str:
    match what:
        case Form():
            return _form(what)
        case Choice(words):
            return " or ".join(code(word) for word in words)
        case OneOrMore(of):
            return f"{_form(of)}, or a list"
        case Listed(of):
            return f"a list of {_section(of)}"
        case Part(of, short):
            return f"{_section(of)}, or its {code(short)} alone" if short else _section(of)
        case Mapped(key, of, listed):
            whole = f"{_form(key)}: {_shape(of)}"
            return f"{_form(key)}, a list, or {whole}" if listed else whole


def _form(form: Form) -> str:
    """Its name, with a link to how it is written where that is told."""
    return said(f"[{form.name}](#{_anchor(f'value {form.name}')})" if _is_told(form) else form.name)


def _section(part: Kind) -> str:
    heading = next(heading for heading, parts, _ in _SECTIONS if part in parts)
    words = heading.lower() if heading not in ("Kafka", "Flink", "PostgreSQL") else heading
    return said(f"[{words}](#{_anchor(heading)})")


def _anchor(heading: str) -> str:
    """As the site makes it from a heading."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -")
    return kept.replace(" ", "-")


def _is_told(form: Form) -> bool:
    """Whether there is more to say of how it is written than its name does."""
    return bool(form.pattern and form.examples) and form.most is None


def _values() -> Iterator[str]:
    """Every kind of value that is told, one of a name, in the order of their module."""
    found = {f.name: f for f in vars(forms).values() if isinstance(f, Form) and _is_told(f)}
    yield "## Values"
    yield "How each kind of value is written."
    rows = (
        (
            f'<span id="{_anchor(f"value {form.name}")}">{said(form.name)}</span>',
            said(form.doc),
            " ".join(f'<span class="sa-whole">{code(example)}</span>' for example in form.examples),
        )
        for form in found.values()
    )
    yield table("Values", ("Value", "Written", "Examples"), rows)
