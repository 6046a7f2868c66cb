"""Whether a SELECT adds up by windows or over all time, and what a job keeps for it.

A window forgets when it closes. What is kept otherwise is kept for as long as the job is told.
This module is slow to import, and many platforms have no SQL: import it where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from streamatlas.sql.columns import Kind
from streamatlas.sql.kinds import Lookup
from streamatlas.sql.understood import Changes, Kept

# In GROUP BY these are windows; in FROM they are taken out before the parser comes.
_GROUPS = frozenset(("TUMBLE", "HOP", "SESSION"))
# Flink's own, which are mere names to the parser.
_AGGREGATES = frozenset(
    (
        *("LISTAGG", "FIRST_VALUE", "LAST_VALUE", "COLLECT", "ARRAY_AGG", "JSON_ARRAYAGG"),
        *("JSON_OBJECTAGG", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "VARIANCE"),
        *("PERCENTILE", "APPROX_COUNT_DISTINCT"),
    )
)
_LISTS = (exp.Group, exp.Tuple, exp.Paren, exp.GroupingSets, exp.Cube, exp.Rollup)
_ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def adds_up(select: exp.Select) -> bool:
    """Whether a SELECT gives totals of rows, of groups or of all."""
    return bool(select.args.get("group")) or any(
        _is_aggregate(node) and node.find_ancestor(exp.Window, exp.Select) is select
        for node in select.find_all(exp.AggFunc, exp.Anonymous)
    )


def changes(query: exp.Expr, column: Lookup, given: Iterable[Kind]) -> Changes:
    """Why the rows of a query replace earlier ones; `given` is what a SELECT gives."""
    if isinstance(query, exp.SetOperation):
        return "distinct" if query.args.get("distinct") else ""
    if not isinstance(query, exp.Select):
        return ""
    if adds_up(query) and not by_window(query.args.get("group"), column):
        return "total"
    return "distinct" if query.args.get("distinct") and not _is_whole(given) else ""


def kept(query: exp.Expr, column: Lookup, given: Iterable[Kind]) -> Iterator[Kept]:
    """What a job must remember for a query, without what it remembers for those inside."""
    if why := changes(query, column, given):
        yield "totals" if why == "total" else "repeats"
    if not isinstance(query, exp.Select):
        return
    for node in query.find_all(exp.RowNumber):
        over = node.find_ancestor(exp.Window, exp.Select)
        mine = over is not None and over.find_ancestor(exp.Select) is query
        if mine and not _is_whole(_kinds(_partition(over), column)):
            yield "repeats"
    if any(_is_regular(join, query, column) for join in query.args.get("joins") or ()):
        yield "joins"


def has_window(query: exp.Expr) -> bool:
    """Whether a GROUP BY goes by a window of its own."""
    return any(_names_window(node) for group in query.find_all(exp.Group) for node in _flat(group))


def by_window(group: exp.Expr | None, column: Lookup) -> bool:
    """Whether groups are those of windows: of one that is named here, or by start and end."""
    if group is None:
        return False
    nodes = list(_flat(group))
    return any(map(_names_window, nodes)) or _is_whole(_kinds(nodes, column))


def _is_whole(kinds: Iterable[Kind]) -> bool:
    return {"start", "end"} <= {each.bound for each in kinds}


def _kinds(nodes: Iterable[exp.Expr], column: Lookup) -> Iterator[Kind]:
    return (column(node) for node in nodes if isinstance(node, exp.Column))


def _partition(window: exp.Expr | None) -> list[exp.Expr]:
    return list(window.args.get("partition_by") or ()) if window else []


def _names_window(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() in _GROUPS


def _flat(node: exp.Expr) -> Iterator[exp.Expr]:
    """What rows are grouped by, in GROUPING SETS too."""
    if not isinstance(node, _LISTS):
        yield node
        return
    for inner in node.iter_expressions():
        yield from _flat(inner)


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.AggFunc) or node.name.upper() in _AGGREGATES


def _is_regular(join: exp.Expr, select: exp.Select, column: Lookup) -> bool:
    """Whether both sides of a join are kept: nothing says for how long they may be needed."""
    other = join.this
    if isinstance(other, exp.Unnest) or other.args.get("version"):
        return False
    if isinstance(other, exp.Lateral) and not isinstance(other.this, exp.Subquery):
        return False
    conditions = (join.args.get("on"), select.args.get("where"))
    return not _is_timed([each for each in conditions if each], column)


def _is_timed(conditions: list[exp.Expr], column: Lookup) -> bool:
    """Whether times of both sides lie near each other, or are those of one window."""
    ordered = 0
    for node in (found for each in conditions for found in each.walk()):
        if not isinstance(node, (exp.Between, exp.EQ, *_ORDERED)):
            continue
        columns = list(node.find_all(exp.Column))
        kinds = [column(each) for each in columns]
        tables = {each.table for each in columns}
        if len(columns) < 2 or (len(tables) < 2 and "" not in tables):
            continue
        if isinstance(node, exp.EQ):
            ordered += 2 * all(kind.bound or kind.type == "timestamp" for kind in kinds)
        elif all(kind.type in ("", "timestamp") for kind in kinds):
            ordered += 2 if isinstance(node, exp.Between) else 1
    return ordered > 1
