"""Problem: one thing wrong with what a user wrote, and where.

Problems are data. Readers and checks collect them, the command line sorts and prints them
once; nothing stops at the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def seen_from(self, other: Position) -> str:
        """How a message at another place names this one: `line 42`, or `FILE:42`."""
        return f"line {self.line}" if self.file == other.file else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in plain words, with what to do; sorts by position."""

    at: Position
    rule: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.at}: {self.level}: {self.message} ({self.rule})"
