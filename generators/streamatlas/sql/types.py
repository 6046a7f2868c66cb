"""Declared field types as Flink and PostgreSQL call them."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"decimal\((\d+)\s*,\s*(\d+)\)")
_NESTED = re.compile(r"(array|map)<(.*)>")

_FLINK = {
    "string": "STRING",
    "boolean": "BOOLEAN",
    "int": "INT",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP_LTZ(3)",
    "bytes": "BYTES",
}

_POSTGRES = {
    "string": "text",
    "boolean": "boolean",
    "int": "integer",
    "bigint": "bigint",
    "double": "double precision",
    "date": "date",
    "timestamp": "timestamp(3)",
    "bytes": "bytea",
}


def flink(declared: str) -> str:
    """The type in Flink SQL; ValueError where the declared type is none of the format's."""
    if match := _DECIMAL.fullmatch(declared):
        return f"DECIMAL({match[1]}, {match[2]})"
    if match := _NESTED.fullmatch(declared):
        return f"{match[1].upper()}<{', '.join(map(flink, _parts(match[1], match[2])))}>"
    return _scalar(_FLINK, declared)


def flink_in_store(declared: str) -> str:
    """The type of a store's column: JDBC takes no time zone, so UTC is kept without one."""
    return flink(declared).replace("TIMESTAMP_LTZ(3)", "TIMESTAMP(3)")


def postgres(declared: str) -> str:
    """The type in PostgreSQL; a timestamp is UTC, a map is kept as JSON."""
    if match := _DECIMAL.fullmatch(declared):
        return f"numeric({match[1]}, {match[2]})"
    if match := _NESTED.fullmatch(declared):
        return "jsonb" if match[1] == "map" else postgres(match[2].strip()) + "[]"
    return _scalar(_POSTGRES, declared)


def _scalar(names: dict[str, str], declared: str) -> str:
    if declared not in names:
        raise ValueError(f"no field type {declared!r}")
    return names[declared]


def _parts(kind: str, inner: str) -> list[str]:
    """`K, V` of a map, or the one type of an array: commas inside `()` and `<>` do not count."""
    depth = 0
    for index, character in enumerate(inner):
        depth += (character in "(<") - (character in ")>")
        if kind == "map" and character == "," and not depth:
            return [inner[:index].strip(), inner[index + 1 :].strip()]
    if kind == "map":
        raise ValueError(f"no field type 'map<{inner}>'")
    return [inner.strip()]
