"""Scope: what a job's SQL calls each topic, store and step, and the rows that each one gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from streamatlas.graph.graph import Edge, Graph, Job, Query, Ref, Schema, Store, Topic
from streamatlas.sql.places import Part
from streamatlas.sql.rows import Rows, fresh
from streamatlas.sql.text import identifier

# What a running total may be taken by; Flink has a FLOOR to each.
FLOORS = {timedelta(minutes=1): "MINUTE", timedelta(hours=1): "HOUR", timedelta(days=1): "DAY"}
_JOINED = re.compile(r"\b(\w+)`?\s+FOR\s+SYSTEM_TIME\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """A job in its graph. `inputs` and `outputs` are its edges by reference, as in the file.

    `asked` are the inputs that rows are enriched from.
    """

    graph: Graph
    job: Job
    inputs: Mapping[Ref, Edge]
    outputs: Mapping[Ref, Edge]
    asked: frozenset[Ref]
    taken: frozenset[str]

    def name(self, ref: Ref) -> str:
        """The name of an input's table or of a step."""
        return ref if ref in self.job.steps else self.inputs[ref].name

    def sink(self, ref: Ref) -> str:
        """The name of an output's table; a topic that is an input too needs a second one."""
        name = self.outputs[ref].name
        twice = ref.startswith("topic/") and ref in self.inputs and self.name(ref) == name
        return self.fresh(f"{name}_out") if twice else name

    def is_read(self, ref: Ref) -> bool:
        """Whether an output has the table of an input: a store that is read and written."""
        return ref in self.inputs and self.name(ref) == self.sink(ref)

    def fresh(self, name: str) -> str:
        """The name, or one like it that no topic, store or step has."""
        return fresh(name, self.taken)

    def rows(self, ref: Ref) -> Rows:
        """The rows of an input."""
        node = self.topic_or_store(ref)
        schema = schema_of(node)
        return Rows(
            source=identifier(self.name(ref)),
            columns={field.name: identifier(field.name) for field in schema.fields},
            time=schema.time,
            identity=schema.identity,
            replaces=isinstance(node, Topic) and node.compacted,
        )

    def topic_or_store(self, ref: Ref) -> Topic | Store:
        """The node of an input or output; KeyError for any other reference."""
        kind, _, name = ref.partition("/")
        return self.graph.topics[name] if kind == "topic" else self.graph.stores[name]


def scope(graph: Graph, job: Job) -> Scope | None:
    """The job's scope; None where no output has a query, or one reads what is not known."""
    queries = (*job.steps.values(), *job.queries.values())
    inputs = {edge.origin: edge for edge in graph.inputs(job.ref)}
    outputs = {e.target: e for e in graph.outputs(job.ref) if e.target in job.queries}
    known = all(_known(graph, ref) for ref in (*inputs, *outputs))
    if not outputs or not known or not _in_order(job):
        return None
    if any(is_total(graph, ref, q) and q.tumble not in FLOORS for ref, q in job.queries.items()):
        return None
    return Scope(
        graph=graph,
        job=job,
        inputs=inputs,
        outputs=outputs,
        asked=frozenset(_asked(queries, inputs)),
        taken=frozenset([*(e.name for e in (*inputs.values(), *outputs.values())), *job.steps]),
    )


def schema_of(node: Topic | Store) -> Schema:
    """The schema of a node that a scope was made for: there is one."""
    if node.schema is None:
        raise ValueError(f"{node.ref} has no schema")
    return node.schema


def _asked(queries: tuple[Query, ...], inputs: Mapping[Ref, Edge]) -> Iterator[Ref]:
    """Inputs that are joined as of a time, by a word or in free SQL."""
    for query in queries:
        yield from query.enrich
        joined = {name.lower() for name in _JOINED.findall(query.select)}
        yield from (ref for ref, edge in inputs.items() if edge.name.lower() in joined)


def adds_up(query: Query) -> bool:
    """Whether the words of a query give totals."""
    return query.tumble is not None or bool(query.group_by)


def is_total(graph: Graph, ref: Ref, query: Query) -> bool:
    """Whether an output is a running total by time, replaced by its id, not a final row."""
    kind, _, name = ref.partition("/")
    topic = graph.topics.get(name) if kind == "topic" else None
    return query.tumble is not None and (topic is None or topic.compacted)


def is_window(graph: Graph, place: Part, query: Query) -> bool:
    """Whether words add up by windows, each of which gives one final row and is forgotten."""
    section, name = place
    total = section == "writes" and is_total(graph, name, query)
    return query.tumble is not None and not total


def _in_order(job: Job) -> bool:
    """Whether every query reads something, and of the steps only earlier ones."""
    later = set(job.steps)
    for name, query in (*job.steps.items(), *job.queries.items()):
        if not query.select and (not query.sources or later & set(query.sources)):
            return False
        later.discard(name)
    return True


def _known(graph: Graph, ref: Ref) -> bool:
    kind, _, name = ref.partition("/")
    nodes: Mapping[str, Topic | Store] = graph.topics if kind == "topic" else graph.stores
    return kind in ("topic", "store") and name in nodes and nodes[name].schema is not None
