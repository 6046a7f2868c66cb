"""What is wrong with a runbook: keys, ways, loops, and how much a person must answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position, Problem
from streamatlas.model.runbook import WHAT, Runbook, Step

MOST_QUESTIONS = 7
_KEYS = {
    "ask": ("help", "check", "show", "yes", "no"),
    "do": ("help", "run", "expect", "within", "then", "else"),
    "call": ("help", "tell", "within", "then", "else"),
    "open": (),
    "clear": (),
}
_NEEDS = {
    "ask": ("yes", "no"),
    "do": ("within", "then", "else"),
    "call": (),
    "open": (),
    "clear": (),
}
_FACT = re.compile(r"(verdict|evidence|node)\.[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")

_CALL = re.compile(rf"owner|watched_by|owner\((platform|{_FACT.pattern})\)")
_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES = ("environment", "namespace", "owner")


def item(positions: Positions, *path: str | int) -> Position:
    """Where an item of a list stands; a list of one may be written without brackets."""
    return positions.values.get(path) or positions.value(*path[:-1])


def mistakes(runbook: Runbook, positions: Positions) -> Iterator[Problem]:
    """All of them: first each step by itself, then the ways between steps where all are right."""
    wrong = [p for step in runbook.steps.values() for p in _step(runbook, step, positions)]
    yield from wrong
    if not runbook.opens_on:
        yield Problem(positions.key("opens-on"), "runbook", "no rule opens this runbook")
    if not wrong:
        yield from _tree(runbook, positions)


def _step(runbook: Runbook, step: Step, positions: Positions) -> Iterator[Problem]:
    here = ("steps", step.id)
    kinds = [kind for kind in WHAT if getattr(step, kind)]
    if len(kinds) != 1:
        said = " and ".join(kinds) or "none"
        message = f"'{step.id}' needs one of {', '.join(WHAT)}; it has {said}"
        yield Problem(positions.key(*here), "runbook", message)
        return
    yield from _keys(step, kinds[0], positions)
    for key, way in step.ways():
        if way not in runbook.steps:
            yield Problem(positions.value(*here, key), "reference", _unknown(way, runbook))
    for index, fact in enumerate(step.show):
        if not _FACT.fullmatch(fact):
            message = f"'{fact}' is no fact: write verdict.NAME, evidence.NAME or node.NAME"
            yield Problem(item(positions, *here, "show", index), "runbook", message)
    if step.call and not _CALL.fullmatch(step.call):
        message = (
            f"'{step.call}' is nobody: write owner, watched_by, owner(platform) or owner(FACT)"
        )
        yield Problem(positions.value(*here, "call"), "runbook", message)
    yield from _places(runbook, step, positions)


def _places(runbook: Runbook, step: Step, positions: Positions) -> Iterator[Problem]:
    """What stands in braces in a command is filled in with a fact of the node."""
    known = sorted((runbook.kind, *_PLACES))
    for kind, command in step.run.items():
        for name in _PLACE.findall(command):
            if name not in known:
                message = f"'{{{name}}}' is no fact; there is {', '.join(known)}"
                yield Problem(positions.value("steps", step.id, "run", kind), "runbook", message)


def _keys(step: Step, kind: str, positions: Positions) -> Iterator[Problem]:
    here = ("steps", step.id)
    written = {path[2] for path in positions.keys if len(path) == 3 and path[:2] == here}
    for key in sorted(str(key) for key in written - {kind, *_KEYS[kind]}):
        message = f"'{key}' does not go with '{kind}'; it may have {_listed(_KEYS[kind])}"
        yield Problem(positions.key(*here, key), "unknown-key", message)
    needed = _NEEDS[kind]
    if kind == "call" and written & {"then", "else", "within"}:
        needed = ("within", "then", "else")
    for key in needed:
        if key not in written:
            yield Problem(positions.key(*here), "missing", f"'{step.id}' has no '{key}'")


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(keys) or "nothing else"


def _unknown(way: str, runbook: Runbook) -> str:
    near = get_close_matches(way[:60], runbook.steps, 1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"there is no step '{way}'{hint}"


def _tree(runbook: Runbook, positions: Positions) -> Iterator[Problem]:
    order, back = _walk(runbook)
    for step, key in back:
        message = f"this leads back to '{dict(step.ways())[key]}': a tree may join, never loop"
        yield Problem(positions.value("steps", step.id, key), "runbook", message)
    for name in runbook.steps:
        if name not in order:
            at = positions.key("steps", name)
            yield Problem(at, "runbook", f"no step leads to '{name}'")
    if not back:
        yield from _length(runbook, order, positions)


def _walk(runbook: Runbook) -> tuple[list[str], list[tuple[Step, str]]]:
    """Reached steps, each after all that it leads to; and the ways that go back."""
    order: list[str] = []
    back: list[tuple[Step, str]] = []
    path = {runbook.start.id: runbook.start.ways()}
    while path:
        here, ways = next(reversed(path.items()))
        key, way = next(ways, ("", ""))
        if not way:
            order.append(here)
            path.popitem()
        elif way in path:
            back.append((runbook.steps[here], key))
        elif way not in order:
            path[way] = runbook.steps[way].ways()
    return order, back


def _length(runbook: Runbook, order: list[str], positions: Positions) -> Iterator[Problem]:
    """Nobody answers more than seven questions at night."""
    ahead: dict[str, int] = {}
    for name in order:
        step = runbook.steps[name]
        ahead[name] = bool(step.ask) + max((ahead[way] for _, way in step.ways()), default=0)
    most = ahead[runbook.start.id]
    if most > MOST_QUESTIONS:
        message = f"a way through asks {most} questions; at most {MOST_QUESTIONS}"
        yield Problem(positions.key("steps"), "runbook", message)
