"""SQL as text: names, literals, times, indentation. Whatever a user wrote is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from streamatlas.sql.words import FLINK

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"'(?:[^']|'')*'|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/|[^'`\-/\n;]+|.", re.DOTALL)
_UNITS = (
    (timedelta(days=1), "d", "DAY"),
    (timedelta(hours=1), "h", "HOUR"),
    (timedelta(minutes=1), "min", "MINUTE"),
    (timedelta(seconds=1), "s", "SECOND"),
)


def tokens(sql: str) -> Iterator[str]:
    """The pieces of `sql`, nothing left out; strings, quoted names and comments stay whole."""
    return (match.group() for match in _TOKEN.finditer(sql))


def is_comment(token: str) -> bool:
    """Whether the token is a comment; a hint (`/*+ ... */`) is not."""
    return token.startswith("--") or (token.startswith("/*") and not token.startswith("/*+"))


def identifier(name: str) -> str:
    """A name as it stands in SQL: in backquotes where it is a word of SQL or an odd name."""
    if _PLAIN.fullmatch(name) and name.upper() not in FLINK:
        return name
    return "`" + name.replace("`", "``").replace("$", "$$") + "`"


def identifiers(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(map(identifier, names))


def literal(text: str) -> str:
    """A string in SQL. A `$` is doubled, so that no text of a user becomes a secret."""
    return secret(text.replace("$", "$$"))


def secret(text: str) -> str:
    """A string in SQL that may hold `$NAME`, filled in at the moment of use."""
    return "'" + text.replace("'", "''") + "'"


def written(sql: str) -> str:
    """SQL that a user wrote, without its last semicolon; a `$` in it is doubled."""
    return sql.strip().rstrip(";").rstrip().replace("$", "$$")


def ended(sql: str) -> str:
    """The statement with its semicolon, which a comment on the last line must not hide."""
    return f"{sql}\n;" if "--" in sql.rpartition("\n")[2] else f"{sql};"


def config(length: timedelta) -> str:
    """A duration as Flink's options take it: `90 s`, `7 d`, `1500 ms`."""
    for unit, short, _ in _UNITS:
        if length >= unit and not length % unit:
            return f"{length // unit} {short}"
    return f"{length // timedelta(milliseconds=1)} ms"


def interval(length: timedelta) -> str:
    """A duration as an INTERVAL in one unit where that is exact: `INTERVAL '15' MINUTE`."""
    for unit, _, word in _UNITS:
        count, rest = divmod(length, unit)
        if count and not rest and count < 100:
            return f"INTERVAL '{count}' {word}"
    return _mixed(length)


def _mixed(length: timedelta) -> str:
    hours, rest = divmod(length.seconds, 3600)
    clock = f"{hours:02}:{rest // 60:02}:{rest % 60:02}.{length.microseconds // 1000:03}"
    return f"INTERVAL '{length.days} {clock}' DAY({len(str(length.days))}) TO SECOND(3)"


def indent(sql: str) -> str:
    """The same two spaces further in; what stands inside a string is left as it is."""
    return "  " + "".join("\n  " if token == "\n" else token for token in tokens(sql))


def block(items: Iterable[str]) -> str:
    """Items in parentheses, one a line."""
    return "(\n" + ",\n".join(indent(item) for item in items) + "\n)"
