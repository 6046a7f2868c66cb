"""A script taken apart into the statements that the SQL gateway takes one at a time."""

from __future__ import annotations

import re

from streamatlas.sql.text import is_comment, tokens

_SET_BEGINS = re.compile(r"\s*(EXECUTE|EXPLAIN)\s+STATEMENT\s+SET\s+BEGIN\b", re.IGNORECASE)


def split(script: str) -> tuple[str, ...]:
    """Statements in order, without comments and last semicolons.

    A statement set from BEGIN to END is one statement.
    """
    statements: list[str] = []
    whole = inner = ""
    for token in tokens(script):
        if is_comment(token):
            continue
        if token != ";":
            inner += token
        elif _SET_BEGINS.match(whole + inner) and inner.strip().upper() != "END":
            whole, inner = whole + inner + ";", ""
        else:
            statements.append((whole + inner).strip())
            whole = inner = ""
    return tuple(s for s in (*statements, (whole + inner).strip()) if s)
