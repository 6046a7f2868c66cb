"""What is written and understood, and not acted on by this version: nobody should rely on it."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph
from streamatlas.model.positions import Path
from streamatlas.model.problem import Level, Problem

ID = "unread"
LEVEL: Level = "warning"

Place = tuple[tuple[frozenset[str], ...], str]

_ANY = frozenset("*")
_NODES = "services topics jobs stores"
# Where keys stand, the keys, and what happens instead; `*` is any name.
_TABLE = (
    ("", "edit views", "pages do not show it"),
    ("", "maintenance", "all is judged as at any other time"),
    ("teams.*", "chat-webhook chat-limit", "nothing is sent to chat"),
    (f"teams {_NODES}.*", "was also links", "pages do not show it"),
    ("glossary.*", "see", "pages do not show it"),
    (f"{_NODES}.*", "limits deprecated", "nothing is judged by it"),
    ("services jobs.*.reads writes.*", "as", "in SQL it has its usual name"),
    ("services jobs.*.reads writes.*", "group principal", "that of the service or job holds"),
    ("jobs.*.writes.*", "guarantee", "that of the job holds"),
    ("jobs.*", "worst-outage", "nothing is judged by it"),
    ("jobs.*", "savepoints", "no savepoint is deleted"),
    ("jobs.*", "taskmanager-memory", "Flink's own setting holds"),
    ("environments.*", "metrics", "the portal remembers by itself"),
    ("environments.*", "deploy", "no command is run"),
    (f"environments.*.{_NODES}.*", "limits", "nothing is judged by it"),
    ("environments.*.jobs.*", "taskmanager-memory", "Flink's own setting holds"),
    ("environments.*.kafka", "ca cert key", "the system's own certificates are used"),
    ("environments.*.kafka.*", "ca cert key", "the system's own certificates are used"),
    ("environments.*.flink", "ca", "the system's own certificates are used"),
    ("environments.*.flink.*", "ca", "the system's own certificates are used"),
)


def _by_key() -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place, keys, instead in _TABLE:
        steps = tuple(frozenset(step.split()) for step in place.split(".") if step)
        for key in keys.split():
            found.setdefault(key, []).append((steps, instead))
    return found


_BY_KEY = _by_key()


def check(graph: Graph) -> Iterator[Problem]:
    """Every such key, where it is written."""
    for path, at in graph.positions.keys.items():
        if instead := _instead(path):
            message = f"this version does not act on '{path[-1]}' yet: {instead}"
            yield Problem(at, ID, message, LEVEL)


def _instead(path: Path) -> str | None:
    places = _BY_KEY.get(str(path[-1]), ()) if path else ()
    return next((instead for steps, instead in places if _fits(path[:-1], steps)), None)


def _fits(path: Path, steps: tuple[frozenset[str], ...]) -> bool:
    return len(path) == len(steps) and all(
        step == _ANY or part in step for part, step in zip(path, steps, strict=True)
    )
