"""The columns of free SQL, as far as a parser can tell without knowing Flink's dialect."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Of the same length, so that positions in an error stay true.
_TABLE_ARGUMENT = re.compile(r"(?<=\()(\s*)TABLE(?=\s)", re.IGNORECASE)


def columns(select: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names of the columns of a SELECT over `known` tables; empty where that is not clear."""
    import sqlglot  # slow to import, and most topologies have no free SQL
    from sqlglot import exp

    blanked = _TABLE_ARGUMENT.sub(lambda m: m.group(1) + " " * 5, select)
    try:
        query = sqlglot.parse_one(blanked)
    except sqlglot.errors.SqlglotError:
        return ()
    if not isinstance(query, exp.Query):
        return ()
    tables = {table.name for table in query.find_all(exp.Table)}
    names: list[str] = []
    for item in query.selects:
        if isinstance(item, exp.Star) or item.is_star:
            if len(tables) != 1 or not (stars := known.get(next(iter(tables)), ())):
                return ()
            names += stars
        elif not isinstance(item, exp.Alias | exp.Column):
            return ()
        else:
            names.append(item.alias_or_name)
    return tuple(names)
