"""Whether one type goes into another, as Flink 2.2's planner says; what it cuts, it does not."""

import pytest

from streamatlas.sql.columns import Kind
from streamatlas.sql.fits import misfit

CUT, NULL = ", and cuts off fractions", ": what is longer becomes NULL"


@pytest.mark.parametrize(
    ("own", "wanted", "why"),
    [
        ("string", "string", None),
        ("string", "int", ": write CAST(... AS INT)"),
        ("int", "string", ": write CAST(... AS STRING)"),
        ("int", "bigint", None),
        ("bigint", "int", ": write CAST(... AS INT)"),
        ("int", "double", None),
        ("double", "bigint", CUT),
        ("double", "decimal(18,6)", None),
        ("decimal(18,6)", "double", None),
        ("decimal(10,0)", "bigint", ": write CAST(... AS BIGINT)"),
        ("decimal(18,6)", "bigint", CUT),
        ("int", "decimal(18,6)", None),
        ("bigint", "decimal(18,6)", NULL),
        ("bigint", "decimal(38,6)", None),
        ("decimal(18,6)", "decimal(38,6)", None),
        ("decimal(38,6)", "decimal(18,6)", NULL),
        ("decimal(18,6)", "decimal(38,2)", CUT),
        ("decimal(38,6)", "decimal(38,8)", NULL),
        ("date", "timestamp", ": write CAST(... AS TIMESTAMP_LTZ(3))"),
        ("boolean", "int", ": write CAST(... AS INT)"),
        ("array<string>", "string", ": write CAST(... AS STRING)"),
        ("array<string>", "array<int>", None),
        ("", "int", None),
    ],
)
def test_types_alone(own: str, wanted: str, why: str | None) -> None:
    assert misfit(Kind(own), wanted) == why


@pytest.mark.parametrize(
    ("own", "wanted", "why"),
    [
        (Kind("decimal(37,12)", rough=True), "decimal(38,6)", None),
        (Kind("decimal(37,12)", rough=True), "decimal(18,6)", None),
        (Kind("decimal(38,12)", rough=True), "decimal(18,6)", NULL),
        (Kind("bigint", rough=True), "decimal(18,6)", None),
        (Kind("bigint", rough=True), "int", ": write CAST(... AS INT)"),
        (Kind("bigint", cut=True), "decimal(38,6)", CUT),
        (Kind("bigint", cut=True), "bigint", None),
        (Kind("decimal(38,2)", cut=True), "decimal(38,6)", CUT),
        (Kind("timestamp", local=True), "date", None),
        (Kind("timestamp", local=True), "timestamp", None),
        (Kind("timestamp", local=True), "string", ": write CAST(... AS STRING)"),
    ],
)
def test_what_has_been_computed(own: Kind, wanted: str, why: str | None) -> None:
    assert misfit(own, wanted) == why
