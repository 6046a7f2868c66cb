"""One YAML document as plain data: mappings, lists and texts, each with its position.

Every scalar is text, and its field decides later what it means. Anchors, aliases, tags, merge
keys and second documents are refused, so that what is written stands where it is read, and
so that a small file cannot become a large one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from streamatlas.load.called import called
from streamatlas.load.syntax import explain, unspaced
from streamatlas.load.text import unprintable
from streamatlas.model.positions import Path
from streamatlas.model.problem import Position, Problem

DEEPEST = 100
MOST_VALUES = 200_000
MOST_PROBLEMS = 100
# Where names stand that others use.
SECTIONS = frozenset(("teams", "services", "topics", "stores", "schemas", "jobs"))
# Keys with one value or a list of them.
_LISTS = {"reads", "writes", "from", "group-by", "id", "key", "was", "also", "of", "collapsed"}
_QUOTE, _SHORT = "quote the whole value", 60
Tree = dict[str, Any]


@dataclass(slots=True)
class Document:
    """What was read. `data` holds only what can be used; `dropped` are paths left out of it.

    `texts` are the files as they are, by name. `lost` are sections that may have held more.
    """

    name: str
    data: Tree = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    dropped: set[Path] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)


class _Refused(Exception):  # noqa: N818 - it says what happened
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(text: str, name: str) -> Document:
    """Read the whole text; problems call the file `name`."""
    document = Document(name)
    document.keys[()] = document.values[()] = Position(name)
    document.texts[name] = text
    if problem := unprintable(text, name):
        document.problems.append(problem)
        document.lost |= SECTIONS
        return document
    try:
        _Builder(text, document).build()
    except yaml.MarkedYAMLError as error:
        document.problems.append(explain(error, text, name))
    except _Refused as refused:
        document.problems.append(refused.problem)
    else:
        return document
    document.data = {}
    document.lost |= SECTIONS
    return document


class _Builder:
    """Builds data from the events of libyaml, which cost no recursion and no memory."""

    def __init__(self, text: str, document: Document) -> None:
        self.lines = text.split("\n")
        self.document = document
        self.events: Iterator[Any] = _checked(
            yaml.parse(text, Loader=yaml.CSafeLoader), document.name
        )

    def build(self) -> None:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _Refused(Problem(Position(self.document.name), "empty", "this file is empty"))
        root = next(self.events)
        if not isinstance(root, yaml.MappingStartEvent):
            first = root.value.partition(" ")[0] if isinstance(root, yaml.ScalarEvent) else ""
            said = unspaced(first) or "a mapping is meant here: key: value"
            self._refuse(root, "syntax", said)
        self.document.data = self._mapping((), root.flow_style)
        next(self.events)
        end = next(self.events)
        if isinstance(end, yaml.DocumentStartEvent):
            self._refuse(end, "syntax", "only one document may stand in a file")

    def _at(self, event: Any) -> Position:
        """Where it stands; libyaml puts the nothing after a last `---` on a line of its own."""
        mark = event.start_mark
        return Position(self.document.name, min(mark.line + 1, len(self.lines)), mark.column + 1)

    def _refuse(self, event: Any, rule: str, message: str) -> None:
        raise _Refused(Problem(self._at(event), rule, message))

    def _say(self, at: Position, rule: str, message: str) -> None:
        self.document.problems.append(Problem(at, rule, message))
        if len(self.document.problems) == MOST_PROBLEMS:
            message = f"{MOST_PROBLEMS} mistakes up to here: the rest was not read"
            raise _Refused(Problem(at, "syntax", message))

    def _value(self, path: Path, event: Any) -> Any:
        self.document.values[path] = self._at(event)
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, event.flow_style)
        return self._list(path)

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            here = (*path, len(items))
            if _is_nothing(event):
                self._say(self._at(event), "empty", "an item of this list is empty")
                self.document.dropped.add(path)
                continue
            items.append(self._value(here, event))
        return items

    def _mapping(self, path: Path, flow: bool | None) -> Tree:
        tree: Tree = {}
        last: tuple[str, Any] | None = None
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                self._refuse(key, "syntax", "a key is one word, not a list or mapping")
            if key.value == "<<" and key.implicit[0]:
                self._refuse(key, "syntax", "'<<' is not read here: write the keys out")
            event = next(self.events)
            if flow and _is_nothing(event) and (said := unspaced(key.value)):
                self._say(self._at(key), "syntax", said)
                self.document.dropped.add((*path, key.value.partition(":")[0]))
                continue
            if flow and last and _is_nothing(event):
                tree.pop(last[0], None)
                self._comma(path, last, key)
                continue
            last = (key.value, event)
            self._pair(tree, path, key, event)
        return tree

    def _pair(self, tree: Tree, path: Path, key: Any, event: Any) -> None:
        here, at = (*path, key.value), self._at(key)
        if here in self.document.keys:
            self._repeated(here, at)
            self._skip(event)
        elif _is_nothing(event):
            self.document.keys[here] = at
            self.document.dropped.add(here)
            self._say(at, "empty", self._empty(key, event))
        else:
            self.document.keys[here] = at
            tree[key.value] = self._value(here, event)

    def _repeated(self, here: Path, at: Position) -> None:
        first = self.document.keys[here]
        self._say(at, "duplicate", f"{called(here)} is declared twice, first at {first}")

    def _skip(self, event: Any) -> None:
        depth = 0
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return
            event = next(self.events)

    def _empty(self, key: Any, event: Any) -> str:
        line = self.lines[key.end_mark.line] if key.end_mark.line < len(self.lines) else ""
        match = re.match(r"\s*:\s*#(\S+)", line[key.end_mark.column :])
        if match:
            fixed = f"{key.value}: {match[1]}"
            return f"{key.value} is empty, because '#' starts a comment; leave the '#' out: {fixed}"
        return f"{key.value} is empty: give it a value, or leave it out"

    def _comma(self, path: Path, last: tuple[str, Any], key: Any) -> None:
        """A comma inside `{ }` has cut a value in two; the tail looks like a key."""
        name, event = last
        self.document.dropped.add((*path, name))
        at = self._at(event)
        if isinstance(event, yaml.ScalarEvent):
            fix = _without_comma(event.value, key.value) or _several(name, event.value, key.value)
            self._say(at, "comma", f"',' ends a value inside {{ }}: {fix}")
        else:
            self._say(self._at(key), "empty", f"{key.value} is empty: give it a value")


def _without_comma(head: str, tail: str) -> str:
    """`300-1` and `200/s` were one number with a comma: `1.2k/s`."""
    begin, end = re.search(r"(\d{1,3})$", head), re.match(r"(\d{3})(?!\d)(.*)", tail)
    if not begin or not end:
        return ""
    thousands = f"{int(begin[1])}.{end[1]}".rstrip("0").rstrip(".")
    return f"write {thousands}k{end[2]}, or quote it"


def _several(name: str, head: str, tail: str) -> str:
    """A list without brackets, where there may be one; else a text with a comma in it."""
    if name in _LISTS and not re.search(r"\s", head + tail):
        return f"write [{head}, {tail}]"
    return f"quote the whole value: '{head}, {tail}'" if len(head + tail) < _SHORT else _QUOTE


def _is_nothing(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value and not event.style


def _position(event: Any, name: str) -> Position:
    return Position(name, event.start_mark.line + 1, event.start_mark.column + 1)


def _checked(events: Iterator[Any], name: str) -> Iterator[Any]:
    """The events, refusing what could explode or mean something else than it looks like."""
    depth = values = 0
    for event in events:
        reason = ""
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            values += 1
            depth += isinstance(event, yaml.CollectionStartEvent)
            reason = _forbidden(event)
            if depth > DEEPEST:
                reason = f"this is nested deeper than {DEEPEST}"
            elif values > MOST_VALUES:
                reason = f"more than {MOST_VALUES:,} values up to here: split it with include"
        if reason:
            raise _Refused(Problem(_position(event, name), "syntax", reason))
        yield event


def _forbidden(event: Any) -> str:
    if isinstance(event, yaml.AliasEvent):
        return f"aliases are not read here: write the value of '*{event.anchor}' out"
    if event.anchor:
        return f"anchors are not read here: leave '&{event.anchor}' out"
    if event.tag:
        return "tags are not read here: leave the '!' and what follows it out, or quote the text"
    return ""
