"""What a user may write as SQL: one query or one expression, that ends where its text ends."""

from __future__ import annotations

import re

from streamatlas.sql.text import is_comment, tokens

_QUERY = re.compile(r"\s*\(*\s*(SELECT|WITH)\b", re.IGNORECASE)
_CLOSED_BY = {"(": ")", "[": "]"}


def query_fault(text: str) -> str | None:
    """What is wrong with a whole query, as a message; None where nothing is."""
    code = _code(text.strip().removesuffix(";"))
    if not _QUERY.match(code):
        return "a query begins with SELECT"
    return expression_fault(text.strip().removesuffix(";"))


def expression_fault(text: str) -> str | None:
    """What keeps a text from being one expression, as a message; None where nothing does."""
    pieces = [token for token in tokens(text) if not is_comment(token)]
    for piece in pieces:
        if piece in ("'", "`"):
            return f"this {piece} is never closed"
        if piece == ";":
            return "';' ends a statement: write one, without it"
    if "/*" in "".join(p for p in pieces if not p.startswith(("'", "`", "/*+"))):
        return "this /* is never closed"
    return _unbalanced(_code(text)) or (None if _code(text).strip() else "there is nothing here")


def _code(text: str) -> str:
    """The text without comments, strings and quoted names."""
    kept = (" x " if token[0] in "'`" else token for token in tokens(text) if not is_comment(token))
    return "".join(kept)


def _unbalanced(code: str) -> str | None:
    wanted: list[str] = []
    for character in code:
        if character in _CLOSED_BY:
            wanted.append(_CLOSED_BY[character])
        elif character in ")]" and (not wanted or wanted.pop() != character):
            return f"this '{character}' closes nothing"
    return f"a '{wanted[-1]}' is missing" if wanted else None
