"""Secrets in statements and out of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def in_sql(value: str) -> str:
    """As it stands within a string of SQL."""
    return value.replace("'", "''")


def in_jaas(value: str) -> str:
    """As it stands within a string of a JAAS login."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def hide(text: str, secrets: Iterable[str], environ: Mapping[str, str]) -> str:
    """`text` with the value of each named variable, escaped or not, replaced by `$NAME`."""
    shown = {
        written: f"${name}"
        for name in secrets
        if (value := environ.get(name))
        for written in (value, in_sql(value), in_sql(in_jaas(value)))
    }
    for written in sorted(shown, key=len, reverse=True):
        text = text.replace(written, shown[written])
    return text
