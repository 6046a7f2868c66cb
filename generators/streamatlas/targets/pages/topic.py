"""The page of a Kafka topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from streamatlas.graph.graph import Field, Graph, Schema, Topic
from streamatlas.graph.schemas import CLASSIFICATION
from streamatlas.targets import snippets
from streamatlas.targets.file import Facts, File
from streamatlas.targets.kafka_topics import declared
from streamatlas.targets.listing import listing
from streamatlas.targets.markup import fence, html, inline
from streamatlas.targets.pages import frame, parts, said
from streamatlas.targets.words import count, duration, place

Meaning: TypeAlias = Callable[[Schema, Field], str]


def page(facts: Facts, topic: Topic) -> File:
    """Everything that is declared of the topic, its schema, and code that sends and reads."""
    where = frame.Page(topic.ref)
    head = frame.head(
        where,
        topic.doc,
        _facts(facts.graph, topic, where),
        _actions(facts, topic, where),
        said.banner(facts.graph, topic, where.root),
    )
    return frame.write(where, topic.doc, head, _blocks(facts, topic, where))


def _actions(facts: Facts, topic: Topic, where: frame.Page) -> tuple[str, ...]:
    on_map = parts.button("On the map", f"{where.root}catalog/map/?from={topic.ref}")
    if not topic.schema or not snippets.sender(facts.graph, topic):
        return (on_map,)
    manual = f"{where.root}catalog/manual/send-data/{topic.id}/"
    return parts.button("Send data to it", manual, first=True), on_map


def _facts(graph: Graph, topic: Topic, where: frame.Page) -> dict[str, str]:
    schema = topic.schema
    copies = count(topic.replication, "copy").replace("copys", "copies")
    return {
        "Owner of the data": parts.team_link(graph, topic.owner, where.root),
        "Format": html(topic.format),
        "Key": ", ".join(map(parts.code, schema.key)) if schema else "",
        "Its times": times(topic),
        "Partitions": f"{topic.partitions}, {copies}",
        "Kept": "newest of each key" if topic.compacted else duration(topic.retention),
        "Runs on": parts.server_link(topic.source, where.root),
        **said.of(topic),
    }


def times(topic: Topic) -> str:
    """In which clock its timestamps are written."""
    if topic.schema is None or topic.schema.time is None:
        return ""
    return f"wall clock of {html(place(topic.wall_clock))}" if topic.wall_clock else "UTC"


def _blocks(facts: Facts, topic: Topic, where: frame.Page) -> Iterator[str]:
    graph = facts.graph
    yield frame.is_it_fine(where)
    yield frame.whose(graph, topic, where)
    yield frame.flows(facts, topic, where)
    yield frame.what_is_normal(graph, topic, where)
    yield frame.what_to_do(facts, topic, where)
    if topic.schema:
        yield schema_block(topic.schema, _meaning(topic))
    yield _use(graph, topic)
    yield frame.defined(graph, topic, fence(listing([declared(topic)]), "yaml"))


def schema_block(schema: Schema, meaning: Meaning) -> str:
    """Fields with type, unit, meaning and class; `meaning` is for those without a doc."""
    heads = ("Field", "Type", "Unit", "Meaning", "Class")
    rows = (parts.row(heads, _field(schema, field, meaning)) for field in schema.fields)
    doc = f"<p>{html(schema.doc)}</p>" if schema.doc else ""
    title = f"## Schema {inline(schema.id)}"
    return "\n\n".join(filter(None, (title, doc, parts.table("Fields", heads, rows))))


def _field(schema: Schema, field: Field, meaning: Meaning) -> tuple[str, ...]:
    uses = {"id": schema.identity, "key": schema.key, "time": (schema.time,)}
    tags = "".join(parts.tag(use) for use, fields in uses.items() if field.name in fields)
    marks = f' <span class="sa-tags">{tags}</span>' if tags else ""
    return (
        parts.code(field.name) + marks,
        parts.code(field.type),
        html(field.unit),
        html(field.doc) or meaning(schema, field),
        _class(field.classification),
    )


def _class(word: str) -> str:
    """What most fields are stands plain, so that the others are seen."""
    return html(word) if word == CLASSIFICATION else parts.tag(word)


def _meaning(topic: Topic) -> Meaning:
    """What follows from a field's part in the schema of a topic."""
    clock = f"Wall clock of {html(place(topic.wall_clock))}" if topic.wall_clock else "In UTC"

    def of(schema: Schema, field: Field) -> str:
        if field.name == schema.time:
            return f"{clock}, up to {duration(schema.out_of_order)} out of order"
        if (field.name,) == schema.identity:
            return "Makes a record traceable; a repeat carries the same"
        return "Decides the partition" if field.name in schema.key else ""

    return of


def _use(graph: Graph, topic: Topic) -> str:
    tabs = {"A record": ("json", snippets.record(graph, topic))} if topic.schema else {}
    if topic.schema and snippets.sender(graph, topic):
        tabs["Send (Python)"] = ("python", snippets.producer(graph, topic))
    tabs["Read (Python)"] = ("python", snippets.consumer(graph, topic))
    code = "\n".join(tab(title, *code) for title, code in tabs.items())
    return "\n\n".join(("## How to use it", parts.listed(_read(topic)), code))


def _read(topic: Topic) -> dict[str, str]:
    """How jobs read it."""
    bad = "is left out" if topic.skips_bad else "stops the job that reads it"
    idle = f"holds results back for {duration(topic.idle_timeout)} at most"
    return {"A silent partition": idle, "A record that cannot be read": bad}


def tab(title: str, language: str, code: str) -> str:
    """One tab of code."""
    body = "\n".join(f"    {line}".rstrip() for line in fence(code, language).splitlines())
    return f'=== "{title}"\n\n{body}\n'
