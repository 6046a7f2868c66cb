"""Where each value of a topology was written, so that a later check can point at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from streamatlas.model.problem import Position

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions by path, such as `("services", "vault", "owner")`; list items by index.

    The empty path is the file itself. What was not written has the position of the key of its
    nearest written ancestor. `texts` are the files as they were read, by name.
    """

    keys: Mapping[Path, Position]
    values: Mapping[Path, Position]
    texts: Mapping[str, str] = field(default_factory=dict)

    def key(self, *path: str | int) -> Position:
        """Where the key stands (for a list item: the item)."""
        if path in self.keys or not path:
            return self.keys.get(path) or self.values[()]
        return self.values.get(path) or self.key(*path[:-1])

    def value(self, *path: str | int) -> Position:
        """Where the value stands."""
        return self.values.get(path) or self.key(*path)

    def item(self, path: Path, index: int, name: str) -> Position:
        """Where one of several names stands: the value itself, an item of a list, or a key."""
        if (*path, name) in self.keys:
            return self.keys[*path, name]
        return self.values.get((*path, index)) or self.value(*path)

    def inside(self, path: Path, value: str, offset: int) -> Position:
        """Where a character of a text stands; the text's begin where escapes make that unsure.

        `value` is the text at the path as it was read, and `offset` counts from 0 in it.
        """
        at = self.values.get(path)
        source = self.texts.get(at.file) if at else None
        if at is None or source is None:
            return self.value(*path)
        lines = source.splitlines(keepends=True)
        before = sum(map(len, lines[: at.line - 1]))
        found = _found(source, before + at.column - 1, value[: offset + 1])
        return at if found is None else _moved(at, lines, found - before)


def _found(source: str, begin: int, value: str) -> int | None:
    """The place in a file of the last character of `value`, which begins at `begin`.

    However a text is folded and indented, all but its white space stands there in order.
    """
    style = source[begin : begin + 1]
    place = begin + (style in ("'", '"'))
    if style in ("|", ">"):  # the text begins on the next line
        place = source.find("\n", begin) + 1
    found = None
    for character in filter(str.strip, value):
        while source[place : place + 1].isspace():
            place += 1
        written = "''" if style == character == "'" else character
        if not source.startswith(written, place):
            return None
        found, place = place, place + len(written)
    return found


def _moved(at: Position, lines: list[str], offset: int) -> Position:
    """The position so many characters after the begin of the line of `at`."""
    line = at.line
    while offset >= len(lines[line - 1]):
        offset -= len(lines[line - 1])
        line += 1
    return replace(at, line=line, column=offset + 1)
