"""Schemas with everything that `like` takes over."""

from __future__ import annotations

from datetime import timedelta

from streamatlas.graph.graph import Field, Schema
from streamatlas.model import declared

OUT_OF_ORDER = timedelta(minutes=1)
CLASSIFICATION = "internal"


def schemas(topology: declared.Topology) -> dict[str, Schema]:
    """Every schema; one that is `like` itself, or like nothing known, has its own fields alone."""
    return {name: _schema(topology, name) for name in topology.schemas}


def _schema(topology: declared.Topology, name: str) -> Schema:
    chain = _chain(topology, name)
    identity = next((s.id for s in chain if s.id), ())
    key = next((s.key for s in chain if s.key or s.id), ())
    waits = (s.out_of_order for s in chain if s.out_of_order is not None)
    return Schema(
        id=name,
        fields=tuple(_fields(chain).values()),
        identity=identity,
        key=key or identity[:1],
        time=next((s.time for s in chain if s.time), None),
        out_of_order=next(waits, OUT_OF_ORDER),
        doc=chain[0].doc,
        like=chain[0].like,
    )


def _chain(topology: declared.Topology, name: str) -> list[declared.Schema]:
    """The schema, the one it is like, and so on; each once."""
    chain: dict[str, declared.Schema] = {}
    while name in topology.schemas and name not in chain:
        chain[name] = topology.schemas[name]
        name = chain[name].like
    return list(chain.values())


def _fields(chain: list[declared.Schema]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for schema in reversed(chain):
        for name, facts in schema.fields_.items():
            said = facts.classification or CLASSIFICATION
            found[name] = Field(name, facts.type, facts.unit, facts.doc, said)
    return found
