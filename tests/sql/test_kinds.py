"""Types as Flink 2.2 gives them: seen with DESCRIBE of a view of each."""

import pytest

from streamatlas.sql.columns import Kind
from streamatlas.sql.reading import read_expression

COLUMNS = {
    "a": Kind("string"),
    "b": Kind("int"),
    "big": Kind("bigint"),
    "d": Kind("double"),
    "q": Kind("decimal(18,6)"),
    "ts": Kind("timestamp"),
    "tags": Kind("array<string>"),
}


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("q", "decimal(18,6)"),
        ("(q)", "decimal(18,6)"),
        ("-q", "decimal(18,6)"),
        ("q * q", "decimal(37,12)"),
        ("q / q", "decimal(38,20)"),
        ("q - CAST(1 AS DECIMAL(38, 6))", "decimal(38,6)"),
        ("q + q", "decimal(19,6)"),
        ("q + b", "decimal(19,6)"),
        ("q * d", "double"),
        ("b + CAST(1 AS BIGINT)", "bigint"),
        ("b + b", "int"),
        ("SUM(q)", "decimal(38,6)"),
        ("AVG(q)", "decimal(38,6)"),
        ("SUM(q * q)", "decimal(38,12)"),
        ("SUM(b)", "int"),
        ("AVG(b)", "int"),
        ("SUM(CAST(b AS BIGINT))", "bigint"),
        ("SUM(d)", "double"),
        ("SUM(q) FILTER (WHERE b > 1)", "decimal(38,6)"),
        ("MIN(q)", "decimal(18,6)"),
        ("COUNT(*)", "bigint"),
        ("COUNT(DISTINCT a)", "bigint"),
        ("CAST(q AS DECIMAL)", "decimal(10,0)"),
        ("TRY_CAST(a AS DECIMAL(9, 2))", "decimal(9,2)"),
        ("CAST(a AS TIMESTAMP_LTZ(3))", "timestamp"),
        ("CAST(a AS BYTES)", "bytes"),
        ("CAST(a AS STRING)", "string"),
        ("FLOOR(ts TO DAY)", "timestamp"),
        ("CURRENT_TIMESTAMP", "timestamp"),
        ("CURRENT_DATE", "date"),
        ("UPPER(a) || 'x'", "string"),
        ("SUBSTRING(a, 1, 2)", "string"),
        ("'x'", "string"),
        ("q IS NULL", "boolean"),
        ("b > 1 AND NOT a = 'x'", "boolean"),
        ("CASE WHEN b > 1 THEN a ELSE 'x' END", "string"),
        ("COALESCE(a, 'x')", "string"),
        ("SUM(q) OVER (PARTITION BY a ORDER BY ts)", "decimal(38,6)"),
        ("ROW_NUMBER() OVER (PARTITION BY a ORDER BY ts)", "bigint"),
        # These have a type in Flink, which is not worked out here.
        ("q * 2", ""),
        ("COALESCE(q, 0)", ""),
        ("FLOOR(q)", ""),
        ("SUM(tags)", ""),
        ("ts + INTERVAL '1' DAY", ""),
        ("SOME_FUNCTION(a)", ""),
        ("CAST(a AS ARRAY<STRING>)", ""),
        ("NULL", ""),
    ],
)
def test_types(expression: str, type_: str) -> None:
    found = read_expression(expression, COLUMNS)
    assert found is not None
    assert found.kind.type == type_


@pytest.mark.parametrize(
    ("expression", "cut"),
    [
        ("CAST(q AS BIGINT)", True),
        ("CAST(SUM(q) AS DECIMAL(38, 2))", True),
        ("CAST(b AS BIGINT)", False),
        ("CAST(q AS DECIMAL(38, 8))", False),
        ("CAST(a AS INT)", False),
    ],
)
def test_a_cast_may_cut_fractions_off(expression: str, cut: bool) -> None:
    found = read_expression(expression, COLUMNS)
    assert found is not None
    assert found.kind.cut is cut
