"""Names in hand-written pages: `{{ team("billing").chat }}` must name what exists.

Pages are read without being run, so that everything wrong is reported at once, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from streamatlas.model.problem import Position, Problem
from streamatlas.site import blocks

ATTRIBUTES = {
    "team": ("id", "chat", "on_call", "timezone", "doc", "has", "url", "link"),
    "node": ("kind", "id", "name", "owner", "doc", "timezone", "url", "link"),
}
_LOOKED_UP = ("team", "node", "status", "glossary")
_HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_OPTED_IN = re.compile(r"^render_macros:\s*true\s*$", re.MULTILINE)


def problems(text: str, file: str, facts: Mapping[str, Any]) -> Iterator[Problem]:
    """Everything wrong with the macros of a page; nothing where it does not use them."""
    head = _HEAD.match(text)
    if head is None or not _OPTED_IN.search(head.group()):
        return
    body = "\n" * head.group().count("\n") + text[head.end() :]
    try:
        tree = Environment(autoescape=True).parse(body)
    except TemplateSyntaxError as error:
        yield Problem(Position(file, error.lineno), "macro", error.message or "cannot be read")
        return
    places = _Places(file, body.splitlines())
    for name in tree.find_all(nodes.Name):
        yield from _unknown_macro(name, places)
    for call in tree.find_all(nodes.Call):
        yield from _unknown_name(call, places, facts)
    for attribute in tree.find_all(nodes.Getattr):
        yield from _unknown_attribute(attribute, places)


class _Places:
    """Where a word stands: the parser knows the line, the line knows the column."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self._file = file
        self._lines = lines

    def of(self, line: int, word: str) -> Position:
        """The first place of the word at or after the line where its expression begins."""
        for number in range(line, len(self._lines) + 1):
            column = self._lines[number - 1].find(word)
            if column >= 0:
                return Position(self._file, number, column + 1)
        return Position(self._file, line)


def _unknown_macro(name: nodes.Name, places: _Places) -> Iterator[Problem]:
    known = (*_LOOKED_UP, *blocks.BLOCKS)
    if name.name not in known:
        message = f"there is no macro '{name.name}'{_nearest(name.name, known)}"
        yield Problem(places.of(name.lineno, name.name), "macro", message)


def _unknown_name(call: nodes.Call, places: _Places, facts: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(call.node, nodes.Name) or call.node.name not in _LOOKED_UP:
        return
    macro = call.node.name
    given = call.args[0] if len(call.args) == 1 else None
    if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
        message = f"{macro}() takes one name in quotes"
        yield Problem(places.of(call.lineno, macro), "macro", message)
    elif given.value not in known(macro, facts):
        message = unknown(macro, given.value, facts)
        yield Problem(places.of(call.lineno, given.value), "reference", message)


def _unknown_attribute(attribute: nodes.Getattr, places: _Places) -> Iterator[Problem]:
    call = attribute.node
    if not isinstance(call, nodes.Call) or not isinstance(call.node, nodes.Name):
        return
    known = ATTRIBUTES.get(call.node.name, ())
    if attribute.attr not in known:
        what = f"{call.node.name}() has no '{attribute.attr}'"
        message = f"{what}{_nearest(attribute.attr, known)}; it has {', '.join(known) or 'none'}"
        yield Problem(places.of(attribute.lineno, f".{attribute.attr}"), "macro", message)


def known(macro: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that a macro can look up."""
    where = {"team": "teams", "glossary": "glossary"}.get(macro, "nodes")
    return tuple(facts[where])


def unknown(macro: str, name: str, facts: Mapping[str, Any]) -> str:
    """What is said of a name that does not exist, with the nearest that does."""
    names = known(macro, facts)
    what = {"team": "team", "glossary": "term in the glossary"}.get(macro, "node")
    return f"there is no {what} '{name}'{_nearest(name, names)}"


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean '{near[0]}'?" if near else ""
