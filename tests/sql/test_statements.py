import pytest

from streamatlas.sql.statements import split


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("", ()),
        ("-- only a comment\n", ()),
        ("SET 'a' = 'b';\nSET 'c' = 'd';", ("SET 'a' = 'b'", "SET 'c' = 'd'")),
        ("SELECT ';' AS `;`; SELECT 2", ("SELECT ';' AS `;`", "SELECT 2")),
        ("SELECT 'it''s; -- no comment';", ("SELECT 'it''s; -- no comment'",)),
        ("-- one; two\nSELECT 1; -- three;\n", ("SELECT 1",)),
        ("SELECT 1 /* ; */ + 2;", ("SELECT 1  + 2",)),
        (
            "INSERT INTO t /*+ OPTIONS('a'='b') */ SELECT 1;",
            ("INSERT INTO t /*+ OPTIONS('a'='b') */ SELECT 1",),
        ),
        ("SELECT 4 / 2 - 1;", ("SELECT 4 / 2 - 1",)),
    ],
)
def test_statements(script: str, statements: tuple[str, ...]) -> None:
    assert split(script) == statements


def test_a_statement_set_is_one_statement() -> None:
    body = "EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND"
    assert split(f"SET 'x' = 'y';\n{body};\nSELECT 3;") == ("SET 'x' = 'y'", body, "SELECT 3")


def test_the_end_of_a_case_does_not_end_a_statement_set() -> None:
    body = (
        "EXECUTE STATEMENT SET BEGIN\n"
        "INSERT INTO a SELECT CASE WHEN x THEN 1 ELSE 2\nEND;\n"
        "INSERT INTO b SELECT 2;\nEND"
    )
    assert split(f"{body};") == (body,)
