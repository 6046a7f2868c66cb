from __future__ import annotations

from streamatlas.operate.secrecy import hide, in_jaas, in_sql


def test_secrets_are_shown_by_name() -> None:
    environ = {"A": "geheim", "B": "geheim-lang", "EMPTY": ""}
    text = hide("login geheim-lang, then geheim", ["A", "B", "EMPTY", "UNSET"], environ)
    assert text == "login $B, then $A"


def test_however_they_were_escaped() -> None:
    secret = "o'brien \\ \"x"
    for written in (secret, in_sql(secret), in_sql(in_jaas(secret))):
        assert hide(f"at {written} or so", ["A"], {"A": secret}) == "at $A or so"
