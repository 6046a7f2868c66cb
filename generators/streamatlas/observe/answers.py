"""Why there is no answer, in plain words that hold no secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

Hide: TypeAlias = Callable[[str], str]

_SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|CREDENTIAL|PRIVATE")
_ASSIGNED = re.compile(r"(?i)((?:password|passwd|pwd|secret|token)['\"]?\s*[=:]\s*)[^\s,;&]+")
_IN_ADDRESS = re.compile(r"(://[^/@\s:]*:)[^/@\s]+@")
SHORTEST_SECRET = 4


class AnswerError(Exception):
    """A question to a source failed; its text is the reason, fit for a page."""


def hider(environ: Mapping[str, str]) -> Hide:
    """A function that blanks the values of secret variables, and what looks like a password."""
    values = sorted(
        {v for k, v in environ.items() if _SECRET_NAME.search(k) and len(v) >= SHORTEST_SECRET},
        key=len,
        reverse=True,
    )

    def hide(text: str) -> str:
        for value in values:
            text = text.replace(value, "***")
        return _IN_ADDRESS.sub(r"\1***@", _ASSIGNED.sub(r"\1***", text))

    return hide


def plain(message: str) -> str:
    """One of a few words for what operating systems and clients say at length."""
    lower = message.lower()
    found = (word for words, word in _WORDS if any(w in lower for w in words))
    return next(found, "no connection")


_WORDS = (
    (("refused",), "refused"),
    (("authentication", "password", "sasl", "no pg_hba", "role "), "login refused"),
    (("timed out", "timeout"), "timed out"),
    (("resolve", "name or service", "not known", "nodename", "translate host"), "name not known"),
    (("ssl", "tls", "certificate"), "no TLS connection"),
    (("authorization", "permission", "not authorized"), "not allowed"),
    (("starting up", "shutting down", "recovery"), "starting or stopping"),
    (("too many",), "too many connections"),
    (("unreachable", "no route"), "network unreachable"),
    (("reset", "closed", "disconnected", "terminat", "eof"), "connection broken"),
)
