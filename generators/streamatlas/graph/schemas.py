"""Schemas with everything that `like` takes over."""

from __future__ import annotations

from datetime import timedelta

from streamatlas.graph.graph import Field, Schema
from streamatlas.model import declared

OUT_OF_ORDER = timedelta(minutes=1)
CLASSIFICATION = "internal"
# A longer way of schemas that are like each other is a mistake that a check tells.
MOST_LIKE = 20


def schemas(topology: declared.Topology) -> dict[str, Schema]:
    """Every schema; one that is `like` itself, or like nothing known, has its own fields alone."""
    found: dict[str, Schema] = {}
    for name in topology.schemas:
        for one in reversed(_chain(topology, name, found)):
            said = topology.schemas[one]
            found[one] = _schema(one, said, found.get(said.like))
    return {name: found[name] for name in topology.schemas}


def _chain(topology: declared.Topology, name: str, found: dict[str, Schema]) -> list[str]:
    """The schema, the one it is like, and so on, as far as they are not yet found; each once."""
    chain: dict[str, None] = {}
    while name in topology.schemas and name not in chain and name not in found:
        chain[name] = None
        name = topology.schemas[name].like
    return list(chain)


def _schema(name: str, said: declared.Schema, like: Schema | None) -> Schema:
    """What the schema says, and for the rest what the other one has."""
    base = like or Schema("", (), (), (), None, OUT_OF_ORDER)
    fields = {field.name: field for field in base.fields}
    return Schema(
        id=name,
        fields=tuple({**fields, **_fields(said)}.values()),
        identity=said.id or base.identity,
        key=said.key or said.id[:1] or base.key,
        time=said.time or base.time,
        out_of_order=base.out_of_order if said.out_of_order is None else said.out_of_order,
        doc=said.doc,
        like=said.like,
    )


def _fields(said: declared.Schema) -> dict[str, Field]:
    return {
        name: Field(name, facts.type, facts.unit, facts.doc, facts.classification or CLASSIFICATION)
        for name, facts in said.fields_.items()
    }
