import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.sql.fragment import expression_fault, query_fault
from streamatlas.sql.statements import split


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("quantity <> 0", None),
        ("name = 'it''s; (' -- a ) comment", None),
        ("tags[1] = `odd;name`", None),
        ("4 / 2 * (1 - 1)", None),
        ("name = 'open", "this ' is never closed"),
        ("`open", "this ` is never closed"),
        ("1 /* open", "this /* is never closed"),
        ("1; DROP TABLE x", "';' ends a statement: write one, without it"),
        ("(1", "a ')' is missing"),
        ("1)", "this ')' closes nothing"),
        ("(1]", "this ']' closes nothing"),
        ("-- only a comment", "there is nothing here"),
        ("", "there is nothing here"),
    ],
)
def test_expressions(text: str, fault: str | None) -> None:
    assert expression_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT 1;", None),
        ("-- why\nselect 1", None),
        ("(SELECT 1) UNION ALL (SELECT 2)", None),
        ("WITH a AS (SELECT 1) SELECT * FROM a", None),
        ("SELECT /*+ STATE_TTL('a'='1d') */ 1", None),
        ("DROP TABLE x", "a query begins with SELECT"),
        ("SELECT 1; SELECT 2", "';' ends a statement: write one, without it"),
        ("", "a query begins with SELECT"),
    ],
)
def test_queries(text: str, fault: str | None) -> None:
    assert query_fault(text) == fault


@given(st.text(st.sampled_from("ab '`-/*;()\n+"), max_size=20))
def test_what_has_no_fault_stays_within_its_parentheses(text: str) -> None:
    if expression_fault(text) is None:
        (statement,) = split(f"SELECT (\n{text}\n);")
        assert statement.startswith("SELECT (")
        assert statement.endswith(")")
