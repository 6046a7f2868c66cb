"""Runbook: a small decision tree for every node of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

WHAT = ("ask", "do", "call", "open", "clear")


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

    @property
    def what(self) -> str:
        """`ask`, `do`, `call`, `open` or `clear`."""
        return next(kind for kind in WHAT if getattr(self, kind))

    @property
    def text(self) -> str:
        """What the step says, whatever it is."""
        return str(getattr(self, self.what))

    def ways(self) -> Iterator[tuple[str, str]]:
        """The key and the step of every way on: `yes`, `no`, `then`, `else`."""
        ways = {"yes": self.yes, "no": self.no, "then": self.then, "else": self.otherwise}
        return ((key, step) for key, step in ways.items() if step)


@dataclass(frozen=True, slots=True)
class Runbook:
    """A tree of steps; the first is the start. `opens_on` names the rules that lead here."""

    id: str
    title: str
    kind: str
    opens_on: tuple[str, ...]
    steps: Mapping[str, Step]

    @property
    def path(self) -> str:
        """Where its page stands in the portal, as in `Verdict.runbook`."""
        return f"catalog/triage/{self.id}/"

    @property
    def start(self) -> Step:
        """The first question."""
        return next(iter(self.steps.values()))


def opens(runbooks: Iterable[Runbook]) -> Mapping[str, str]:
    """Which page to open for a rule: rule id to path. The first runbook that names it has it."""
    found: dict[str, str] = {}
    for runbook in runbooks:
        for rule in runbook.opens_on:
            found.setdefault(rule, runbook.path)
    return found
