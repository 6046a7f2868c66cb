"""What was renamed leaves its old name free, and no two things had the same one.

`was` keeps old links, saved maps and history: the page of the old id leads to the new one. A page
that still exists cannot lead elsewhere, and one old page cannot lead to two.

```yaml
services:
  usage-pages: {owner: billing, was: sales}
  sales: {owner: sales}
```

Write the id that the thing itself had. If something else has it now, give one of the two a new id,
or leave out `was`.

```yaml
services:
  usage-pages: {owner: billing, was: usage-portal}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streamatlas.graph.edges import full
from streamatlas.graph.graph import Graph, Ref
from streamatlas.model.problem import Level, Position, Problem

ID = "was"
LEVEL: Level = "error"

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,248}")
_KINDS = ("team", "service", "topic", "job", "store")


@dataclass(frozen=True, slots=True)
class _Old:
    """An old name: as it was written, as a reference, whose it was, and where it stands."""

    written: str
    ref: Ref
    of: Ref
    at: Position


def check(graph: Graph) -> Iterator[Problem]:
    """Every old name that cannot lead to one thing."""
    there = {node.ref.lower(): node for node in (*graph.nodes(), *graph.teams.values())}
    seen: dict[Ref, _Old] = {}
    for old in _names(graph):
        first = seen.setdefault(old.ref.lower(), old)
        if why := _unusable(old):
            yield Problem(old.at, ID, why, LEVEL)
        elif node := there.get(old.ref.lower()):
            message = f"{node.ref} is in use ({node.at.seen_from(old.at)})"
            yield Problem(old.at, ID, message, LEVEL)
        elif first.at != old.at:
            message = f"{first.of} was {old.ref}, too ({first.at.seen_from(old.at)})"
            yield Problem(old.at, ID, message, LEVEL)


def _names(graph: Graph) -> Iterator[_Old]:
    for node in (*graph.teams.values(), *graph.nodes()):
        kind, _, name = node.ref.partition("/")
        for index, old in enumerate(node.was):
            at = graph.positions.item((f"{kind}s", name, "was"), index, old)
            yield _Old(old, full(old, kind), node.ref, at)


def _unusable(old: _Old) -> str | None:
    """Why the old name could never have been an id of that kind."""
    kind, _, name = old.ref.partition("/")
    if kind in _KINDS and kind != old.of.partition("/")[0]:
        return f"{old.of} cannot have been {old.ref}: write an id of its own kind"
    if kind not in _KINDS or _ID.fullmatch(name) is None or name.lower() == "index":
        return f"'{old.written}' was never an id: write letters, digits, '.', '_' and '-'"
    return None
