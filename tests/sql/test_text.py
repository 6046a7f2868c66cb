from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.sql import text

ANY = st.text(alphabet=st.sampled_from("ab '`\"-/*;\n\\$%é"), max_size=30)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("account_id", "account_id"),
        ("raw", "`raw`"),
        ("Time", "`Time`"),
        ("2024", "`2024`"),
        ("odd`name", "`odd``name`"),
        ("", "``"),
        ("money$HOME", "`money$$HOME`"),
    ],
)
def test_a_name_gets_backquotes_where_it_needs_them(name: str, written: str) -> None:
    assert text.identifier(name) == written


@given(ANY)
def test_no_literal_or_name_leads_out_of_its_quotes(value: str) -> None:
    sql = f"SELECT {text.literal(value)}, {text.identifier(value)};"
    quoted = [token for token in text.tokens(sql) if token[0] in "'`"]
    assert quoted[0][1:-1].replace("''", "'").replace("$$", "$") == value
    assert [token for token in text.tokens(sql) if token == ";"] == [";"]


@given(ANY)
def test_tokens_leave_nothing_out(value: str) -> None:
    assert "".join(text.tokens(value)) == value


@given(ANY)
def test_indentation_changes_no_string(value: str) -> None:
    sql = f"SELECT {text.literal(value)}\nFROM t"
    assert text.indent(sql) == f"  SELECT {text.literal(value)}\n  FROM t"


def test_only_a_secret_is_filled_in() -> None:
    assert text.secret("$NAME") == "'$NAME'"
    assert text.literal("$NAME") == "'$$NAME'"
    assert text.written(" a = '$NAME' ; ") == "a = '$$NAME'"


@pytest.mark.parametrize(
    ("length", "option", "interval"),
    [
        (timedelta(minutes=15), "15 min", "INTERVAL '15' MINUTE"),
        (timedelta(hours=26), "26 h", "INTERVAL '26' HOUR"),
        (timedelta(days=7), "7 d", "INTERVAL '7' DAY"),
        (timedelta(seconds=90), "90 s", "INTERVAL '90' SECOND"),
        (timedelta(minutes=100), "100 min", "INTERVAL '0 01:40:00.000' DAY(1) TO SECOND(3)"),
        (timedelta(days=400), "400 d", "INTERVAL '400 00:00:00.000' DAY(3) TO SECOND(3)"),
        (timedelta(seconds=1.5), "1500 ms", "INTERVAL '0 00:00:01.500' DAY(1) TO SECOND(3)"),
    ],
)
def test_durations(length: timedelta, option: str, interval: str) -> None:
    assert text.config(length) == option
    assert text.interval(length) == interval


def test_a_comment_at_the_end_does_not_hide_the_semicolon() -> None:
    assert text.ended("SELECT 1") == "SELECT 1;"
    assert text.ended("SELECT 1 -- one") == "SELECT 1 -- one\n;"
