"""Every rule that a problem can name, with its text: checks by their docstrings, form by a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from inspect import getdoc

from streamatlas.checks import CHECKS, DATED, Check, Dated
from streamatlas.model.problem import Level

_HEADING = re.compile(r"^## (\S+)$\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A rule: its id, and what it says in Markdown; the first line is what must hold."""

    id: str
    level: Level
    text: str

    @property
    def line(self) -> str:
        """What must hold, in one line."""
        return self.text.partition("\n")[0]


@cache
def rules() -> Mapping[str, Rule]:
    """All of them by id, in the order of their names."""
    return {rule.id: rule for rule in sorted((*_of_form(), *_of_checks()))}


def _of_checks() -> Iterator[Rule]:
    registered: tuple[Check | Dated, ...] = (*CHECKS, *DATED)
    for check in registered:
        yield Rule(check.ID, check.LEVEL, getdoc(check) or "")


def _of_form() -> Iterator[Rule]:
    """What is wrong before there is a graph; `form.md` has a section for each."""
    text = (files(__package__) / "form.md").read_text(encoding="utf-8")
    parts = _HEADING.split(text)[1:]
    for name, said in zip(parts[::2], parts[1::2], strict=True):
        yield Rule(name, "error", said.strip())
