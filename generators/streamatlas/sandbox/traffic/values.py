"""Values of declared types, for any schema: nothing here knows a domain.

A text field is one of four: *unique* to the record, an *entity* out of a pool that all
senders share by field name (so that joins match), one of the values that its doc lists, or
else the sender's name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

from streamatlas.graph.graph import Field

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"]
Make: TypeAlias = Callable[[Random, datetime], Json]

_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_LIST = re.compile(r"array<(.+)>")
_MAP = re.compile(r"map<\s*string\s*,(.+)>")
_BETWEEN = re.compile(r",\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+")
NUMBERS = ("int", "bigint", "double", "decimal")
SMALLEST_POOL = 200


@dataclass(frozen=True, slots=True)
class Pools:
    """How many entities there are of each field name; names beyond it have the default."""

    entities: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=dict)

    def size(self, name: str) -> int:
        """How many values the field has."""
        return self.sizes.get(name, SMALLEST_POOL)

    def is_entity(self, name: str) -> bool:
        """Whether records refer by this field to a thing that others know too."""
        return name in self.entities or name == "id" or name.endswith(("_id", "Id"))


def entity(name: str, number: int) -> str:
    """The name of one entity: `account_id`, 7 -> `account-0007`."""
    stem = name.removesuffix("_id").removesuffix("Id") or "id"
    return f"{stem.replace('_', '-')}-{number:04}"


def listed(doc: str) -> tuple[str, ...]:
    """The values that a doc lists (`free, team or enterprise`); () where it is a sentence."""
    words = tuple(word.strip(" .'\"") for word in _BETWEEN.split(doc))
    fits = len(words) > 1 and all(0 < len(w) <= 24 and w.count(" ") < 2 for w in words)
    return words if fits else ()


def number(kind: str, rng: Random) -> int | float:
    """A positive number that fits the type: at most three digits before the point."""
    if match := _DECIMAL.fullmatch(kind):
        precision, scale = int(match[1]), int(match[2])
        whole = max(0, min(precision - scale, 3))
        digits = min(whole + scale, 15)  # what a JSON number carries exactly
        scale = digits - whole
        drawn = rng.randrange(1, 10**digits)
        return round(drawn / 10**scale, scale) if scale else drawn
    if kind == "double":
        return round(rng.uniform(0.001, 1000), 3)
    return rng.randrange(1, 1000)


def is_number(kind: str) -> bool:
    """Whether values of the type can be added up."""
    return kind.partition("(")[0] in NUMBERS


def instant(at: datetime, zone: ZoneInfo | None) -> str:
    """ISO 8601 to the millisecond: in UTC with `Z`, or a wall clock without offset."""
    local = at.astimezone(zone or UTC).replace(tzinfo=None)
    return local.isoformat(timespec="milliseconds") + ("" if zone else "Z")


def maker(field: Field, text: Callable[[Random], str], zone: ZoneInfo | None) -> Make:
    """A function that makes JSON values of the field; `text` makes those of a string."""
    kind = field.type
    if kind == "string":
        return lambda rng, at: text(rng)
    if kind == "timestamp":
        return lambda rng, at: instant(at, zone)
    return _nested(kind) or (lambda rng, at: simple(kind, rng, at.date()))


def _nested(kind: str) -> Make | None:
    if match := _LIST.fullmatch(kind):
        inner = maker(Field("item", match[1].strip()), _word, None)
        return lambda rng, at: [inner(rng, at), inner(rng, at)]
    if match := _MAP.fullmatch(kind):
        value = maker(Field("value", match[1].strip()), _word, None)
        return lambda rng, at: {_word(rng): value(rng, at)}
    return None


def _word(rng: Random) -> str:
    return f"value-{rng.randrange(10)}"


def simple(kind: str, rng: Random, day: date) -> Json:
    """A value of a type that is neither text, time nor made of others."""
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "date":
        return day.isoformat()
    if kind == "bytes":
        return base64.b64encode(rng.randbytes(12)).decode()
    return number(kind, rng)
