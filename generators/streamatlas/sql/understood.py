"""What is understood of a query: what it reads and gives, lacks, and adds up.

Offsets count from 0 in the text of the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from streamatlas.sql.columns import Columns, Kind

Changes = Literal["", "total", "distinct"]
"""Why rows replace earlier ones: they are added up over all time, or repeats of them dropped."""
Kept = Literal["repeats", "totals", "joins"]
"""What a job remembers for as long as it is told."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A table that is read, and where. `at_a_time` says that it is joined as of a time."""

    name: str
    offset: int
    windowed: bool = False
    at_a_time: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A column that a query gives; `starred` says that it comes by `*`."""

    name: str
    kind: Kind
    offset: int
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A column that is not among those `known`; `of` are the tables that were looked in."""

    name: str
    offset: int
    of: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """A column that is written so that it cannot be told: `how` it must be written."""

    name: str
    offset: int
    how: str


@dataclass(frozen=True, slots=True)
class Total:
    """Something added up: its `kinds` are those of the columns whose values it adds.

    `over` are the tables whose rows are added up as they come, `beside` what else these have.
    Of the columns in `grouped` each total has one value. `sums` says that it is no count.
    """

    text: str
    offset: int
    kinds: tuple[Kind, ...]
    over: tuple[Mention, ...]
    beside: Columns
    grouped: frozenset[str]
    sums: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood. `items` is None where the columns are not known.

    `passed` are the tables whose rows come out as they are. `changes` says why later rows
    replace earlier ones, `kept` what is remembered for all of it, without what windows forget
    when they close; `windowed` says that there are such.
    """

    mentions: tuple[Mention, ...]
    missing: tuple[Missing, ...]
    unclear: tuple[Unclear, ...]
    items: tuple[Item, ...] | None
    totals: tuple[Total, ...]
    passed: tuple[Mention, ...]
    changes: Changes
    kept: frozenset[Kept]
    windowed: bool


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was understood; offsets are those in its own text.

    `single` are the columns that have one value wherever it is true.
    """

    kind: Kind
    missing: tuple[Missing, ...]
    unclear: tuple[Unclear, ...]
    totals: tuple[Total, ...]
    single: frozenset[str]
