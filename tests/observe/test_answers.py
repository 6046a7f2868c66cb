"""Reasons are plain and hold no secret."""

from __future__ import annotations

import pytest

from streamatlas.observe.answers import hider, plain


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms)", "refused"),
        ("SASL authentication error: invalid credentials", "login refused"),
        ('FATAL:  password authentication failed for user "app"', "login refused"),
        ("Local: Timed out", "timed out"),
        ("Failed to resolve 'nowhere:9092': Name or service not known", "name not known"),
        ("SSL handshake failed: certificate verify failed", "no TLS connection"),
        ("Broker: Topic authorization failed", "not allowed"),
        ("FATAL:  the database system is starting up", "starting or stopping"),
        ("server closed the connection unexpectedly", "connection broken"),
        ("something else", "no connection"),
    ],
)
def test_long_errors_become_a_word(message: str, word: str) -> None:
    assert plain(message) == word


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hunter22 and s3cret", "*** and ***"),
        ("password=abc; x", "password=***; x"),
        ("PASSWORD: abc", "PASSWORD: ***"),
        ("jdbc:postgresql://app:pw@db/x", "jdbc:postgresql://app:***@db/x"),
        ("an ordinary sentence", "an ordinary sentence"),
    ],
)
def test_secrets_are_blanked(text: str, shown: str) -> None:
    hide = hider({"KAFKA_PASSWORD": "hunter22", "API_TOKEN": "s3cret", "HOME": "ordinary"})
    assert hide(text) == shown


def test_a_longer_secret_that_holds_a_shorter_is_blanked_whole() -> None:
    assert hider({"A_PASSWORD": "abcd", "B_PASSWORD": "abcdefgh"})("abcdefgh") == "***"
