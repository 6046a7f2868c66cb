from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.sql.columns import Columns, Kind
from streamatlas.sql.reading import read, read_expression

T = {
    "a": Kind("string"),
    "b": Kind("int"),
    "ts": Kind("timestamp"),
    "x": Kind("string"),
    "q": Kind("decimal(18,6)"),
    "tags": Kind("array<string>"),
    "m": Kind("map<string,int>"),
}
R = {"a": Kind("string"), "rate": Kind("double"), "ts": Kind("timestamp")}
TABLES: dict[str, Columns | None] = {"t": T, "u": T, "r": R, "odd": None}
VALID = [q.strip() for q in (Path(__file__).parent / "selects.sql").read_text().split(";\n")]


@pytest.mark.parametrize("select", VALID)
def test_what_flink_takes_is_no_mistake(select: str) -> None:
    reading = read(select, TABLES)
    assert reading is not None
    assert reading.missing == () == reading.unclear
    assert {mention.name for mention in reading.mentions} <= {"t", "u", "r"}
    for mention in reading.mentions:
        assert select[mention.offset :].lstrip("`").startswith(mention.name)


WORDED: dict[str, Columns | None] = {"w": {"day": Kind("int"), "value": Kind("string")}}


@pytest.mark.parametrize(
    ("select", "unclear"),
    [
        ("SELECT value FROM w", ["value"]),
        ("SELECT UPPER(value) AS v, w.value AS x FROM w", ["value", "value"]),
        ("SELECT `value`, w.`day` FROM w", []),
        ("SELECT `value` FROM w WHERE day > 1", ["day"]),
        ("SELECT TIMESTAMPADD(DAY, 1, CURRENT_TIMESTAMP) AS x FROM w", []),
        ("SELECT TIMESTAMPADD(day, 1, CURRENT_TIMESTAMP) AS x FROM w", []),
        ("SELECT FLOOR(CURRENT_TIMESTAMP TO day) AS x, INTERVAL '1' day AS y FROM w", []),
        ("SELECT a FROM t JOIN r ON t.a = r.a", ["a"]),
        ("SELECT a FROM t JOIN r USING (a)", []),
        ("SELECT a FROM t NATURAL JOIN r", []),
        ("SELECT a FROM t, odd", []),
        ("SELECT b FROM t WHERE EXISTS (SELECT a FROM r)", []),
    ],
)
def test_a_column_that_cannot_be_told(select: str, unclear: list[str]) -> None:
    reading = read(select, TABLES | WORDED)
    assert reading is not None
    assert [each.name for each in reading.unclear] == unclear
    assert all(select[each.offset :].startswith(each.name) for each in reading.unclear)


@pytest.mark.parametrize(
    ("select", "missing", "of"),
    [
        ("SELECT aa FROM t", "aa", ("t",)),
        ("SELECT A FROM t", "A", ("t",)),
        ("SELECT a FROM t WHERE nope = 1", "nope", ("t",)),
        ("SELECT a FROM t WHERE b > 1 GROUP BY a, nope", "nope", ("t",)),
        ("SELECT SUM(nope) AS s FROM t", "nope", ("t",)),
        ("SELECT CAST(nope AS INT) AS s, a FROM t", "nope", ("t",)),
        ("SELECT l.nope FROM t AS l JOIN r ON l.a = r.a", "nope", ("t",)),
        ("SELECT nope FROM t AS l JOIN r ON l.a = r.a", "nope", ("t", "r")),
        ("SELECT l.a FROM t AS l JOIN r ON l.a = r.nope", "nope", ("r",)),
        ("SELECT nope FROM (SELECT a, b AS c FROM t) AS s", "nope", ("s",)),
        ("SELECT b FROM (SELECT a, b AS c FROM t) AS s", "b", ("s",)),
        ("SELECT a FROM (SELECT nope FROM t) AS s (a)", "nope", ("t",)),
        ("WITH s AS (SELECT a FROM t) SELECT b FROM s", "b", ("s",)),
        ("WITH s (c) AS (SELECT a FROM t) SELECT a FROM s", "a", ("s",)),
        ("SELECT a FROM t UNION ALL SELECT nope FROM r", "nope", ("r",)),
        ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM r WHERE r.a = t.nope)", "nope", ("t",)),
        ("SELECT a FROM t WHERE b IN (SELECT nope FROM r)", "nope", ("r",)),
        ("SELECT FLOOR(ts TO DAY) AS d, COUNT(*) AS n FROM t GROUP BY d", "d", ("t",)),
        (
            "SELECT a FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(nope), INTERVAL '1' HOUR))",
            "nope",
            ("t",),
        ),
        ("SELECT a AS `nope`, `nope` AS y FROM t", "nope", ("t",)),
        ("SELECT a FROM t AS p (c, d, e, f, g, h, i)", "a", ("t",)),
    ],
)
def test_a_column_that_is_not_there(select: str, missing: str, of: tuple[str, ...]) -> None:
    reading = read(select, TABLES)
    assert reading is not None
    (found,) = reading.missing
    assert (found.name, set(found.of)) == (missing, set(of))
    assert select[found.offset :].lstrip("`").startswith(missing)


@pytest.mark.parametrize(
    "select",
    [
        "SELECT nope FROM odd",
        "SELECT nope FROM t, odd",
        "SELECT nope FROM nowhere",
        "SELECT nope FROM t JOIN LATERAL TABLE(f(x)) ON TRUE",
        "SELECT w FROM t, LATERAL TABLE(split(x)) AS s(w)",
        "SELECT nope FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.b AS nope PATTERN (A) "
        "DEFINE A AS b > 1)",
        "SELECT s.f.g AS y, x.f AS z FROM t AS s",
    ],
)
def test_what_is_not_known_is_no_mistake(select: str) -> None:
    reading = read(select, TABLES)
    assert reading is not None
    assert reading.missing == ()


@pytest.mark.parametrize(
    "select", ["", "DROP TABLE t", "SELECT a FROM", "(" * 5000, "SELECT 'a", "SELECT @#"]
)
def test_what_is_no_query_is_not_read(select: str) -> None:
    assert read(select, TABLES) is None


def test_a_very_long_text_is_not_read() -> None:
    assert read(f"SELECT {'a, ' * 40_000} a FROM t", TABLES) is None


def test_where_columns_begin() -> None:
    select = (
        "SELECT DISTINCT a, CAST(SUM(q) AS BIGINT) AS n,\n  `x`, t.b + 1 AS c, COUNT(*) AS d FROM t"
    )
    reading = read(select, TABLES)
    assert reading is not None and reading.items is not None
    begun = {item.name: select[item.offset :][:4] for item in reading.items}
    assert begun == {"a": "a, C", "n": "CAST", "x": "`x`,", "c": "t.b ", "d": "COUN"}


@pytest.mark.parametrize(
    ("select", "names"),
    [
        ("SELECT * FROM r", ["a", "rate", "ts"]),
        ("SELECT r.*, 1 AS one FROM r", ["a", "rate", "ts", "one"]),
        ("SELECT a FROM t UNION ALL SELECT x FROM u", ["a"]),
        ("SELECT * FROM odd", None),
        ("SELECT 1 + 1 FROM t", [""]),
    ],
)
def test_columns_that_come_out(select: str, names: list[str] | None) -> None:
    reading = read(select, TABLES)
    assert reading is not None
    assert (reading.items and [item.name for item in reading.items]) == names


@pytest.mark.parametrize(
    ("select", "over", "grouped"),
    [
        ("SELECT a, SUM(q) AS s FROM t GROUP BY a", ["t"], {"a"}),
        ("SELECT SUM(q) AS s FROM (SELECT q FROM t WHERE b > 1)", ["t"], set()),
        ("SELECT SUM(q) AS s FROM (SELECT q FROM t UNION ALL SELECT q FROM u)", ["t", "u"], set()),
        ("SELECT SUM(q) AS s FROM (SELECT DISTINCT a, q FROM t)", [], set()),
        ("SELECT SUM(n) AS s FROM (SELECT a, COUNT(DISTINCT x) AS n FROM t GROUP BY a)", [], set()),
        (
            "SELECT SUM(q) AS s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY ts) n "
            "FROM t) WHERE n = 1",
            [],
            {"n"},
        ),
        (
            "SELECT SUM(q * rate) AS s FROM t AS l JOIN r FOR SYSTEM_TIME AS OF l.ts AS r "
            "ON l.a = r.a WHERE x = 'y'",
            ["t"],
            {"x"},
        ),
    ],
)
def test_what_is_added_up(select: str, over: list[str], grouped: set[str]) -> None:
    reading = read(select, TABLES)
    assert reading is not None
    total = reading.totals[-1] if len(reading.totals) == 1 else reading.totals[0]
    assert [mention.name for mention in total.over] == over
    assert total.grouped == grouped
    assert total.text.startswith("SUM(")


def test_what_repeats_cannot_change_is_no_total() -> None:
    reading = read(
        "SELECT COUNT(DISTINCT a) AS n, MAX(b) AS m, SUM(b) OVER (ORDER BY ts) AS s FROM t", TABLES
    )
    assert reading is not None
    assert reading.totals == ()


HOURS = "TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR))"
BOTH = "window_start, window_end"
TOP = f"ROW_NUMBER() OVER (PARTITION BY a, {BOTH} ORDER BY b DESC) AS n"


@pytest.mark.parametrize(
    ("select", "changes", "kept"),
    [
        ("SELECT a, SUM(q) AS s FROM t GROUP BY a", "total", {"totals"}),
        ("SELECT UPPER(a) AS a FROM t GROUP BY UPPER(a)", "total", {"totals"}),
        ("SELECT COUNT(*) AS n FROM t", "total", {"totals"}),
        ("SELECT LISTAGG(x) AS n FROM t", "total", {"totals"}),
        ("SELECT a FROM (SELECT a, COUNT(*) AS n FROM t GROUP BY a)", "total", {"totals"}),
        (f"SELECT a, SUM(q) AS s FROM {HOURS} GROUP BY a, window_start", "total", {"totals"}),
        ("SELECT a, SUM(q) AS s FROM t GROUP BY a, TUMBLE(ts, INTERVAL '1' HOUR)", "", set()),
        (f"SELECT a, SUM(q) AS s FROM {HOURS} GROUP BY a, {BOTH}", "", set()),
        (f"SELECT a FROM {HOURS} GROUP BY {BOTH}, GROUPING SETS ((a), ())", "", set()),
        (
            "SELECT COUNT(*) AS n FROM (SELECT a, window_start AS s, window_end AS e "
            f"FROM {HOURS}) GROUP BY a, s, e",
            "",
            set(),
        ),
        ("SELECT a FROM t", "", set()),
        ("SELECT DISTINCT a FROM t", "distinct", {"repeats"}),
        (f"SELECT DISTINCT a FROM {HOURS}", "distinct", {"repeats"}),
        (f"SELECT DISTINCT a, {BOTH} FROM {HOURS}", "", set()),
        (f"SELECT DISTINCT * FROM {HOURS}", "", set()),
        ("SELECT a FROM t UNION SELECT a FROM r", "distinct", {"repeats"}),
        ("SELECT a FROM t UNION ALL SELECT a FROM r", "", set()),
        (f"SELECT a FROM (SELECT a, {TOP} FROM {HOURS}) WHERE n < 4", "", set()),
        (f"SELECT a FROM (SELECT a, {TOP} FROM odd) WHERE n < 4", "", set()),
        (
            "SELECT a FROM (SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY ts) AS n FROM t) "
            "WHERE n = 1",
            "",
            {"repeats"},
        ),
        ("SELECT t.a FROM t JOIN r ON t.a = r.a", "", {"joins"}),
        ("SELECT t.a FROM t, r WHERE t.a = r.a", "", {"joins"}),
        ("SELECT t.a FROM t JOIN r ON t.a = r.a AND t.b BETWEEN r.rate AND 2", "", {"joins"}),
        ("SELECT t.a FROM t JOIN r ON t.a = r.a AND t.ts = r.ts", "", set()),
        ("SELECT t.a FROM t JOIN r ON t.a = r.a AND t.ts >= r.ts", "", {"joins"}),
        (
            "SELECT t.a FROM t JOIN r ON t.a = r.a AND t.ts >= r.ts "
            "AND t.ts < r.ts + INTERVAL '1' HOUR",
            "",
            set(),
        ),
        ("SELECT a FROM t CROSS JOIN UNNEST (tags) AS x (y)", "", set()),
        ("SELECT a FROM t LEFT JOIN LATERAL TABLE(f(x)) AS s (w) ON TRUE", "", set()),
    ],
)
def test_what_is_kept_and_what_changes(select: str, changes: str, kept: set[str]) -> None:
    reading = read(select, TABLES)
    assert reading is not None
    assert reading.changes == changes
    assert set(reading.kept) == kept


@pytest.mark.parametrize(
    ("select", "windowed"),
    [
        (f"SELECT a FROM {HOURS}", True),
        ("SELECT a FROM t GROUP BY a, SESSION(ts, INTERVAL '1' HOUR)", True),
        ("SELECT a FROM t -- TUMBLE(ts, INTERVAL '1' HOUR)", False),
    ],
)
def test_what_waits_for_event_time(select: str, windowed: bool) -> None:
    reading = read(select, TABLES)
    assert reading is not None and reading.windowed is windowed


@pytest.mark.parametrize(
    ("total", "apart"),
    [
        ("SUM(b) FILTER (WHERE x = 'm')", {"x"}),
        ("SUM(b) FILTER (WHERE x <> 'm')", set()),
        ("SUM(b) FILTER (WHERE x IN ('m') AND 'n' = a)", {"x", "a"}),
        ("SUM(b) FILTER (WHERE x IN ('m', 'n'))", set()),
        ("SUM(b) FILTER (WHERE x = 'm' OR x = 'n')", set()),
        ("SUM(b) FILTER (WHERE x = a)", set()),
        ("SUM(CASE WHEN x = 'm' THEN b END)", {"x"}),
        ("SUM(CASE WHEN x = 'm' THEN b ELSE 0 END)", {"x"}),
        ("SUM(CASE WHEN x = 'm' THEN b ELSE b END)", set()),
        ("SUM(CASE x WHEN 'm' THEN b WHEN 'km' THEN b * 1000 END)", {"x"}),
        ("SUM(b * CASE x WHEN 'km' THEN 1000 ELSE 1 END)", {"x"}),
        ("SUM(CASE WHEN NOT x = 'm' THEN b END)", set()),
        ("SUM(IF(x = 'm', b, 0))", {"x"}),
        ("SUM(IF(x = 'm', 0, b))", set()),
    ],
)
def test_what_a_total_tells_apart(total: str, apart: set[str]) -> None:
    reading = read(f"SELECT {total} AS s FROM t", TABLES)
    assert reading is not None
    (found,) = reading.totals
    assert found.grouped == apart
    assert found.kinds and {each.type for each in found.kinds} == {"int"}


def test_an_expression_has_its_own_offsets() -> None:
    found = read_expression("SUM(qq * 2) -- all", T)
    assert found is not None
    (missing,) = found.missing
    assert (missing.name, missing.offset) == ("qq", 4)
    assert [(total.text, total.offset) for total in found.totals] == [("SUM(qq * 2)", 0)]
    assert read_expression("SUM(", T) is None


WORDS = """
SELECT FROM WHERE GROUP BY TABLE TUMBLE HOP DESCRIPTOR MATCH_RECOGNIZE LATERAL UNNEST JOIN ON AS
( ) ( ) , , . ; * => = < + - ' ` a b q ts t u r 1 1.5 'x' `a` WITH UNION ALL VALUES CASE WHEN THEN
END SUM COUNT CAST DECIMAL OVER PARTITION ORDER INTERVAL FOR SYSTEM_TIME OF JSON_OBJECT VALUE NULL
NOT IN EXISTS DISTINCT ARRAY MAP [ ] { } @ # $ /*+ */ --
"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=30))
def test_no_text_breaks_it(words: list[str]) -> None:
    for text in (" ".join(words), f"SELECT a, {' '.join(words)} FROM t"):
        reading = read(text, TABLES)
        assert reading is None or all(m.name for m in reading.missing)


@given(
    st.sampled_from(VALID), st.integers(0, 300), st.integers(0, 300), st.sampled_from(WORDS.split())
)
def test_no_broken_query_breaks_it(select: str, begin: int, end: int, word: str) -> None:
    read(select[:begin] + f" {word} " + select[end:], TABLES)
    read(select[:begin], TABLES)
