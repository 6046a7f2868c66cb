from streamatlas.sql.rows import Other, Rows, dedupe, enrich, select, union, where
from streamatlas.sql.text import identifier


def rows(name: str, *columns: str, time: str | None = None, replaces: bool = False) -> Rows:
    own = {column: identifier(column) for column in columns}
    return Rows(name, own, time=time, identity=columns[:1], replaces=replaces)


def test_a_union_has_the_columns_that_all_have_in_the_order_of_the_first() -> None:
    both = union([rows("a", "x", "day", "z"), rows("b", "day", "x", "y", replaces=True)])
    assert both.replaces
    assert select(both) == (
        "SELECT x, `day`\nFROM (\n"
        "  SELECT x, `day` FROM a\n  UNION ALL\n  SELECT x, `day` FROM b\n)"
    )


def test_columns_that_are_not_known_are_all_taken() -> None:
    assert select(union([rows("a", "x"), Rows("b")])) == (
        "SELECT *\nFROM (\n  SELECT * FROM a\n  UNION ALL\n  SELECT * FROM b\n)"
    )


def test_the_columns_that_a_dedupe_adds_are_nobody_elses() -> None:
    text = select(dedupe(rows("a", "now_at", "n")))
    assert "PROCTIME() AS now_at_ " in text
    assert text.endswith("WHERE n_ = 1")


def test_a_condition_with_a_comment_ends_with_it() -> None:
    assert select(where(rows("a", "x"), "x > 0 -- why")).endswith("WHERE (\nx > 0 -- why\n)")


def test_a_join_adds_what_is_lacking_but_the_others_time() -> None:
    plans = Other(rows("plans", "account", "plan", "at", "seen", time="seen"), "who", False)
    joined = enrich(rows("a", "who", "at", time="at"), [plans])
    assert select(joined) == (
        "SELECT l.who, l.`at`, r.account, r.plan\nFROM a AS l\n"
        "LEFT JOIN plans FOR SYSTEM_TIME AS OF l.`at` AS r\n  ON r.account = l.who"
    )
