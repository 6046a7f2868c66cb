"""Flink's SQL as far as a general parser carries: what it cannot read is None, never a mistake.

This module is slow to import, and many platforms have no SQL: import it where it is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

# What it does not understand it would print.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

_LONGEST = 100_000
_WINDOWS = ("TUMBLE", "HOP", "CUMULATE", "SESSION")
_FUNCTIONS = (
    *("SUM", "AVG", "MIN", "MAX", "COUNT", "ROW_NUMBER"),
    *("UPPER", "LOWER", "CONCAT", "SUBSTRING", "COALESCE", "FLOOR", "CEIL"),
)
_JSON = (
    *("JSON_VALUE", "JSON_QUERY", "JSON_EXISTS"),
    *("JSON_OBJECT", "JSON_ARRAY", "JSON_OBJECTAGG", "JSON_ARRAYAGG"),
)
_OF_JSON = frozenset(("RETURNING", "ON", "VALUE", "WRAPPER", "KEY", "ABSENT", "NULL"))
_OPENS = (TokenType.L_PAREN, TokenType.L_BRACKET)
_CLOSES = (TokenType.R_PAREN, TokenType.R_BRACKET)

Name = tuple[str, int]
"""A name and where it begins in the text, from 0."""


class Flink(Dialect):
    """Names are quoted with backquotes, texts with one quote."""

    class Tokenizer(tokens.Tokenizer):
        """What makes a name a name."""

        IDENTIFIERS: ClassVar[list[str | tuple[str, str]]] = ["`"]

    class Parser(parser.Parser):
        """Functions whose types are told; others are names, with arguments as Flink has them."""

        FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {
            name: build for name, build in parser.Parser.FUNCTIONS.items() if name in _FUNCTIONS
        }
        FUNC_TOKENS: ClassVar[set[TokenType]] = {*parser.Parser.FUNC_TOKENS, TokenType.SESSION}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query that could be read.

    `items` are the places where the outermost SELECT's columns begin. `windows` maps the place
    of a table under TUMBLE and the like to the columns that it goes by; `opaque` are places of
    tables of which only MATCH_RECOGNIZE knows the columns.
    """

    query: exp.Query
    items: tuple[int, ...]
    windows: Mapping[int, tuple[Name, ...]]
    opaque: frozenset[int]


@lru_cache(maxsize=1024)
def parsed(text: str) -> Parsed | None:
    """The query of a text; None where the parser does not understand it."""
    if len(text) > _LONGEST:
        return None
    try:
        found = Flink().tokenize(text)
        windows, opaque = _windows(found), _opaque(found)
        blank = [(begin, end, at) for at, (begin, end, _) in windows.items()]
        blank += [(begin, end, -1) for begin, end in (*opaque.values(), *_clauses(found))]
        query = Flink().parse(_blanked(text, blank, found))[0]
    except (SqlglotError, RecursionError):
        return None
    if not isinstance(query, exp.Query):
        return None
    by = {at: times for at, (_, _, times) in windows.items()}
    return Parsed(query, tuple(_items(found)), by, frozenset(opaque))


def place(node: exp.Expr | None) -> int | None:
    """Where a name begins in the text; of anything else its first name."""
    for found in node.find_all(exp.Identifier) if node else ():
        start = found.meta.get("start")
        return start if isinstance(start, int) else None
    return None


def _blanked(text: str, blank: list[tuple[int, int, int]], found: Sequence[Token]) -> str:
    """The text with spaces for what is between, but for the name at one place: none moves."""
    ends = {token.start: token.end + 1 for token in found}
    for begin, end, at in blank:
        kept = text[at : ends[at]] if at >= 0 else ""
        before = " " * ((at if at >= 0 else begin) - begin)
        text = text[:begin] + (before + kept).ljust(end - begin) + text[end:]
    return text


def _windows(found: Sequence[Token]) -> dict[int, tuple[int, int, tuple[Name, ...]]]:
    """By the place of its table: the span of a windowing function, and its time columns."""
    windows = {}
    for index, token in enumerate(found[:-6]):
        if token.text.upper() not in _WINDOWS or found[index + 1].token_type not in _OPENS:
            continue
        table = index + (4 if found[index + 3].text == "=>" else 2)
        if found[table].token_type != TokenType.TABLE or found[table + 2].text == ".":
            continue
        last = _closing(found, index + 1)
        times = tuple(_described(found[table:last]))
        first = index
        if index > 1 and found[index - 2].token_type == TokenType.TABLE:
            first, last = index - 2, _closing(found, index - 1)
        windows[found[table + 1].start] = (found[first].start, found[last].end + 1, times)
    return windows


def _described(found: Sequence[Token]) -> Iterator[Name]:
    for name, open_, column in zip(found, found[1:], found[2:], strict=False):
        if name.text.upper() == "DESCRIPTOR" and open_.token_type in _OPENS:
            yield column.text, column.start


def _opaque(found: Sequence[Token]) -> dict[int, tuple[int, int]]:
    """By the place of the name before it: the span of a MATCH_RECOGNIZE."""
    spans = {}
    for index, token in enumerate(found[1:], start=1):
        if token.text.upper() == "MATCH_RECOGNIZE":
            spans[found[index - 1].start] = (token.start, found[_closing(found, index + 1)].end + 1)
    return spans


def _clauses(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Arguments of JSON functions with words between them, which the parser does not know."""
    for index, token in enumerate(found[:-2]):
        if token.text.upper() in _JSON and found[index + 1].token_type in _OPENS:
            last = _closing(found, index + 1)
            if any(inner.text.upper() in _OF_JSON for inner in found[index + 2 : last]):
                yield found[index + 1].end + 1, found[last].start


def _closing(found: Sequence[Token], opening: int) -> int:
    """The index of what closes the parenthesis at an index; the last one where nothing does."""
    depth = 0
    for index in range(opening, len(found)):
        depth += (found[index].token_type in _OPENS) - (found[index].token_type in _CLOSES)
        if not depth:
            return index
    return len(found) - 1


def _items(found: Sequence[Token]) -> Iterator[int]:
    """Where the columns of the first SELECT begin that stands in no parentheses."""
    depth, begun, fresh = 0, False, False
    for token in found:
        if depth == 0 and begun and token.token_type == TokenType.FROM:
            return
        if fresh and token.token_type not in (TokenType.DISTINCT, TokenType.ALL):
            yield token.start
            fresh = False
        depth += (token.token_type in _OPENS) - (token.token_type in _CLOSES)
        if depth == 0 and token.token_type == TokenType.SELECT:
            begun = fresh = True
        elif depth == 0 and begun and token.token_type == TokenType.COMMA:
            fresh = True
