"""What pydantic says, as problems: in plain words, at the line that must be changed."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.alias_generators import to_snake
from pydantic_core import ErrorDetails

from streamatlas.load.called import called
from streamatlas.load.document import SECTIONS
from streamatlas.model.declared import Topology
from streamatlas.model.near import nearest
from streamatlas.model.positions import Path, Positions
from streamatlas.model.problem import Position, Problem
from streamatlas.model.units import SecretError, UnitError
from streamatlas.model.values import Declared

# Past so many mistakes the file is another kind of file.
MOST = 500

_MEANT = {
    "string_type": "one value is meant here, not a list or mapping",
    "tuple_type": "a list is meant here: [a, b]",
    "mapping_type": "a mapping is meant here: key: value",
    "dict_type": "a mapping is meant here: key: value",
    "model_type": "a mapping is meant here: key: value",
    "model_attributes_type": "a mapping is meant here: key: value",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A problem, the path at which it was found, and the path of what must go with it."""

    path: Path
    gone: Path
    problem: Problem


def explain(
    error: ValidationError, positions: Positions, root: type[Declared] = Topology
) -> Iterator[Mistake]:
    """Each error of the file, and where there are too many, one that says so."""
    for count, detail in enumerate(error.errors(include_url=False)):
        path = _written(detail["loc"], positions)
        gone = path[:-1] if detail["type"] == "missing" else path
        problem = _problem(detail, path, positions, root)
        if count == MOST:
            message = f"only {MOST} mistakes of form are shown at once"
            yield Mistake(path, gone, replace(problem, message=message))
            return
        yield Mistake(path, gone, problem)


def lost(path: Path) -> str | None:
    """The section whose names are not known, when what stands at the path cannot be used."""
    return nearest(str(path[0]), sorted(SECTIONS)) if len(path) == 1 else None


def is_below(path: Path, dropped: set[Path]) -> bool:
    """Whether the path leads to or through something that was dropped."""
    return any(path[:length] in dropped for length in range(len(path) + 1))


def _written(loc: Path, positions: Positions) -> Path:
    """The path without steps that pydantic put in and nobody wrote."""
    path: Path = ()
    for step in loc[:-1]:
        longer = (*path, step)
        if longer in positions.keys or longer in positions.values:
            path = longer
    return (*path, *loc[-1:])


def _problem(
    detail: ErrorDetails, path: Path, positions: Positions, root: type[Declared]
) -> Problem:
    at, loc = _place(path, positions), detail["loc"]
    if detail["type"] == "extra_forbidden":
        return Problem(positions.key(*path), "unknown-key", _unknown(loc, path, root))
    if detail["type"] == "missing":
        return Problem(
            _parent(path, positions), "missing", f"{called(path[:-1])} has no '{path[-1]}'"
        )
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, UnitError):
        unnamed = isinstance(cause, SecretError)
        message = f"{cause}: write {_variable(path)}" if unnamed else str(cause)
        return Problem(at, cause.rule, message)
    return Problem(at, "value", _meant(detail, path, _part(loc, root)))


def _place(path: Path, positions: Positions) -> Position:
    """The value; where a mere text stands for a mapping with that key, the text."""
    written = path in positions.values or path in positions.keys
    return positions.value(*(path if written else path[:-1]))


def _parent(path: Path, positions: Positions) -> Position:
    return positions.key(*path[:-1])


def _meant(detail: ErrorDetails, path: Path, part: Any) -> str:
    value = detail["input"]
    if detail["type"] == "literal_error":
        return f"'{value}' is not known here: write {detail['ctx']['expected']}"
    if detail["type"] == "tuple_type" and isinstance(value, dict):
        return "a list is meant here: put '- ' before each item, or [ ] around them"
    said = _MEANT.get(detail["type"], detail["msg"])
    if not isinstance(value, str) or not isinstance(part, type) or not issubclass(part, Declared):
        return said
    if path[-1] in list(_keys(part)):
        return _too_far_left(path)
    return _wrapped(value, part) or said


def _too_far_left(path: Path) -> str:
    """What is wrong with a key that stands among names of what should have it."""
    if len(path) == 2:
        kind = str(path[0]).removesuffix("s")
        return f"'{path[1]}' is a key of a {kind}: write it further right, below its {kind}"
    said = f"'{path[-1]}' is a key of one server, and there are names of servers beside it"
    return f"{said}: write it below one of them"


def _wrapped(value: str, part: type[Declared]) -> str | None:
    """The mapping that was meant by its first value alone."""
    first = next(_keys(part))
    if first == "owner":
        return None
    try:
        part.model_validate({first: value})
    except ValidationError:
        return None
    return f"a mapping is meant here: write {{{first}: {value}}}"


def _variable(path: Path) -> str:
    """`$EDGE_PASSWORD` for a password of cluster `edge`, `$KAFKA_PASSWORD` for the only one."""
    owner = "_".join(str(step) for step in path[-2:])
    return "$" + to_snake(owner.replace("-", "_").replace(".", "_")).upper()


def _unknown(loc: Path, path: Path, root: type[Declared]) -> str:
    message = f"{called(path[:-1])} has no key '{path[-1]}'"
    known = sorted(_keys(_part(loc[:-1], root)))
    if near := nearest(str(path[-1]), known):
        return f"{message}; did you mean '{near}'?"
    return f"{message}; it may have {', '.join(known)}"


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, type) and issubclass(part, Declared):
        for name, field in part.model_fields.items():
            yield field.alias or name


def _part(loc: Path, root: type[Declared]) -> Any:
    """The type that stands at `loc` below the root."""
    part: Any = root
    for step in loc:
        part = _bare(_below(part, step))
    return part


def _below(part: Any, step: str | int) -> Any:
    if isinstance(part, type) and issubclass(part, Declared):
        return next((f.annotation for f in part.model_fields.values() if f.alias == step), None)
    arguments = get_args(part)
    return (
        arguments[-1 if issubclass(get_origin(part) or object, Mapping) else 0]
        if arguments
        else None
    )


def _bare(part: Any) -> Any:
    """The type below Annotated and `| None`."""
    if get_origin(part) is Annotated:
        return _bare(get_args(part)[0])
    if get_origin(part) in (Union, types.UnionType):
        return _bare(next(a for a in get_args(part) if a is not type(None)))
    return part
