"""Runbooks: one decision tree a file, strict, with every mistake at its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError

from streamatlas.load.document import Document, parse
from streamatlas.load.errors import explain, is_below
from streamatlas.load.text import read_text
from streamatlas.load.tree import item, mistakes
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position, Problem
from streamatlas.model.runbook import Runbook, Step
from streamatlas.model.values import Declared, Duration, Texts

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
Known = Literal["job", "topic", "service", "store", "source"]
Whom = Literal["owner", "hit", "status-page"]
Kind = Literal["sandbox", "kubernetes"]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _StepForm(Declared):
    """A step as it is written; which keys belong together is checked afterwards."""

    ask: str = ""
    help: str = ""
    check: str = ""
    show: Texts = ()
    yes: str = ""
    no: str = ""
    do: str = ""
    run: dict[Kind, str] = Field(default_factory=dict)
    expect: str = ""
    within: Duration | None = None
    then: str = ""
    else_: str = ""
    call: str = ""
    tell: Annotated[tuple[Whom, ...], BeforeValidator(_one_or_more)] = ()
    open: str = ""
    clear: str = ""


class _RunbookForm(Declared):
    title: str
    for_: Known
    opens_on: Texts
    steps: dict[str, _StepForm] = Field(min_length=1)


def load_runbooks(folder: Path) -> tuple[tuple[Runbook, ...], tuple[Problem, ...]]:
    """Every `*.yaml` of the folder, by name, and all that is wrong with them.

    A runbook with a mistake of form is left out. No folder means no runbooks. Positions name
    the file with its folder, `runbooks/job-restarts.yaml`.
    """
    read = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    runbooks = tuple(runbook for runbook, _, _ in read if runbook)
    problems = {problem for _, _, found in read for problem in found}
    problems.update(_named_twice((runbook, at) for runbook, at, _ in read if runbook))
    return runbooks, tuple(sorted(problems))


def _read(path: Path) -> tuple[Runbook | None, Positions, list[Problem]]:
    name = f"{path.parent.name}/{path.name}"
    text = read_text(path, name)
    if isinstance(text, Problem):
        return None, Positions({}, {(): text.at}), [text]
    document = parse(text, name)
    positions = Positions(document.keys, document.values)
    runbook, problems = _typed(path.stem, document, positions)
    if not _ID.fullmatch(path.stem) or path.stem == "index":
        message = "a runbook's file is called by letters, digits, '-', '_' and '.', and not 'index'"
        problems.append(Problem(Position(name), "id", message))
    if runbook is None or problems:
        return None, positions, problems
    return runbook, positions, list(mistakes(runbook, positions))


def _typed(
    identity: str, document: Document, positions: Positions
) -> tuple[Runbook | None, list[Problem]]:
    if not document.data:
        return None, document.problems
    try:
        form = _RunbookForm.model_validate(document.data)
    except ValidationError as error:
        found = explain(error, positions, _RunbookForm)
        new = (m.problem for m in found if not is_below(m.path, document.dropped))
        return None, [*document.problems, *new]
    return _runbook(identity, form), document.problems


def _runbook(identity: str, form: _RunbookForm) -> Runbook:
    steps = {name: _step(name, step) for name, step in form.steps.items()}
    return Runbook(identity, form.title, form.for_, form.opens_on, steps)


def _step(name: str, form: _StepForm) -> Step:
    values = form.model_dump(exclude={"else_", "run"})
    run: Mapping[str, str] = {str(kind): command for kind, command in form.run.items()}
    return Step(id=name, otherwise=form.else_, run=run, **values)


def _named_twice(read: Iterable[tuple[Runbook, Positions]]) -> Iterator[Problem]:
    """A rule opens one runbook of a kind: the first that names it."""
    first: dict[str, Position] = {}
    for runbook, positions in read:
        for index, rule in enumerate(runbook.opens_on):
            at = item(positions, "opens-on", index)
            if rule in first:
                yield Problem(at, "runbook", f"'{rule}' opens another runbook, at {first[rule]}")
            first.setdefault(rule, at)
