"""What a rule of `check` says, in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TextIO

from streamatlas.cli.problems import USAGE, printable
from streamatlas.model.near import nearest
from streamatlas.reference.rules import Rule, rules


def explain(name: str, out: TextIO) -> int:
    """Print the text of the rule, or of all rules a line; 64 where there is no such rule."""
    known = rules()
    if not name:
        _list(known, out)
    elif rule := known.get(name):
        print(f"{rule.id} ({rule.level})\n\n{rule.text}", file=out)
    else:
        near = nearest(name, list(known))
        hint = f"did you mean '{near}'?" if near else "streamatlas check --explain lists all"
        print(printable(f"streamatlas check: no rule '{name}'; {hint}"), file=sys.stderr)
        return USAGE
    return 0


def _list(known: Mapping[str, Rule], out: TextIO) -> None:
    width = max(map(len, known))
    for rule in known.values():
        print(f"{rule.id:{width}}  {rule.level:7}  {rule.line}", file=out)
