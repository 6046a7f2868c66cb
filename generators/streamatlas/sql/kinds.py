"""What type an expression of SQL has in Flink, where that is sure.

This module is slow to import, and many platforms have no SQL: import it where it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from streamatlas.sql.columns import UNKNOWN, Kind
from streamatlas.sql.fits import MOST_DIGITS, digits

Lookup = Callable[[exp.Column], Kind]

_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_WHOLE = ("int", "bigint")
_NAMES = {
    "INT": "int",
    "BIGINT": "bigint",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMPLTZ": "timestamp",
    "TEXT": "string",
    "VARCHAR": "string",
    "CHAR": "string",
    "BYTES": "bytes",
    "VARBINARY": "bytes",
    "BINARY": "bytes",
}
_TEXTS = (exp.Upper, exp.Lower, exp.Trim, exp.DPipe, exp.Concat, exp.Substring)
_TRUTHS = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean)
_SAME = (exp.Paren, exp.Alias, exp.Min, exp.Max, exp.Filter, exp.Window, exp.Neg)


def kind(node: exp.Expr, column: Lookup) -> Kind:
    """The type of an expression; `column` tells that of a column."""
    if isinstance(node, exp.Column):
        return column(node)
    if isinstance(node, exp.Cast):  # and TRY_CAST
        return _cast(node, column)
    if isinstance(node, exp.Floor | exp.Ceil) and node.args.get("to"):
        return replace(kind(node.this, column), bound="")
    if isinstance(node, _SAME):
        own = kind(node.this, column) if isinstance(node.this, exp.Expr) else UNKNOWN
        return own if isinstance(node, exp.Paren | exp.Alias) else replace(own, bound="")
    if isinstance(node, exp.Sum | exp.Avg):
        return _added(node, kind(node.this, column))
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return _computed(node, kind(node.this, column), kind(node.expression, column))
    if isinstance(node, exp.Case | exp.Coalesce):
        return _one_of([kind(branch, column) for branch in _branches(node)])
    return Kind(_simple(node), rough=isinstance(node, exp.Count))


def decimal(precision: int, scale: int) -> str:
    """A decimal as the format writes it."""
    return f"decimal({precision},{scale})"


def _simple(node: exp.Expr) -> str:
    """The type of what has one by itself."""
    if isinstance(node, exp.Count | exp.RowNumber):
        return "bigint"
    if isinstance(node, _TRUTHS):
        return "boolean"
    if isinstance(node, _TEXTS) or (isinstance(node, exp.Literal) and node.is_string):
        return "string"
    if isinstance(node, exp.CurrentTimestamp):
        return "timestamp"
    return "date" if isinstance(node, exp.CurrentDate) else ""


def _cast(node: exp.Cast, column: Lookup) -> Kind:
    target = node.to
    name = target.this.name if isinstance(target, exp.DataType) else ""
    if name == "USERDEFINED":  # Flink's own, which the parser does not know
        name = str(target.args.get("kind")).upper()
    declared = _NAMES.get(name, "")
    if name == "DECIMAL":
        numbers = [int(size.name) for size in target.expressions if size.name.isdigit()]
        declared = decimal(*([*numbers, 0][:2] if numbers else (10, 0)))
    before, after = digits(kind(node.this, column).type), digits(declared)
    cut = bool(before and after and before[1] > after[1])
    return Kind(declared, cut=cut, local=name == "TIMESTAMP")


def _added(node: exp.Expr, of: Kind) -> Kind:
    """A sum of decimals has all the digits that there are; a mean has at least six of them."""
    found = _DECIMAL.fullmatch(of.type)
    if not found:
        return Kind(of.type if of.type in (*_WHOLE, "double") else "", rough=of.rough)
    scale = int(found[2])
    mean = isinstance(node, exp.Avg)
    return replace(of, type=decimal(MOST_DIGITS, max(scale, 6) if mean else scale))


def _computed(node: exp.Expr, left: Kind, right: Kind) -> Kind:
    """What arithmetic gives; its digits are a bound, which no real number may come near."""
    types = {left.type, right.type}
    if types <= {"int", "bigint"}:
        return Kind("bigint" if "bigint" in types else "int", rough=True)
    a, b = digits(left.type), digits(right.type)
    if a and b:
        return Kind(_exact(node, a, b), rough=True)
    double = "double" in types and all(t == "double" or digits(t) for t in types)
    return Kind("double") if double else UNKNOWN


def _exact(node: exp.Expr, left: tuple[int, int], right: tuple[int, int]) -> str:
    (p1, s1), (p2, s2) = left, right
    if isinstance(node, exp.Mul):
        precision, scale = p1 + p2 + 1, s1 + s2
    elif isinstance(node, exp.Div):
        scale = max(6, s1 + p2 + 1)
        precision = p1 - s1 + s2 + scale
    else:
        scale = max(s1, s2)
        precision = max(p1 - s1, p2 - s2) + scale + 1
    if precision > MOST_DIGITS:
        whole = precision - scale
        scale = max(MOST_DIGITS - whole, min(scale, 6))
    return decimal(min(precision, MOST_DIGITS), scale)


def _branches(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Case):
        found = [branch.args["true"] for branch in node.args["ifs"]]
        return [*found, *([node.args["default"]] if node.args.get("default") else [])]
    return [node.this, *node.expressions]


def _one_of(kinds: list[Kind]) -> Kind:
    types = {each.type for each in kinds}
    return Kind(types.pop(), rough=True) if len(types) == 1 else UNKNOWN
