"""Which columns have one value only, by the conditions under which they are taken.

This module is slow to import, and many platforms have no SQL: import it where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

Branch = tuple[frozenset[str], exp.Expr]
"""Columns that have one value in a branch, and what the branch gives."""


def single(condition: exp.Expr | None) -> Iterator[exp.Column]:
    """Columns that have one value wherever a condition holds."""
    if isinstance(condition, exp.Where | exp.Paren):
        yield from single(condition.this)
    elif isinstance(condition, exp.And):
        yield from single(condition.this)
        yield from single(condition.expression)
    elif isinstance(condition, exp.EQ):
        yield from _equal(condition.this, condition.expression)
        yield from _equal(condition.expression, condition.this)
    elif isinstance(condition, exp.In) and len(condition.expressions) == 1:
        yield from _equal(condition.this, condition.expressions[0])


def singled(total: exp.Expr) -> Iterator[str]:
    """Names of columns that have one value in what a total adds up: by its FILTER or a CASE."""
    if isinstance(total.parent, exp.Filter):
        yield from _names(total.parent.expression)
    for node in total.find_all(exp.Case, exp.If):
        branches = list(_branches(node))
        numbers = [names for names, value in branches if value.find(exp.Column)]
        every = numbers or [names for names, _ in branches if names]  # else it is a factor
        yield from frozenset.intersection(*every) if every else ()


def added(total: exp.Expr) -> Iterator[exp.Column]:
    """Columns whose values a total adds up: not those of the conditions in it."""
    conditions = (node.this for node in total.find_all(exp.If))
    asked = {id(column) for each in conditions for column in each.find_all(exp.Column)}
    cases = (node.this for node in total.find_all(exp.Case) if node.this)
    asked |= {id(column) for each in cases for column in each.find_all(exp.Column)}
    yield from (column for column in total.find_all(exp.Column) if id(column) not in asked)


def _equal(one: exp.Expr, other: exp.Expr) -> Iterator[exp.Column]:
    columns = list(one.find_all(exp.Column))
    if len(columns) == 1 and not other.find(exp.Column):
        yield columns[0]


def _names(condition: exp.Expr | None) -> frozenset[str]:
    return frozenset(column.name for column in single(condition))


def _branches(node: exp.Expr) -> Iterator[Branch]:
    if isinstance(node, exp.If):
        if not isinstance(node.parent, exp.Case):
            yield _names(node.this), node.args["true"]
            yield from _otherwise(node.args.get("false"))
        return
    for branch in node.args["ifs"]:
        of = _equal(node.this, branch.this) if node.this else single(branch.this)
        yield frozenset(column.name for column in of), branch.args["true"]
    yield from _otherwise(node.args.get("default"))


def _otherwise(value: exp.Expr | None) -> Iterator[Branch]:
    if value is not None:
        yield frozenset(), value
