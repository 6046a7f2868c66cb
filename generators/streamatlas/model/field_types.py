"""The types of fields as people write them: text in, the type or `UnitError` out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from streamatlas.model.units import UnitError

_SIMPLE = {"string", "boolean", "int", "bigint", "double", "date", "timestamp", "bytes"}
_DIGITS = 38
_DECIMAL = re.compile(r"decimal\(([0-9]{1,2}),([0-9]{1,2})\)")
# What databases, formats and languages call them.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "string": ("varchar", "nvarchar", "char", "character", "text", "str", "uuid", "json", "utf8"),
    "boolean": ("bool", "bit"),
    "int": ("integer", "int32", "smallint", "tinyint", "short", "int16", "int4", "serial"),
    "bigint": ("long", "int64", "int8", "bigserial"),
    "double": ("float", "real", "float32", "float64", "float4", "float8", "doubleprecision"),
    "decimal": ("numeric", "number", "bigdecimal", "dec", "money"),
    "timestamp": ("datetime", "timestamptz", "timestamp_ltz", "instant", "datetime64"),
    "bytes": ("binary", "varbinary", "blob", "bytea"),
}
_HERE = {other: name for name, others in _ELSEWHERE.items() for other in others}


def field_type(text: str) -> str:
    """`string boolean int bigint double decimal(p,s) date timestamp bytes array<T> map<K,V>`."""
    compact = re.sub(r"\s+", "", text)
    if _is_type(compact, depth=0):
        return compact
    raise UnitError("type", f"no type '{text}'{_remedy(compact.lower())}")


def _is_type(text: str, depth: int) -> bool:
    if text in _SIMPLE:
        return True
    if match := _DECIMAL.fullmatch(text):
        return not _too_long(match)
    if depth > 4:
        return False
    if match := re.fullmatch(r"array<(.+)>", text):
        return _is_type(match[1], depth + 1)
    if match := re.fullmatch(r"map<([a-z]+(?:\([0-9]+,[0-9]+\))?),(.+)>", text):
        return _is_type(match[1], depth + 1) and _is_type(match[2], depth + 1)
    return False


def _too_long(match: re.Match[str]) -> str:
    """What is wrong with the digits of a decimal, or nothing."""
    digits, after = int(match[1]), int(match[2])
    if not 1 <= digits <= _DIGITS:
        return f"a decimal has 1 to {_DIGITS} digits"
    return "" if after <= digits else f"of {digits} digits no {after} stand after the point"


def _remedy(text: str) -> str:
    if (match := _DECIMAL.fullmatch(text)) and (wrong := _too_long(match)):
        return f": {wrong}"
    if near := _near(text):
        return f"; did you mean '{near}'?"
    simple = " ".join(sorted(_SIMPLE))
    return f": write {simple}, decimal(18,6), array<string> or map<string,int>"


def _near(text: str) -> str | None:
    """The type that another name means, with the digits of a decimal."""
    name, _, rest = text.partition("(")
    name = _HERE.get(name, name)
    if name == "decimal":
        digits = rest.removesuffix(")") if "," in rest else "18,6"
        return near if _is_type(near := f"decimal({digits})", depth=0) else None
    return name if name in _SIMPLE else None
