"""runbooks/*.yaml: decision trees, each with every mistake of its form and of its ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from streamatlas.load.document import Document, parse
from streamatlas.load.errors import explain
from streamatlas.load.text import read_text
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position, Problem
from streamatlas.model.runbook import Runbook, Step
from streamatlas.model.tree import DeclaredRunbook, DeclaredStep

RULE = "runbook"
MOST_QUESTIONS = 7


def load_runbooks(folder: Path) -> tuple[tuple[Runbook, ...], tuple[Problem, ...]]:
    """All trees of a folder by name, and what is wrong; no folder is no trees.

    Positions name files relative to the folder's parent. A file with problems gives no tree.
    """
    runbooks: list[Runbook] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        name = f"{folder.name}/{path.name}"
        text = read_text(path, name)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        found, wrong = read_runbook(text, name, path.stem)
        problems += wrong
        runbooks += [found] if found and not wrong else []
    return tuple(runbooks), tuple(sorted({*problems, *_shared(runbooks, folder)}))


def read_runbook(text: str, name: str, id: str) -> tuple[Runbook | None, tuple[Problem, ...]]:
    """One tree from its text; `name` is what problems call the file."""
    document = parse(text, name)
    positions = Positions(document.keys, document.values)
    problems, written = list(document.problems), None
    if document.data:
        written, wrong = _typed(document, positions)
        problems += wrong
    if written is None:
        return None, tuple(problems)
    problems += _steps(written, positions)
    return _runbook(written, id), tuple(problems)


def _typed(
    document: Document, positions: Positions
) -> tuple[DeclaredRunbook | None, list[Problem]]:
    try:
        return DeclaredRunbook.model_validate(document.data), []
    except ValidationError as error:
        found = explain(error, positions, document.dropped, DeclaredRunbook)
        return None, [problem for _, problem in found]


def _runbook(written: DeclaredRunbook, id: str) -> Runbook:
    steps = {name: _step(name, step) for name, step in written.steps.items()}
    return Runbook(id, written.title, written.for_, written.opens_on, steps)


def _step(name: str, step: DeclaredStep) -> Step:
    facts = {key: getattr(step, key) for key in DeclaredStep.model_fields if key != "else_"}
    return Step(id=name, otherwise=step.else_, **facts)


def _steps(written: DeclaredRunbook, positions: Positions) -> Iterator[Problem]:
    if not written.steps:
        yield Problem(positions.key("steps"), RULE, "a runbook needs a step")
    for name, step in written.steps.items():
        at = positions.key("steps", name)
        if message := _form(step):
            yield Problem(at, RULE, f"step '{name}' {message}")
        for key, to in _ways(step):
            if to not in written.steps:
                there = positions.value("steps", name, key)
                yield Problem(there, RULE, f"no step '{to}'")
    yield from _way_back(written, positions)
    yield from _unreached(written, positions)


def _form(step: DeclaredStep) -> str:
    """What is wrong with the keys of one step; empty where nothing is."""
    kinds = [k for k in ("ask", "do", "call", "open", "clear") if getattr(step, k)]
    if len(kinds) != 1:
        return "must have exactly one of ask, do, call, open and clear"
    keys = {key for key, _ in _ways(step)}
    allowed = {"ask": {"yes", "no"}, "do": {"then", "else"}, "call": {"then", "else"}}
    if extra := keys - allowed.get(kinds[0], set()):
        return f"has '{kinds[0]}' and so no '{min(extra)}'"
    if kinds[0] == "ask" and keys != {"yes", "no"}:
        return "is a question: it needs yes and no"
    if kinds[0] == "do" and "then" not in keys:
        return "is an action: it needs then"
    return ""


def _ways(step: DeclaredStep) -> Iterator[tuple[str, str]]:
    ways = (("yes", step.yes), ("no", step.no), ("then", step.then), ("else", step.else_))
    yield from ((key, to) for key, to in ways if to)


def _way_back(written: DeclaredRunbook, positions: Positions) -> Iterator[Problem]:
    """A tree may join, but never lead back, nor ask too much."""
    depth: dict[str, int] = {}
    waiting: list[tuple[str, tuple[str, ...], int]] = [(name, (), 0) for name in _start(written)]
    while waiting:
        name, path, asked = waiting.pop()
        step = written.steps.get(name)
        if step is None:
            continue
        if name in path:
            at = positions.key("steps", name)
            yield Problem(at, RULE, f"a way leads back here: {' > '.join((*path, name))}")
            return
        asked += bool(step.ask)
        if asked <= depth.get(name, -1):
            continue
        depth[name] = asked
        if asked > MOST_QUESTIONS:
            message = f"more than {MOST_QUESTIONS} questions on the way to '{name}'"
            yield Problem(positions.key("steps", name), RULE, message)
            return
        waiting += [(to, (*path, name), asked) for _, to in _ways(step)]


def _start(written: DeclaredRunbook) -> tuple[str, ...]:
    return tuple(written.steps)[:1]


def _unreached(written: DeclaredRunbook, positions: Positions) -> Iterator[Problem]:
    seen, waiting = set(_start(written)), list(_start(written))
    while waiting:
        step = written.steps.get(waiting.pop())
        new = {to for _, to in _ways(step)} - seen if step else set()
        seen |= new
        waiting += new
    for name in written.steps:
        if name not in seen:
            yield Problem(positions.key("steps", name), RULE, f"no way leads to step '{name}'")


def _shared(runbooks: list[Runbook], folder: Path) -> Iterator[Problem]:
    """A rule that two files open on."""
    first: dict[str, str] = {}
    for runbook in runbooks:
        for rule in runbook.opens_on:
            other = first.setdefault(rule, runbook.id)
            if other != runbook.id:
                at = Position(f"{folder.name}/{runbook.id}.yaml")
                yield Problem(at, RULE, f"'{rule}' opens {other}.yaml already")
