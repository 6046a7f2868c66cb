"""Addresses as people write them: text in, the same text out, or `UnitError` if it tells a secret.

What an address says, generated files and pages say too.
"""

from __future__ import annotations

import re

from streamatlas.model.units import SecretError, UnitError

_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
# `USER:PASSWORD@`; a port, and a path after it, may be followed by `@` as well.
_LOGIN = re.compile(r"//[^/?#@\s:\[]*:(?![0-9]+(?:[/?#,]|$))([^@\s]+)@")
_BROKER = re.compile(r"(?:^|,)\s*[^/?#@,\s:\[]*:([^/?#@,\s]+)@")
_WORD = r"(?:(?:access|api|auth|client|key|private|ssl|trust)[a-z]*[._-]?)?"
_NAMED = re.compile(
    rf"[?&;#]{_WORD}(?:password|passwd|pwd|token|secret|api[._-]?key)=([^&;#\s]+)", re.IGNORECASE
)


def server(text: str) -> str:
    """Where a server answers or a folder lies; the caller says which name to write."""
    _keep_secret(_told(text, _LOGIN, _NAMED))
    return text


def brokers(text: str) -> str:
    """`HOST:PORT`, or several."""
    _keep_secret(_told(text, _LOGIN, _NAMED, _BROKER))
    return text


def public(text: str) -> str:
    """What pages show as it is."""
    if _told(text, _LOGIN, _NAMED):
        raise UnitError("secret", "this address holds a password, and all can read it: take it out")
    return text


def _keep_secret(told: bool) -> None:
    if told:
        raise SecretError("this address holds a password, and a secret comes from the environment")


def _told(text: str, *places: re.Pattern[str]) -> bool:
    """Whether a password stands in one of the places, and none of the environment's."""
    found = (secret for place in places for secret in place.findall(text))
    return any(not _VARIABLE.fullmatch(secret) for secret in found)
