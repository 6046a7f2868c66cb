"""What a part of the file is called in a message."""

from __future__ import annotations

from streamatlas.model.positions import Path

KINDS = {
    "teams": "team",
    "services": "service",
    "topics": "topic",
    "jobs": "job",
    "stores": "store",
    "schemas": "schema",
    "views": "view",
    "environments": "environment",
}


def called(path: Path) -> str:
    """`service/vault`, `normal of service/vault`, `the file`."""
    if not path:
        return "the file"
    kind, names = KINDS.get(str(path[0])), [str(step) for step in path if isinstance(step, str)]
    if kind is None or len(names) == 1:
        return f"'{names[-1]}'"
    node = f"{kind}/{names[1]}"
    return node if len(names) == 2 else f"{names[-1]} of {node}"
