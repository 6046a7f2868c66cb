"""topology.yaml and the files that it includes, as one Topology with its positions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from streamatlas.load.called import called
from streamatlas.load.document import SECTIONS, Document, Tree, parse
from streamatlas.load.errors import Mistake, explain, is_below, lost
from streamatlas.load.includes import includes
from streamatlas.load.text import read_text
from streamatlas.model.declared import Topology
from streamatlas.model.positions import Path as Keys
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position, Problem
from streamatlas.model.values import team_id

MAIN_ONLY = ("platform", "doc", "chat", "edit", "include", "environments")
_LONGEST_MESSAGE = 400
# Leaving out a value may leave its mapping without what it needs, and so on upwards.
_ROUNDS = 4
# A node that lacks one of these is there all the same: others name it.
_UNREAD = ("platform", "chat", "doc")
# All files together: what more would hold no longer fits into the memory of a small machine.
MOST_VALUES = 300_000
MOST_ENVIRONMENTS = 30
MOST_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files say. `topology` is None while anything is wrong with their form.

    `salvaged` is then what could still be read, for checks alone: nothing may be generated
    from it. `owners` maps a file to the team that owns what it declares. `lost` are sections, such
    as `teams`, of which names are missing that somebody may have written, because a file or the
    section could not be read. Positions name files relative to the folder of the main file.
    """

    topology: Topology | None
    positions: Positions
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    salvaged: Topology | None = None
    owners: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


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
    for included in includes(main, path.parent):
        if len(main.values) > MOST_VALUES:
            message = f"more than {MOST_VALUES:,} values in all files up to here"
            main.problems.append(Problem(Position(included), "syntax", message))
            main.lost |= SECTIONS
            break
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
        document = Document(name, problems=[text], lost=set(SECTIONS))
        document.keys[()] = document.values[()] = text.at
        return document
    merged.digest.update(_hashed(name, text))
    return parse(text, name)


def _take_owner(document: Document, merged: _Merged) -> None:
    owner = document.data.pop("owner", None)
    if isinstance(owner, str):
        owner = owner.removeprefix("team/")
        merged.owners[document.name] = owner
        document.problems.extend(_strangers(document, owner))
    elif owner is not None:
        at = document.values[("owner",)]
        document.problems.append(Problem(at, "value", "one team is meant here"))


def _strangers(document: Document, owner: str) -> Iterator[Problem]:
    line = document.keys[("owner",)].line
    for section in ("services", "topics", "jobs", "stores"):
        for name, node in _mapping(document.data.get(section)).items():
            other = team_id(_mapping(node).get("owner", owner))
            if other != owner and isinstance(other, str):
                message = (
                    f"this file is {owner}'s (line {line}); declare elsewhere what {other} owns"
                )
                yield Problem(document.values[(section, name, "owner")], "owner", message)


def _mapping(value: object) -> Tree:
    return value if isinstance(value, dict) else {}


def _merge(part: Document, merged: _Merged) -> None:
    """Add an included file to the main one."""
    into = merged.document
    _take_owner(part, merged)
    into.problems.extend(part.problems)
    into.texts.update(part.texts)
    into.lost |= part.lost
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
        into.lost.add(section)
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
    _limit_environments(document)
    _limit_steps(document)
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
        lost=frozenset(document.lost),
    )


def _limit_environments(document: Document) -> None:
    """The whole platform is judged in every environment."""
    names = list(_mapping(document.data.get("environments")))
    for name in names[MOST_ENVIRONMENTS:]:
        document.data["environments"].pop(name)
    if len(names) > MOST_ENVIRONMENTS:
        at = document.keys["environments", names[MOST_ENVIRONMENTS]]
        message = f"there are {len(names)} environments; at most {MOST_ENVIRONMENTS}"
        document.problems.append(Problem(at, "value", message))


def _limit_steps(document: Document) -> None:
    """Each step is read with all before it; a job of too many is left out."""
    jobs = _mapping(document.data.get("jobs"))
    for name, job in list(jobs.items()):
        steps = list(_mapping(_mapping(job).get("steps")))
        if len(steps) > MOST_STEPS:
            jobs.pop(name)
            document.lost.add("jobs")
            at = document.keys["jobs", name, "steps", steps[MOST_STEPS]]
            message = f"job/{name} has {len(steps)} steps; at most {MOST_STEPS}"
            document.problems.append(Problem(at, "value", message))


def _typed(document: Document, positions: Positions) -> tuple[Topology | None, list[Problem]]:
    """Validate; what is wrong is left out and the rest validated again, for the checks."""
    problems: list[Problem] | None = None
    filled: set[Keys] = set()
    for _ in range(_ROUNDS):
        try:
            return Topology.model_validate(document.data), problems or []
        except ValidationError as error:
            found = list(explain(error, positions))
        if problems is None:
            problems = [m.problem for m in found if not is_below(m.path, document.dropped)]
            document.lost |= {section for m in found if (section := lost(m.path))}
        for mistake in found:
            _mend(document.data, mistake, filled)
    return None, problems or []


def _mend(data: Tree, mistake: Mistake, filled: set[Keys]) -> None:
    """Leave out what is wrong; but leave a node's name, and put in a text that no check reads."""
    path = mistake.path
    parent = _child_at(data, path[:-1])
    lacks = mistake.gone != path and path[-1] in _UNREAD
    is_node = len(path) == 2 and path[0] in SECTIONS and path == mistake.gone
    if (lacks or is_node) and path not in filled and isinstance(parent, dict):
        filled.add(path)
        parent[path[-1]] = {} if is_node else ""
    else:
        _leave_out(data, mistake.gone)


def _child_at(data: Tree, path: Keys) -> Any:
    part: Any = data
    for step in path:
        part = _child(part, step)
    return part


def _leave_out(data: Tree, path: Keys) -> None:
    """Remove what stands at the path; an item of a list goes with its whole list."""
    part = _child_at(data, path[:-1])
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
