"""topology.yaml and the files that it includes, as one Topology with its positions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from streamatlas.load.called import called
from streamatlas.load.document import Document, Tree, parse
from streamatlas.load.errors import explain, is_below
from streamatlas.load.text import read_text
from streamatlas.model.declared import Topology
from streamatlas.model.positions import Path as Keys
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position, Problem

MAIN_ONLY = ("platform", "doc", "chat", "edit", "include", "environments")
_LONGEST_MESSAGE = 400
# Leaving out a value may leave its mapping without what it needs, and so on upwards.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say. `topology` is None while anything is wrong with their form.

    `salvaged` is then what could still be read, for checks alone: nothing may be generated
    from it. `owners` maps a file to the team that owns what it declares. Positions name files
    relative to the folder of the main file.
    """

    topology: Topology | None
    positions: Positions
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    salvaged: Topology | None = None
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Merged:
    """Several documents on their way to one."""

    document: Document
    owners: dict[str, str] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)


def load_topology(path: Path) -> Loaded:
    """Read the file and all that it includes; every mistake of form is a problem."""
    merged = _Merged(Document(path.name))
    main = _document(path, path.name, merged)
    merged.document = main
    _take_owner(main, merged)
    for included in _includes(main, path.parent):
        _merge(_document(path.parent / included, included, merged), merged)
    return _validated(merged)


def loads(text: str, name: str) -> Loaded:
    """Read a text that includes nothing; problems call it `name`."""
    merged = _Merged(parse(text, name))
    merged.digest.update(_hashed(name, text))
    _take_owner(merged.document, merged)
    return _validated(merged)


def _hashed(name: str, text: str) -> bytes:
    return f"{name}\0{len(text)}\0{text}".encode(errors="replace")


def _document(path: Path, name: str, merged: _Merged) -> Document:
    text = read_text(path, name)
    if isinstance(text, Problem):
        document = Document(name, problems=[text])
        document.keys[()] = document.values[()] = text.at
        return document
    merged.digest.update(_hashed(name, text))
    return parse(text, name)


def _take_owner(document: Document, merged: _Merged) -> None:
    owner = document.data.pop("owner", None)
    if isinstance(owner, str):
        merged.owners[document.name] = owner
        document.problems.extend(_strangers(document, owner))
    elif owner is not None:
        at = document.values[("owner",)]
        document.problems.append(Problem(at, "value", "one team is meant here"))


def _strangers(document: Document, owner: str) -> Iterator[Problem]:
    line = document.keys[("owner",)].line
    for section in ("services", "topics", "jobs", "stores"):
        for name, node in _mapping(document.data.get(section)).items():
            other = _mapping(node).get("owner", owner)
            if other != owner and isinstance(other, str):
                message = (
                    f"this file is {owner}'s (line {line}); declare elsewhere what {other} owns"
                )
                yield Problem(document.values[(section, name, "owner")], "owner", message)


def _mapping(value: object) -> Tree:
    return value if isinstance(value, dict) else {}


def _includes(main: Document, folder: Path) -> Iterator[str]:
    """Names of included files, relative to the folder, in the order of their names."""
    written = main.data.get("include", [])
    patterns = [written] if isinstance(written, str) else written
    found: set[str] = set()
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        at = main.values.get(("include", index)) or main.values[("include",)]
        if isinstance(pattern, str):
            found.update(_matching(pattern, folder, at, main.problems))
    yield from sorted(found - {main.name})


def _matching(pattern: str, folder: Path, at: Position, problems: list[Problem]) -> list[str]:
    if pattern.startswith(("/", "~")) or ".." in pattern.split("/"):
        problems.append(Problem(at, "include", f"'{pattern}' leads out of the folder of this file"))
        return []
    try:
        inside = folder.resolve()
        files = [p for p in folder.glob(pattern) if p.resolve().is_relative_to(inside)]
    except (ValueError, NotImplementedError, OSError, RuntimeError):
        problems.append(Problem(at, "include", f"'{pattern}' is no pattern of files"))
        return []
    if not files:
        problems.append(Problem(at, "include", f"no file matches '{pattern}'"))
    return [p.relative_to(folder).as_posix() for p in files]


def _merge(part: Document, merged: _Merged) -> None:
    """Add an included file to the main one."""
    into = merged.document
    _take_owner(part, merged)
    into.problems.extend(part.problems)
    into.texts.update(part.texts)
    moved: dict[Keys, Keys] = {}
    for section, value in part.data.items():
        if section in MAIN_ONLY:
            message = f"only the main file may have '{section}'"
            into.problems.append(Problem(part.keys[section,], "unknown-key", message))
        elif section == "maintenance" and isinstance(value, list):
            moved |= _append(into, value)
        elif section != "format":
            moved |= _join(part, into, section, value)
    into.dropped.update(_copy(part, into, moved))


def _append(into: Document, items: list[Any]) -> dict[Keys, Keys]:
    known = into.data.setdefault("maintenance", [])
    if not isinstance(known, list):
        return {}
    offset = len(known)
    known.extend(items)
    return {("maintenance", n): ("maintenance", n + offset) for n in range(len(items))}


def _join(part: Document, into: Document, section: str, value: Any) -> dict[Keys, Keys]:
    """Put a section's entries beside those of the main file; the paths that were taken over."""
    known = into.data.setdefault(section, {})
    into.keys.setdefault((section,), part.keys[section,])
    into.values.setdefault((section,), part.values[section,])
    if not isinstance(value, dict) or not isinstance(known, dict):
        message = "a mapping is meant here: key: value"
        into.problems.append(Problem(part.values[section,], "value", message))
        return {}
    taken: dict[Keys, Keys] = {}
    for name, node in value.items():
        path = (section, name)
        if first := into.keys.get(path):
            message = f"{called(path)} is declared twice, first at {first}"
            into.problems.append(Problem(part.keys[path], "duplicate", message))
        else:
            known[name] = node
            taken[path] = path
    return taken


def _copy(part: Document, into: Document, moved: dict[Keys, Keys]) -> set[Keys]:
    """Take over the positions of what was taken over; what of it was dropped."""
    for source, target in ((part.keys, into.keys), (part.values, into.values)):
        for path, position in source.items():
            if (there := moved.get(path[:2])) and len(path) > 1:
                target[(*there, *path[2:])] = position
    return {(*moved[path[:2]], *path[2:]) for path in part.dropped if path[:2] in moved}


def _validated(merged: _Merged) -> Loaded:
    document = merged.document
    positions = Positions(document.keys, document.values, document.texts)
    topology, problems = None, list(document.problems)
    if document.data:
        topology, found = _typed(document, positions)
        problems += found
    problems = [_short(p) for p in problems]
    return Loaded(
        topology=None if problems else topology,
        positions=positions,
        problems=tuple(sorted(set(problems))),
        digest=merged.digest.hexdigest()[:16],
        salvaged=topology,
        owners=merged.owners,
    )


def _typed(document: Document, positions: Positions) -> tuple[Topology | None, list[Problem]]:
    """Validate; what is wrong is left out and the rest validated again, for the checks."""
    problems: list[Problem] | None = None
    for _ in range(_ROUNDS):
        try:
            return Topology.model_validate(document.data), problems or []
        except ValidationError as error:
            found = list(explain(error, positions))
        if problems is None:
            problems = [m.problem for m in found if not is_below(m.path, document.dropped)]
        for mistake in found:
            _leave_out(document.data, mistake.gone)
    return None, problems or []


def _leave_out(data: Tree, path: Keys) -> None:
    """Remove what stands at the path; an item of a list goes with its whole list."""
    part: Any = data
    for step in path[:-1]:
        part = _child(part, step)
    if path and isinstance(part, dict):
        part.pop(path[-1], None)
    elif len(path) > 1:
        _leave_out(data, path[:-1])


def _child(part: Any, step: str | int) -> Any:
    if isinstance(part, dict):
        return part.get(step)
    return part[step] if isinstance(part, list) and isinstance(step, int) else None


def _short(problem: Problem) -> Problem:
    if len(problem.message) <= _LONGEST_MESSAGE:
        return problem
    message = problem.message[:_LONGEST_MESSAGE] + " ..."
    return Problem(problem.at, problem.rule, message, problem.level)
