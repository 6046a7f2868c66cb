"""What may stand at a key, read from the type of its field."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from streamatlas.model.declared.environments import clusters
from streamatlas.model.declared.nodes import edges
from streamatlas.model.forms import Form
from streamatlas.model.values import Declared, StandsFor


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A value, or a list of them."""

    of: Form


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of parts."""

    of: type[Declared]


@dataclass(frozen=True, slots=True)
class Part:
    """A mapping with known keys; `short` is the one that a mere text stands for."""

    of: type[Declared]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping from names to what all of them are.

    `listed`: names alone will do, one or a list. `alone`: one of them will do, without a name.
    """

    key: Form
    of: Form | Part
    listed: bool = False
    alone: bool = False


Shape: TypeAlias = Form | Choice | OneOrMore | Listed | Part | Mapped


def shape(info: FieldInfo) -> Shape:
    """Of the value of a field; raises TypeError where its type is none of these."""
    return _shape(info.annotation, tuple(info.metadata))


def _shape(annotation: Any, marks: tuple[Any, ...]) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0], (*arguments[1:], *marks))
    if origin in (Union, types.UnionType):
        return _shape(next(a for a in arguments if a is not type(None)), marks)
    if origin is Literal:
        return Choice(arguments)
    if isinstance(annotation, type) and issubclass(annotation, Declared):
        short = next((mark.key for mark in marks if isinstance(mark, StandsFor)), "")
        return Part(annotation, short)
    if origin is tuple:
        return _list(arguments[0], marks)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapped(arguments, marks)
    return _form(annotation, marks)


def _list(item: Any, marks: tuple[Any, ...]) -> Shape:
    return Listed(item) if issubclass(item, Declared) else OneOrMore(_form(item, marks))


def _mapped(arguments: tuple[Any, ...], marks: tuple[Any, ...]) -> Mapped:
    key, of = _shape(arguments[0], ()), _shape(arguments[1], ())
    if not isinstance(key, Form) or not isinstance(of, Form | Part):
        raise TypeError(f"no mapping from {key} to {of} is known here")
    read = [mark.func for mark in marks if isinstance(mark, BeforeValidator)]
    return Mapped(key, of, listed=edges in read, alone=clusters in read)


def _form(annotation: Any, marks: tuple[Any, ...]) -> Form:
    found = [mark for mark in marks if isinstance(mark, Form)]
    if not found:
        raise TypeError(f"{annotation} does not say how it is written")
    return found[-1]
