"""Columns of a query: their names, and their types where those are sure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column holds. `type` is as the format writes it, and empty where it is not known.

    `rough` says that arithmetic has made the digits, which then are a bound only; `cut` that a
    CAST has cut fractions off; `local` that a time is of no zone; `one` that all rows have the
    same value. `bound` says which end of a window a time is. `unit` and `doc` are those of the
    field in its schema.
    """

    type: str
    rough: bool = False
    cut: bool = False
    local: bool = False
    one: bool = False
    bound: Literal["", "start", "end"] = ""
    unit: str = ""
    doc: str = ""


UNKNOWN = Kind("")
Columns = Mapping[str, Kind]


def narrowed(own: Columns, single: Collection[str]) -> dict[str, Kind]:
    """The columns where those of the names in `single` have one value."""
    return {n: replace(kind, one=True) if n in single else kind for n, kind in own.items()}


def columns(select: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names of the columns of a SELECT over `known` tables; empty where that is not clear."""
    from streamatlas.sql.reading import read  # slow to import, and most have no free SQL

    tables = {name: dict.fromkeys(own, UNKNOWN) if own else None for name, own in known.items()}
    reading = read(select, tables)
    names = [item.name for item in reading.items] if reading and reading.items else []
    return tuple(names) if all(names) and len(set(names)) == len(names) else ()
