"""What the YAML parser says, in plain words and at the place that must be changed."""

from __future__ import annotations

import re

import yaml

from streamatlas.model.problem import Position, Problem

_CLOSES = {"a flow mapping": ("{", "}"), "a flow sequence": ("[", "]")}
_NO_COLON = "could not find expected ':'"
_NOT_HERE = "mapping values are not allowed in this context"
_TAB = "a tab may not indent: use spaces"
_UNSPACED = re.compile(r"(?:- )?([A-Za-z][A-Za-z0-9._-]*):([^\s:/].*)")
_SAID = {
    "found a tab character that violates indentation": _TAB,
    _NOT_HERE: ("':' may not stand here: quote the text, or put the key on a line of its own"),
    "block sequence entries are not allowed in this context": (
        "a list may not begin here: put '-' on a line of its own"
    ),
    _NO_COLON: "this line is neither 'key: value' nor part of a text",
    "found unknown escape character": "'\\' means something inside \"\": write '\\\\' or use ''",
    "did not find expected '-' indicator": "this list goes on without '-'",
    "did not find expected node content": "a value is missing here",
    "did not find expected <document start>": "only one document may stand in a file",
    "did not find expected comment or line break": "nothing may follow '|' or '>' on its line",
}


def explain(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    """The problem that the parser stopped at."""
    mark = error.problem_mark or error.context_mark
    message = _message(error, text)
    if (_is_open(error) or error.problem == _NO_COLON) and error.context_mark:
        mark = error.context_mark  # where it began, not where the parser gave up
    if mark is None:
        return Problem(Position(name), "syntax", message)
    return Problem(_position(mark, text, name), "syntax", message)


def unspaced(text: str) -> str | None:
    """What to write when a key and its value were meant, and the space between them is missing."""
    match = _UNSPACED.fullmatch(text.strip())
    return f"a space is missing after ':': write {match[1]}: {match[2]}" if match else None


def _deeper(mark: yaml.Mark, text: str) -> bool:
    """Whether a line that begins with a key stands below a line that already has a value."""
    above, here = text.split("\n")[mark.line - 1 : mark.line + 1] if mark.line else ("", "")
    begins = re.match(r"( *)[A-Za-z0-9._-]+$", here[: mark.column])
    value = re.match(r"( *)[A-Za-z0-9._-]+: +[^\s#|>]", above)
    return bool(begins and value and len(begins[1]) > len(value[1]))


def _position(mark: yaml.Mark, text: str, name: str) -> Position:
    """The mark, or the end of the last line that holds something when it is past that."""
    lines = text.rstrip().split("\n")
    if mark.line >= len(lines):
        return Position(name, len(lines), len(lines[-1]) + 1)
    return Position(name, mark.line + 1, mark.column + 1)


def _is_open(error: yaml.MarkedYAMLError) -> bool:
    """A bracket or quote that begins on an earlier line than the one where it is missed."""
    begin, seen = error.context_mark, error.problem_mark
    if begin is None or seen is None or seen.line == begin.line:
        return False
    return _opened(error) is not None


def _opened(error: yaml.MarkedYAMLError) -> str | None:
    context = (error.context or "").removeprefix("while parsing ").removeprefix("while scanning ")
    if context in _CLOSES and "did not find expected ','" in (error.problem or ""):
        return _CLOSES[context][0]
    if context == "a quoted scalar" and "unexpected" in (error.problem or ""):
        return "quote"
    return None


def _message(error: yaml.MarkedYAMLError, text: str) -> str:
    problem, opened = error.problem or "", _opened(error)
    if problem == _NOT_HERE and error.problem_mark and _deeper(error.problem_mark, text):
        return "this line stands further right than the one above, which has its value already"
    if problem == _NO_COLON and error.context_mark:
        line = text.split("\n")[error.context_mark.line]
        return unspaced(line) or _SAID[_NO_COLON]
    if _is_open(error):
        return (
            "this quote is never closed"
            if opened == "quote"
            else f"this '{opened}' is never closed"
        )
    if opened in ("{", "["):
        return f"',' or '{'}' if opened == '{' else ']'}' is missing here"
    if problem == "found character that cannot start any token":
        return _bad_start(error, text)
    if problem == "did not find expected key":
        return "this line fits no line above: look at the spaces before it, and at quotes"
    return _SAID.get(problem, problem or "this is no YAML")


def _bad_start(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    line = text.split("\n")[mark.line] if mark else ""
    char = line[mark.column : mark.column + 1] if mark else ""
    if char == "\t":
        return _TAB
    return f"a value may not begin with '{char}': quote it"
