"""Where a job can go on from: its newest savepoint or retained checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["savepoint", "checkpoint"]


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """A complete savepoint or checkpoint; `path` is what Flink takes, `written` in ns."""

    kind: Kind
    path: str
    written: int


def savepoints(state: str, job: str) -> str:
    """The folder of a job's savepoints, as Flink takes it."""
    return f"{state.rstrip('/')}/{job}/savepoints"


def newest(state: str, job: str) -> RestorePoint | None:
    """The newest complete one below `state`; None where there is none, or `state` is elsewhere."""
    points = (found(state, job, kind) for kind in _PLACES)
    every = (point for some in points for point in some or ())
    return max(every, key=lambda point: point.written, default=None)


def found(state: str, job: str, kind: Kind) -> tuple[RestorePoint, ...] | None:
    """All complete ones of a kind, in no order; None where `state` is not on this machine."""
    root = folder(state)
    if root is None:
        return None
    return tuple(_point(kind, state, m, root) for m in root.glob(f"{job}/{_PLACES[kind]}"))


_PLACES: dict[Kind, str] = {
    "savepoint": "savepoints/*/_metadata",
    "checkpoint": "checkpoints/*/chk-*/_metadata",
}


def _point(kind: Kind, state: str, metadata: Path, root: Path) -> RestorePoint:
    path = f"{state.rstrip('/')}/{metadata.parent.relative_to(root).as_posix()}"
    return RestorePoint(kind, path, metadata.stat().st_mtime_ns)


def folder(state: str) -> Path | None:
    """The folder on this machine; None where it is elsewhere.

    Flink reads a `file:` URI as it stands, without decoding %20 and the like.
    """
    path = state.removeprefix("file:")
    if "://" in path:
        return None
    return Path("/" + path.lstrip("/") if path != state else path)
