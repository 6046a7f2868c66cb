"""What up, down and the supervisor tell each other: two small files in the state folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.identity import Identity

SUPERVISOR = "supervisor"


def processes(folders: Folders) -> dict[str, Identity]:
    """The processes that were started and still run, by name; the supervisor among them."""
    known = {name: Identity(*pair) for name, pair in _mapping(folders.processes).items()}
    return {name: one for name, one in known.items() if one.alive()}


def write_processes(folders: Folders, running: Mapping[str, Identity]) -> None:
    """Replace what is known of running processes."""
    _write(folders.processes, {name: [one.pid, one.started] for name, one in running.items()})


def wanted(folders: Folders) -> tuple[str, ...]:
    """The names of the processes to keep alive, in the order in which they are started."""
    return tuple(_mapping(folders.wanted))


def want(folders: Folders, names: Iterable[str]) -> None:
    """Say which processes the supervisor is to keep alive."""
    _write(folders.wanted, {name: [] for name in names})


def _mapping(path: Path) -> dict[str, list[int]]:
    try:
        read: dict[str, list[int]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return read


def _write(path: Path, value: Mapping[str, list[int]]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(path)
