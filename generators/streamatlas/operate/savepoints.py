"""Savepoints: which stay by a job's declared retention, and which may go.

The newest stays always, and so does the one that the running job began from.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job
from streamatlas.model.observed import ENDED
from streamatlas.model.units import Keep
from streamatlas.operate import flink, restore
from streamatlas.operate.restore import RestorePoint
from streamatlas.operate.step import OperateError


@dataclass(frozen=True, slots=True)
class Savepoint:
    """A complete savepoint; `stays` says why, and is empty where it may go."""

    path: str
    written: datetime
    stays: str


def savepoints(
    graph: Graph,
    job: Job,
    environ: Mapping[str, str],
    now: datetime,
    transport: httpx.BaseTransport | None = None,
) -> tuple[Savepoint, ...]:
    """Those of one job, newest first.

    Raises OperateError where its folder is elsewhere, UnreachableError where Flink does not say
    from which its job began.
    """
    source = secrets.filled(graph.sources[job.source], environ)
    points = restore.found(source.state, job.id, "savepoint")
    if points is None:
        raise OperateError(f"{job.ref}: {source.state} is not a folder of this machine")
    with flink.connect(source, transport) as server:
        living = (known.jid for known in server.jobs(job.id) if known.state not in ENDED)
        used = {path for jid in living if (path := server.began_from(jid))}
    return judged(points, job.savepoints, now, used)


def judged(
    points: Iterable[RestorePoint], keep: Keep, now: datetime, used: Collection[str]
) -> tuple[Savepoint, ...]:
    """Which of the points stay; `used` are paths from which the job began."""
    newest_first = sorted(points, key=lambda point: point.written, reverse=True)
    names = {_name(path) for path in used}
    return tuple(
        Savepoint(p.path, _at(p), _why(place, p, keep, now, _name(p.path) in names))
        for place, p in enumerate(newest_first)
    )


def _why(place: int, point: RestorePoint, keep: Keep, now: datetime, used: bool) -> str:
    if place == 0:
        return "the newest"
    if used:
        return "the job began from it"
    if place < keep.count:
        return f"one of the newest {keep.count}"
    young = keep.age is not None and now - _at(point) <= keep.age
    return "young enough" if young else ""


def _at(point: RestorePoint) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=point.written // 1000)


def _name(path: str) -> str:
    """The last part: Flink writes one path in several ways, and no two savepoints share a name."""
    return path.rstrip("/").rpartition("/")[2]


def delete(graph: Graph, job: Job, environ: Mapping[str, str], gone: Savepoint) -> None:
    """Delete one from the job's own folder, and nothing else; raises OperateError."""
    source = secrets.filled(graph.sources[job.source], environ)
    folder = restore.folder(restore.savepoints(source.state, job.id))
    if folder is None:
        raise OperateError(f"{job.ref}: {source.state} is not a folder of this machine")
    place = folder / _name(gone.path)
    if gone.stays or place.is_symlink() or not _is_one(place):
        raise OperateError(f"{place} is not deleted: it is no savepoint that may go")
    try:
        shutil.rmtree(place)
    except OSError as error:
        raise OperateError(f"{place} is not deleted: {error.strerror}") from None


def _is_one(place: Path) -> bool:
    return place.name not in ("", ".", "..") and (place / "_metadata").is_file()
