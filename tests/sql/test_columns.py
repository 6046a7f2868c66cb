import pytest

from streamatlas.sql.columns import columns

KNOWN = {"a": ("x", "y"), "b": ("z",)}


@pytest.mark.parametrize(
    ("select", "names"),
    [
        ("SELECT x, y AS z, SUM(x) AS total FROM a GROUP BY x, y", ("x", "z", "total")),
        ("SELECT * FROM a", ("x", "y")),
        (
            "SELECT x, window_start AS at FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(t), "
            "INTERVAL '1' HOUR)) GROUP BY x, window_start, window_end",
            ("x", "at"),
        ),
        ("SELECT * FROM a, b", ("x", "y", "z")),
        ("SELECT * FROM a, a AS c", ()),
        ("SELECT 1 + 1 FROM a", ()),
        ("SELECT FROM FROM", ()),
        ("DROP TABLE a", ()),
        ("", ()),
    ],
)
def test_columns(select: str, names: tuple[str, ...]) -> None:
    assert columns(select, KNOWN) == names
