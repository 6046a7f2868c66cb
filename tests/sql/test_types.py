import pytest

from streamatlas.sql.types import flink, flink_in_store, postgres


@pytest.mark.parametrize(
    ("declared", "in_flink", "in_postgres"),
    [
        ("string", "STRING", "text"),
        ("bytes", "BYTES", "bytea"),
        ("timestamp", "TIMESTAMP_LTZ(3)", "timestamp(3)"),
        ("decimal(38,6)", "DECIMAL(38, 6)", "numeric(38, 6)"),
        ("array<decimal(9, 2)>", "ARRAY<DECIMAL(9, 2)>", "numeric(9, 2)[]"),
        ("map<string, array<int>>", "MAP<STRING, ARRAY<INT>>", "jsonb"),
        (
            "map<decimal(9,2),map<string,date>>",
            "MAP<DECIMAL(9, 2), MAP<STRING, DATE>>",
            "jsonb",
        ),
    ],
)
def test_types(declared: str, in_flink: str, in_postgres: str) -> None:
    assert flink(declared) == in_flink
    assert postgres(declared) == in_postgres


def test_a_store_keeps_utc_without_a_zone() -> None:
    assert flink_in_store("array<timestamp>") == "ARRAY<TIMESTAMP(3)>"


@pytest.mark.parametrize("declared", ["strang", "", "decimal(9)", "STRING) --", "map<string>"])
def test_what_is_no_type_never_reaches_sql(declared: str) -> None:
    with pytest.raises(ValueError):
        flink(declared)
    if not declared.startswith("map"):
        with pytest.raises(ValueError):
            postgres(declared)
