"""Whether a value of one type may be written into a field of another."""

from __future__ import annotations

import re

from streamatlas.sql.columns import Kind
from streamatlas.sql.types import flink

_DECIMAL = re.compile(r"decimal\((\d+)\s*,\s*(\d+)\)")
_WHOLE = {"int": 10, "bigint": 19}
MOST_DIGITS = 38


def digits(type_: str) -> tuple[int, int] | None:
    """Digits in all and behind the point of a number that has them exactly; else None."""
    if match := _DECIMAL.fullmatch(type_):
        return int(match[1]), int(match[2])
    return (_WHOLE[type_], 0) if type_ in _WHOLE else None


def misfit(own: Kind, wanted: str) -> str | None:
    """What goes wrong where a value is written into a field, as the end of a sentence.

    None where nothing does, or where that cannot be told.
    """
    have, need = digits(own.type), digits(wanted)
    if have and need:
        return _of_numbers(own, have, wanted, need)
    if not own.type or own.type == wanted or (_is_nested(own.type) and _is_nested(wanted)):
        return None
    if own.local and wanted == "date":
        return None
    if own.type == "double" and need:
        return ", and cuts off fractions" if wanted in _WHOLE else None
    return None if have and wanted == "double" else f": write CAST(... AS {flink(wanted)})"


def _of_numbers(own: Kind, have: tuple[int, int], wanted: str, need: tuple[int, int]) -> str | None:
    if own.cut and need[1] > have[1]:
        return ", and cuts off fractions"
    if wanted in _WHOLE:  # Flink puts into these what is whole and no longer, and nothing else
        if have[1]:
            return ", and cuts off fractions"
        fits = own.type in _WHOLE and have[0] <= need[0]
        return None if fits else f": write CAST(... AS {flink(wanted)})"
    longer = ": what is longer becomes NULL"
    if own.rough:  # of products and the like the digits are a bound, but for those of a total
        return longer if have[0] == MOST_DIGITS > need[0] else None
    if have[1] > need[1]:
        return ", and cuts off fractions"
    return longer if have[0] - have[1] > need[0] - need[1] else None


def _is_nested(type_: str) -> bool:
    return type_.startswith(("array<", "map<"))
