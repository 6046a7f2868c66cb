"""Secrets in statements and out of messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from streamatlas.graph import access, names
from streamatlas.graph.graph import Graph


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


def variables(graph: Graph) -> frozenset[str]:
    """The variables that hold a secret of an environment, without `$`."""
    sources = graph.sources.values()
    declared = (text for source in sources for text in (source.password, source.token))
    return frozenset(
        (
            *(name for text in declared for name in names_in(text)),
            *(names.secret(principal) for principal in access.principals(graph)),
            *(names.setting(s.kind, s.cluster, "admin_password") for s in sources),
        )
    )


def names_in(text: str) -> frozenset[str]:
    """The variables that a text names, without `$`; `$$` is a `$`."""
    return frozenset(_NAME.findall(text))


_NAME = re.compile(r"(?<!\$)\$([A-Za-z_][A-Za-z0-9_]*)")
