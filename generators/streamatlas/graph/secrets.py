"""Secrets and addresses are `$NAME` until the moment of use; this is that moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from streamatlas.graph.graph import Source

_VARIABLE = re.compile(r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*))")


class MissingSecret(KeyError):  # noqa: N818 - it says what happened
    """The environment does not hold a variable that a text names."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"${self.name} is not set"


def fill(text: str, environ: Mapping[str, str]) -> str:
    """`$NAME` becomes its value, `$$` stays one `$`; raises `MissingSecret`."""

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        if match[2] not in environ:
            raise MissingSecret(match[2])
        return environ[match[2]]

    return _VARIABLE.sub(value, text)


def filled(source: Source, environ: Mapping[str, str]) -> Source:
    """The source with its address and its secrets filled in."""
    return replace(source, **{name: fill(getattr(source, name), environ) for name in _FILLED})


_FILLED = ("address", "user", "password", "gateway", "state", "token", "ca", "cert", "key")
