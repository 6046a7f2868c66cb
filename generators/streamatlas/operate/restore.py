"""Where a job can go on from: its newest savepoint or retained checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """A complete savepoint or checkpoint; `path` is what Flink takes, `written` in ns."""

    kind: Literal["savepoint", "checkpoint"]
    path: str
    written: int


def savepoints(state: str, job: str) -> str:
    """The folder of a job's savepoints, as Flink takes it."""
    return f"{state.rstrip('/')}/{job}/savepoints"


def newest(state: str, job: str) -> RestorePoint | None:
    """The newest complete one below `state`; None where there is none, or `state` is elsewhere."""
    root = _folder(state)
    if root is None:
        return None
    found = [
        *(_point("savepoint", state, m, root) for m in root.glob(f"{job}/savepoints/*/_metadata")),
        *(
            _point("checkpoint", state, m, root)
            for m in root.glob(f"{job}/checkpoints/*/chk-*/_metadata")
        ),
    ]
    return max(found, key=lambda point: point.written, default=None)


def _point(
    kind: Literal["savepoint", "checkpoint"], state: str, metadata: Path, root: Path
) -> RestorePoint:
    path = f"{state.rstrip('/')}/{metadata.parent.relative_to(root).as_posix()}"
    return RestorePoint(kind, path, metadata.stat().st_mtime_ns)


def _folder(state: str) -> Path | None:
    """Flink reads a `file:` URI as it stands, without decoding %20 and the like."""
    path = state.removeprefix("file:")
    if "://" in path:
        return None
    return Path("/" + path.lstrip("/") if path != state else path)
