"""A JSON Schema of the file, from which editors complete, explain and underline.

Draft 7, which the YAML language server knows best, without references to elsewhere. A plain
scalar is text for us; an editor's reader makes a number of `12` and a boolean of `true`, so
those types are let through where text is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

from streamatlas.model import declared, forms
from streamatlas.model.forms import Form
from streamatlas.model.values import Declared
from streamatlas.reference import defaults
from streamatlas.reference.described import Key, keys
from streamatlas.reference.shapes import Choice, Listed, Mapped, OneOrMore, Part, Shape, shape
from streamatlas.targets.pages import promises

Schema: TypeAlias = dict[str, Any]

FILE = "topology.schema.json"
OWNER = (
    "The team that owns what this file declares, where nothing else is said."
    " In a file that is included it owns all of it."
)


def schema() -> Schema:
    """The whole schema, for the main file and for those that it includes."""
    root = _part(declared.Topology)
    root["properties"]["owner"] = _form(forms.TEAM_REF) | _said(OWNER)
    # Files that are included have none.
    root.pop("required")
    parts = sorted(_below(declared.Topology), key=lambda part: part.__name__)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **root,
        "definitions": {part.__name__: _part(part) for part in parts},
    }


def text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _below(part: type[Declared]) -> set[type[Declared]]:
    """Every part that may stand somewhere below it."""
    found: set[type[Declared]] = set()
    ahead = [part]
    while ahead:
        for next_one in _of_keys(ahead.pop()):
            if next_one not in found:
                found.add(next_one)
                ahead.append(next_one)
    return found


def _of_keys(part: type[Declared]) -> Iterator[type[Declared]]:
    for key in keys(part):
        match shape(key.info):
            case Mapped(of=Part(of=found)) | Part(of=found) | Listed(of=found):
                yield found


def _part(part: type[Declared]) -> Schema:
    found: Schema = {
        "type": "object",
        **_said((part.__doc__ or "").strip()),
        "properties": {key.name: _key(key) for key in keys(part)},
        "additionalProperties": False,
    }
    if required := [key.name for key in keys(part) if key.required]:
        found["required"] = required
    return found


def _key(key: Key) -> Schema:
    what = shape(key.info)
    found = _shape(what) | _said("\n\n".join(_words(key, what)))
    if example := key.described.example:
        found["examples"] = [yaml.load(example, yaml.BaseLoader)]
    if (value := defaults.value(key)) and value != "the id":
        found["default"] = value
    return found


def _words(key: Key, what: Shape) -> Iterator[str]:
    yield key.described.doc
    match what:
        case Form(pattern=pattern, doc=doc) | OneOrMore(of=Form(pattern=pattern, doc=doc)):
            if pattern:
                yield doc
    if default := defaults.default(key):
        yield f"Default: {default}."
    if key.described.read_by:
        yield f"Read by: {key.described.read_by}."
    if key.name in promises.KEYS:
        yield f"In this version: {promises.said(key.name)}."


def _said(text: str) -> Schema:
    """A description; once more for editors that show Markdown, where there is some in it."""
    plain = text.replace("`", "")
    return {"description": plain} | ({"markdownDescription": text} if text != plain else {})


def _shape(what: Shape) -> Schema:
    match what:
        case Form():
            return _form(what)
        case Choice(words):
            return {"enum": list(words)}
        case OneOrMore(of):
            return {"anyOf": [_form(of), {"type": "array", "items": _form(of)}]}
        case Listed(of):
            return {"type": "array", "items": _ref(of)}
        case Part(of, short):
            return {"anyOf": [_form(_form_of(of, short)), _ref(of)]} if short else _ref(of)
        case Mapped():
            return _mapped(what)


def _ref(part: type[Declared]) -> Schema:
    return {"$ref": f"#/definitions/{part.__name__}"}


def _form_of(part: type[Declared], name: str) -> Form:
    """How the key is written that a mere text stands for."""
    found = next(shape(key.info) for key in keys(part) if key.name == name)
    if not isinstance(found, Form):
        raise TypeError(f"'{name}' of {part.__name__} is no single value")
    return found


def _mapped(what: Mapped) -> Schema:
    every: Schema = {"type": "object", "additionalProperties": _shape(what.of)}
    if what.key.pattern:
        every["propertyNames"] = _pattern(what.key)
    if what.listed:
        names = _form(what.key)
        return {"anyOf": [names, {"type": "array", "items": names}, every]}
    if what.alone:
        named = {"minProperties": 1, "additionalProperties": {"type": "object"}}
        return {"type": "object", "if": named, "then": every, "else": _shape(what.of)}
    return every


def _form(form: Form) -> Schema:
    found: Schema = {"type": ["string", *form.plain] if form.plain else "string"}
    if form.pattern:
        found |= _pattern(form)
    if form.least is not None:
        found["minimum" if form.least else "exclusiveMinimum"] = form.least
    if form.most is not None:
        found["maximum"] = form.most
    if form.whole:
        found["multipleOf"] = 1
    if form.examples:
        found["examples"] = list(form.examples)
    return found


def _pattern(form: Form) -> Schema:
    """With what the YAML language server says of a text that breaks it."""
    meant = form.doc.split(". ")[0].rstrip(".").replace("`", "")
    message = f"{meant}. For example: {' | '.join(form.examples)}"
    return {"pattern": form.pattern, "patternErrorMessage": message, "errorMessage": message}
