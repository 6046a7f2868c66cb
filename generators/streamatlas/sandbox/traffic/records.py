"""Records: the JSON of one stream, made from its schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import prod
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streamatlas.graph.graph import Field
from streamatlas.sandbox.traffic.streams import Stream, measures
from streamatlas.sandbox.traffic.values import Json, Make, entity, listed, maker


class Record(NamedTuple):
    """A message: `arrival` in seconds since 1970 is its timestamp in Kafka."""

    arrival: float
    key: bytes
    value: bytes


@dataclass(frozen=True)
class Writer:
    """Makes the records of one stream."""

    stream: Stream

    def make(
        self, rng: Random, arrival: float, happened: float, known: Mapping[str, Json], idle: bool
    ) -> Record:
        """One record with the `known` fields; an `idle` one is a heartbeat, its measures 0."""
        at = datetime.fromtimestamp(happened, UTC)
        fields = {
            name: known[name] if name in known else make(rng, at)
            for name, make in self._makers.items()
        }
        if idle:
            fields.update((field.name, 0) for field in measures(self.stream.schema))
        return Record(arrival, self._key(fields), _json(fields))

    def identities(self) -> int:
        """How many there are to choose from, where the sender adds up."""
        return prod(len(values) for values in self._choices.values())

    def identity(self, index: int) -> dict[str, Json]:
        """The fields of one of them; equal indexes give equal fields."""
        known: dict[str, Json] = {}
        for name, values in self._choices.items():
            index, place = divmod(index, len(values))
            known[name] = values[place]
        return known

    @cached_property
    def _choices(self) -> dict[str, tuple[str, ...]]:
        schema = self.stream.schema
        fields = (schema.field(name) for name in schema.identity if name != schema.time)
        return {f.name: self._texts(f) for f in fields if f and f.type == "string"}

    @cached_property
    def _makers(self) -> dict[str, Make]:
        zone = ZoneInfo(self.stream.topic.wall_clock) if self.stream.topic.wall_clock else None
        return {f.name: maker(f, self._text(f), zone) for f in self.stream.schema.fields}

    def _text(self, field: Field) -> Callable[[Random], str]:
        values = self._texts(field)
        return lambda rng: values[rng.randrange(len(values))]

    def _texts(self, field: Field) -> tuple[str, ...]:
        pools = self.stream.pools
        if pools.is_entity(field.name):
            return tuple(entity(field.name, n) for n in range(pools.size(field.name)))
        return listed(field.doc) or (self.stream.service.id,)

    def _key(self, fields: Mapping[str, Json]) -> bytes:
        """Raw for one string, else JSON; a compacted topic is keyed by what it replaces."""
        schema = self.stream.schema
        names = schema.identity if self.stream.topic.compacted else schema.key
        values = {name: fields[name] for name in names if name in fields}
        (first, *rest) = values.values() or ("",)
        return first.encode() if isinstance(first, str) and not rest else _json(values)


def _json(fields: Mapping[str, Json]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
