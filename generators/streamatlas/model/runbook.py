"""Runbook: a small decision tree for every node of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a question (`ask`), an action (`do`), a call, `open` or `clear`.

    `yes` and `no` lead on from a question; `then` and `otherwise` from an action or a call,
    whose time limit is `within`.
    """

    id: str
    ask: str = ""
    help: str = ""
    check: str = ""
    show: tuple[str, ...] = ()
    yes: str = ""
    no: str = ""
    do: str = ""
    run: Mapping[str, str] = field(default_factory=dict)
    expect: str = ""
    within: timedelta | None = None
    then: str = ""
    otherwise: str = ""
    call: str = ""
    tell: tuple[str, ...] = ()
    open: str = ""
    clear: str = ""


@dataclass(frozen=True, slots=True)
class Runbook:
    """A tree of steps; the first is the start. `opens_on` names the rules that lead here."""

    id: str
    title: str
    kind: str
    opens_on: tuple[str, ...]
    steps: Mapping[str, Step]
