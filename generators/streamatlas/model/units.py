"""The values of a topology as people write them: durations, rates, sizes, windows of time.

Parsers take the text of one YAML scalar and return a typed value, or raise `UnitError` with
a message that says what is wrong and what to write instead.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

LONGEST = timedelta(days=36_500)


class UnitError(ValueError):
    """A value that cannot be read; `rule` is the id under which `check` reports it."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class SecretError(UnitError):
    """A secret that is written out; who knows its place says which name to write instead."""

    def __init__(self, message: str) -> None:
        super().__init__("secret", message)


@dataclass(frozen=True, slots=True)
class Range:
    """Low to high, both included; `high` is None where there is no upper bound.

    `text` is what was written, for messages; two ranges are equal without it.
    """

    low: float = 0.0
    high: float | None = None
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Days:
    """The local days on which a window begins; weekdays count from Monday = 0."""

    weekdays: frozenset[int] = frozenset(range(7))
    month_day: Literal["1st", "last"] | None = None


@dataclass(frozen=True, slots=True)
class At:
    """A recurring stretch of wall-clock time, start in, end out.

    `start` counts from local midnight; `length` may run past it into the next day and then
    belongs to the day it starts. With `every`, occurrences repeat from `start` through the
    local day.
    """

    start: timedelta
    length: timedelta
    days: Days = field(default_factory=Days)
    every: timedelta | None = None
    text: str = ""


# -- numbers ---------------------------------------------------------------------------------

_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15}(?:\.[0-9]{1,6})?)([kMG]?)")
_FACTORS = {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def number(text: str) -> float:
    """`900`, `1.2k`, `3M`, `20,000`."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise UnitError("number", f"'{text}' is no number: write 900, 1.2k or 3M")
    return float(match[1].replace(",", "")) * _FACTORS[match[2]]


def whole(text: str) -> int:
    """A number without a fraction, such as `12`; at least 1."""
    value = number(text) if _NUMBER.fullmatch(text) else None
    if value == 0:
        raise UnitError("number", f"'{text}' is none at all: write 1 or more")
    if value is None or value != int(value):
        raise UnitError("number", f"'{text}' is no whole number: write 1, 12 or 1k")
    return int(value)


def fraction(text: str) -> float:
    """A factor above 0, such as `0.01`."""
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", text) is None or float(text) == 0:
        raise UnitError("number", f"'{text}' is no factor above 0: write 1 or 0.01")
    return float(text)


def yes_no(text: str) -> bool:
    """`true`, `false`, `yes`, `no`."""
    if text not in ("true", "false", "yes", "no"):
        raise UnitError("value", f"'{text}' is neither yes nor no: write true or false")
    return text in ("true", "yes")


def say_number(value: float) -> str:
    """A number as people write it, to three digits: `950`, `25.9k`, `2.4M`."""
    for letter, size in sorted(_FACTORS.items(), key=lambda item: -item[1]):
        if float(f"{value:.3g}") >= size:
            return f"{float(f'{value / size:.3g}'):g}{letter}"
    return f"{value:.3g}"


# -- durations and sizes ---------------------------------------------------------------------

_SECONDS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_PART = re.compile(r"([0-9]{1,9})(s|min|h|d)")
_DURATION = re.compile(rf"{_PART.pattern}(?: ?{_PART.pattern})*")
_BYTES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def duration(text: str) -> timedelta:
    """`90s`, `15min`, `26h`, `7d`, or parts of them, `23h 55min`."""
    if re.fullmatch(r"[0-9]+", text):
        raise UnitError("duration", f"'{text}' has no unit: write {text}s, {text}min or {text}h")
    if _DURATION.fullmatch(text) is None:
        raise UnitError("duration", f"'{text}' is no duration: write 90s, 15min, 26h or 7d")
    seconds = sum(int(n) * _SECONDS[unit] for n, unit in _PART.findall(text))
    if seconds > LONGEST.total_seconds():
        raise UnitError("duration", f"'{text}' is longer than 100 years")
    return timedelta(seconds=seconds)


def positive(text: str) -> timedelta:
    """A duration above 0."""
    value = duration(text)
    if not value:
        raise UnitError("duration", f"'{text}' is no time at all: write 1s or more")
    return value


def say_duration(value: timedelta) -> str:
    """The shortest way to write a duration of whole seconds: `23h 55min`."""
    seconds, parts = int(value.total_seconds()), []
    for unit, size in sorted(_SECONDS.items(), key=lambda item: -item[1]):
        count, seconds = divmod(seconds, size)
        parts += [f"{count}{unit}"] if count else []
    return " ".join(parts) or "0s"


def size(text: str) -> int:
    """`512KiB`, `8GiB`, `2TiB`, in bytes; at least 1."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(B|KiB|MiB|GiB|TiB)", text)
    if match is None:
        raise UnitError("size", f"'{text}' is no size: write 512KiB, 8GiB or 2TiB")
    found = int(float(match[1]) * _BYTES[match[2]])
    if not found:
        raise UnitError("size", f"'{text}' is no room at all: write 1B or more")
    return found


def restart(text: str) -> tuple[timedelta, timedelta]:
    """`1s-2min`: the shortest and the longest delay before a restart."""
    low, dash, high = text.partition("-")
    if not dash:
        raise UnitError("duration", f"'{text}' is no range of delays: write 1s-2min")
    shortest, longest = positive(low), positive(high)
    if shortest > longest:
        raise UnitError("duration", f"'{text}' runs backwards: write {high}-{low}")
    return shortest, longest


@dataclass(frozen=True, slots=True)
class Keep:
    """What to keep: the newest `count`, and all that is younger than `age`."""

    count: int = 0
    age: timedelta | None = None


def keep(text: str) -> Keep:
    """`5`, `30d`, `5 or 30d`."""
    count, joined, age = text.partition(" or ")
    if joined:
        return Keep(whole(count), positive(age))
    if re.fullmatch(r"[0-9]+", text):
        return Keep(whole(text))
    try:
        return Keep(age=positive(text))
    except UnitError:
        message = f"'{text}' says not what to keep: write 5, 30d or 5 or 30d"
        raise UnitError("value", message) from None


def depth(text: str) -> str:
    """How far a map goes from a node: a number of edges, or `all`."""
    if text != "all" and not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise UnitError("number", f"'{text}' is no depth: write 1, 2 or all")
    return text


# -- rates -----------------------------------------------------------------------------------

_PER = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}


def _split_rate(text: str) -> tuple[str, int]:
    amount, slash, unit = text.rpartition("/")
    if not slash or unit not in _PER:
        raise UnitError("rate", f"'{text}' is no rate: write 200/s, 5/min, 20/h or 1/d")
    return amount, _PER[unit]


def _amount(amount: str, text: str) -> float:
    try:
        return number(amount)
    except UnitError:
        raise UnitError("rate", f"'{text}' is no rate: write 900/s or 1.2k/s") from None


def limit(text: str) -> float:
    """One rate, `25k/s`, in records per second."""
    amount, per = _split_rate(text)
    if re.fullmatch(r"up to .*|at least .*|[^-]+-[^-]+", amount):
        raise UnitError("rate", f"'{text}' is a range, a limit is one number: write 25k/s")
    return _amount(amount, text) / per


def rate(text: str) -> Range:
    """`200-900/s`, `up to 5/s`, `at least 1/min`, in records per second."""
    amount, per = _split_rate(text)
    if not re.search(r"^up to |^at least |-", amount):
        _amount(amount, text)
        ways = f"'up to {text}', '{_below(amount)}-{text}' or 'at least {text}'"
        raise UnitError("rate", f"a normal rate is a range: write {ways}")
    low, high = _bounds(amount, text, "rate")
    return Range(low / per, None if high is None else high / per, text)


def _below(amount: str) -> str:
    return "1" if number(amount) > 1 else "0"


def amounts(text: str) -> Range:
    """`2.5M-5M`, `up to 5M`, `at least 1k`: a number of records."""
    return Range(*_bounds(text, text, "number"), text)


def _bounds(amount: str, text: str, rule: str) -> tuple[float, float | None]:
    if amount.startswith("up to "):
        return 0.0, _amount(amount.removeprefix("up to "), text)
    if amount.startswith("at least "):
        return _amount(amount.removeprefix("at least "), text), None
    low, dash, high = amount.partition("-")
    if not dash:
        raise UnitError(rule, f"'{text}' is one number: write a range, 2.5M-5M or up to 5M")
    lowest, highest = _amount(low, text), _amount(high, text)
    if lowest > highest:
        turned = text.replace(amount, f"{high}-{low}")
        raise UnitError(rule, f"'{text}' runs backwards: write {turned}")
    return lowest, highest


# -- windows of time -------------------------------------------------------------------------

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([0-9]{1,2}):([0-9]{2})"
_FOR = r"[0-9]+(?:s|min|h|d)(?: ?[0-9]+(?:s|min|h|d))*"
_DAILY = re.compile(
    rf"(?P<from>{_CLOCK})-(?P<to>{_CLOCK})(?: for (?P<for>{_FOR}))?(?: (?P<days>.+))?"
)
_EVERY = re.compile(
    rf"every (?P<every>{_FOR}) for (?P<for>{_FOR})(?: from (?P<from>{_CLOCK}))?(?: (?P<days>.+))?"
)
_DAY = timedelta(days=1)


def at(text: str) -> At:
    """`09:10-09:15 [DAYS]`, `08:00-22:00 for 14h [DAYS]`, `every 15min for 2min [DAYS]`."""
    if match := _EVERY.fullmatch(text):
        return _recurring(match, text)
    if match := _DAILY.fullmatch(text):
        return _daily(match, text)
    ways = "09:10-09:15, 22:00-02:00 weekdays or every 15min for 2min"
    raise UnitError("window", f"'{text}' is no window of time: write {ways}")


def _clock(text: str, last: str = "23:59") -> timedelta:
    hours, minutes = (int(part) for part in text.split(":"))
    if minutes > 59 or f"{hours:02}:{minutes:02}" > last:
        raise UnitError("window", f"'{text}' is no time of day: write 00:00 to {last}")
    return timedelta(hours=hours, minutes=minutes)


def _daily(match: re.Match[str], text: str) -> At:
    start, end = _clock(match["from"]), _clock(match["to"], last="24:00")
    length = end - start if end > start else end - start + _DAY
    _agree(match, length)
    return At(start, length, days(match["days"] or "daily"), None, text)


def _agree(match: re.Match[str], length: timedelta) -> None:
    """Refuse a window that is long by mistake: over 12 h it must say how long."""
    said = match["for"]
    stretch, says = f"{match['from']}-{match['to']}", say_duration(length)
    if said and duration(said) != length:
        raise UnitError("window", f"'{stretch}' lasts {says}, not {said}")
    if not said and length == _DAY:
        ways = f"the end after the start, or add 'for {says}' for all day"
        raise UnitError("window", f"'{stretch}' ends where it starts: write {ways}")
    if not said and length > timedelta(hours=12):
        turned = f"{match['to']}-{match['from']}"
        raise UnitError(
            "window", f"'{stretch}' would last {says}: write {turned}, or add 'for {says}'"
        )


def _recurring(match: re.Match[str], text: str) -> At:
    every, length = positive(match["every"]), positive(match["for"])
    if _DAY % every or every < timedelta(minutes=1):
        raise UnitError("window", f"{match['every']} does not divide a day: write 15min, 1h or 6h")
    if length >= every:
        raise UnitError("window", f"'{text}' never ends: 'for' must be shorter than 'every'")
    start = _clock(match["from"] or "00:00")
    return At(start, length, days(match["days"] or "daily"), every, text)


def days(text: str) -> Days:
    """`daily`, `weekdays`, `weekend`, `tue`, `mon-thu`, `mon wed fri`, `1st`, `last`."""
    match text:
        case "daily":
            return Days()
        case "weekdays":
            return Days(frozenset(range(5)))
        case "weekend":
            return Days(frozenset((5, 6)))
        case "1st":
            return Days(month_day="1st")
        case "last":
            return Days(month_day="last")
    return Days(frozenset(d for part in text.split(" ") for d in _weekdays(part, text)))


def _weekdays(part: str, text: str) -> list[int]:
    first, dash, last = part.partition("-")
    if first not in _WEEKDAYS or (dash and last not in _WEEKDAYS):
        ways = "weekdays, weekend, tue, mon-thu, mon wed fri, 1st or last"
        raise UnitError("window", f"'{text}' are no days: write {ways}")
    begin = _WEEKDAYS.index(first)
    count = (_WEEKDAYS.index(last) - begin) % 7 if dash else 0
    return [(begin + n) % 7 for n in range(count + 1)]


# -- words that are handed on ----------------------------------------------------------------


def command(text: str) -> str:
    """A command with its arguments, split into words when it is run; no shell reads it."""
    try:
        words = shlex.split(text)
    except ValueError:
        remedy = "close its quote, or put \\ before a quote that is meant as such"
        raise UnitError("command", f"'{text}' is no command: {remedy}") from None
    if sign := next((word for word in words if word in _OF_SHELLS), None):
        raise UnitError("command", f"no shell reads '{sign}' here: write sh -c '... {sign} ...'")
    return text


_OF_SHELLS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1"})


def secret(text: str) -> str:
    """`$NAME`, and nothing else; the caller says which name to write."""
    if re.fullmatch(r"\$[A-Za-z_][A-Za-z0-9_]*", text) is None:
        raise SecretError("a secret comes from the environment")
    return text
