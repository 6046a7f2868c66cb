"""Step: one thing that an apply would do; and the errors that every apply raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

T = TypeVar("T")
Say: TypeAlias = Callable[[str], None]
Verb: TypeAlias = Literal["create", "raise", "configure", "set", "leave"]


class OperateError(Exception):
    """What could not be done, in one plain sentence that shows no secret."""


class UnreachableError(OperateError):
    """A server does not answer, or does not let us in."""


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """One change. `leave` is a difference that is told and not touched: nothing is deleted."""

    verb: Verb
    subject: str
    value: T
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}" + (f": {self.detail}" if self.detail else "")
