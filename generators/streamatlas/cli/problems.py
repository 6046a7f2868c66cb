"""How problems are shown, and the way that a command without a usable topology ends."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from streamatlas.model.problem import Position, Problem

if TYPE_CHECKING:
    from streamatlas.graph.graph import Graph


USAGE = 64
_WIDTH = 100


class Refused(Exception):  # noqa: N818 - it says what happened
    """The topology cannot be used; `problems` name files relative to `folder`."""

    def __init__(self, problems: Iterable[Problem], folder: Path, code: int = 1) -> None:
        super().__init__("the topology cannot be used")
        self.problems = tuple(problems)
        self.folder = folder
        self.code = code


def load_graph(topology: str, environment: str) -> Graph:
    """The graph of a topology without errors; raises `Refused`, which main() prints."""
    from streamatlas.checks import run
    from streamatlas.graph.resolve import resolve, unknown
    from streamatlas.load.topology import load_topology

    path = Path(topology)
    loaded = load_topology(path)
    if loaded.topology is None:
        raise Refused(loaded.problems, path.parent)
    if strange := unknown(loaded, environment):
        raise Refused(strange, path.parent, USAGE)
    graph = resolve(loaded, environment)
    errors = [problem for problem in run(graph) if problem.level == "error"]
    if errors:
        raise Refused(errors, path.parent)
    return graph


def runbooks(topology: str, named: str | None) -> Path:
    """The folder of runbooks: the one that is named, else the one of the topology."""
    from streamatlas.load import project

    return Path(named) if named else project.runbooks(Path(topology).parent)


def say(problems: Iterable[Problem], folder: Path, out: TextIO) -> None:
    """One line a problem: `file:line:col: level: message (rule)`."""
    for problem in problems:
        print(printable(str(located(problem, folder))), file=out)


def located(problem: Problem, folder: Path) -> Problem:
    """The problem with its file as seen from the working folder."""
    return replace(problem, at=placed(problem.at, folder))


def placed(at: Position, folder: Path) -> Position:
    """The position with its file as seen from the working folder."""
    return replace(at, file=(folder / at.file).as_posix())


def printable(text: str) -> str:
    """The text on one line, without anything that a terminal would obey."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def as_text(problems: Iterable[Problem], folder: Path, out: TextIO) -> None:
    """Each problem with the line it stands on and a mark below the column."""
    texts: dict[str, list[str]] = {}
    for problem in (located(p, folder) for p in problems):
        print(printable(str(problem)), file=out)
        at = problem.at
        if at.file not in texts:
            texts[at.file] = _lines(at.file)
        if at.line <= len(texts[at.file]):
            _point(texts[at.file][at.line - 1], at, out)


def _lines(file: str) -> list[str]:
    from streamatlas.load.text import read_text

    text = read_text(Path(file), file)
    return [line.removesuffix("\r") for line in text.split("\n")] if isinstance(text, str) else []


def _point(line: str, at: Position, out: TextIO) -> None:
    """The line, or the part of it around the column, with a mark below."""
    first = max(0, at.column - 1 - _WIDTH // 2) if at.column > _WIDTH - 10 else 0
    before = printable(line[first : at.column - 1])
    after = printable(line[at.column - 1 : first + _WIDTH])
    if not (before + after).strip():
        return
    before = f"...{before}" if first else before
    after = f"{after}..." if len(line) > first + _WIDTH else after
    print(f"{at.line:6} | {before}{after}\n       | {' ' * _cells(before)}^", file=out)


def _cells(text: str) -> int:
    """How wide a terminal shows a text: some letters take two cells, accents none."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def as_json(problems: Iterable[Problem], folder: Path, out: TextIO) -> None:
    """A JSON list, one object a problem."""
    rows = [
        {
            "file": problem.at.file,
            "line": problem.at.line,
            "column": problem.at.column,
            "level": problem.level,
            "rule": problem.rule,
            "message": problem.message,
        }
        for problem in (located(p, folder) for p in problems)
    ]
    print(json.dumps(rows, indent=2), file=out)


def as_github(problems: Iterable[Problem], folder: Path, out: TextIO) -> None:
    """Annotations of a GitHub workflow."""
    for problem in (located(p, folder) for p in problems):
        at = problem.at
        place = f"file={_property(at.file)},line={at.line},col={at.column}"
        message = _data(f"{problem.message} ({problem.rule})")
        print(f"::{problem.level} {place},title={_property(problem.rule)}::{message}", file=out)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
