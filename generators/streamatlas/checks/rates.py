"""Rates in messages: in the unit in which people write the limit, and never two that look alike."""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.model.units import say_number

_UNITS = ((1, "s"), (60, "min"), (3_600, "h"), (86_400, "d"))


def rate(value: float, like: float) -> str:
    """`25k/s`, `12/min`: in the unit of another rate."""
    return f"{number(value, like)}/{_unit(like)[1]}"


def number(value: float, like: float) -> str:
    """The same without the unit."""
    return say_number(value * _unit(like)[0])


def different(limit: float, value: float) -> tuple[str, str]:
    """A limit and another rate, as precise as it takes to see that they differ."""
    if number(limit, limit) != number(value, limit):
        return rate(limit, limit), rate(value, limit)
    size, unit = _unit(limit)
    return f"{limit * size:.10g}/{unit}", f"{value * size:.10g}/{unit}"


def label(origin: Ref, among: set[Ref]) -> str:
    """An id, or the reference where another kind has the id too."""
    name = origin.partition("/")[2]
    return name if sum(ref.partition("/")[2] == name for ref in among) == 1 else origin


def _unit(like: float) -> tuple[int, str]:
    """The first unit in which the rate is 1 or more."""
    return next((unit for unit in _UNITS if round(like * unit[0], 9) >= 1), _UNITS[-1])
