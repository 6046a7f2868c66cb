"""Where each value of a topology was written, so that a later check can point at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from streamatlas.model.problem import Position

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions by path, such as `("services", "vault", "owner")`; list items by index.

    The empty path is the file itself. What was not written has the position of the key of its
    nearest written ancestor.
    """

    keys: Mapping[Path, Position]
    values: Mapping[Path, Position]

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
