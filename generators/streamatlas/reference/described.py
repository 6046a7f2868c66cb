"""The text below each field of a declared part, read from its source when it is asked for.

Pydantic could read it at import, and every command would pay for it.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from streamatlas.model.values import Declared

_LINE = re.compile(r"^(Example|Default|Read by): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Description:
    """What a key means, in paragraphs; the rest is empty where it was not said."""

    doc: str
    example: str = ""
    default: str = ""
    read_by: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a part: its name in the file, what was said of it, and its type."""

    name: str
    attribute: str
    described: Description
    info: FieldInfo
    part: type[Declared]

    @property
    def required(self) -> bool:
        """Whether the part cannot do without it."""
        return self.info.is_required()


def keys(part: type[Declared]) -> Iterator[Key]:
    """Every key of the part, in the order of its class and those it builds on."""
    for attribute, info in part.model_fields.items():
        name = info.alias or attribute
        yield Key(name, attribute, description(part, attribute), info, part)


def description(part: type[Any], attribute: str) -> Description:
    """What stands below the field, in the class itself or the nearest it builds on."""
    for cls in part.__mro__:
        if said := _texts(cls.__module__).get((cls.__name__, attribute)):
            return _parsed(said)
    raise LookupError(f"{part.__name__}.{attribute} has no description")


def _parsed(text: str) -> Description:
    lines = dict(_LINE.findall(text))
    doc = re.sub(r"(?<!\n)\n(?!\n)", " ", _LINE.sub("", text).strip())
    return Description(
        doc, lines.get("Example", ""), lines.get("Default", ""), lines.get("Read by", "")
    )


@cache
def _texts(module: str) -> Mapping[tuple[str, str], str]:
    """The text of each field of each class, by their names."""
    if not module.startswith("streamatlas."):
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        (cls.name, name): inspect.cleandoc(text)
        for cls in tree.body
        if isinstance(cls, ast.ClassDef)
        for name, text in _of_class(cls)
    }


def _of_class(cls: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in zip(cls.body, cls.body[1:], strict=False):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, text
