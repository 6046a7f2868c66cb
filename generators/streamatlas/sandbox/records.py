"""What up, down and the supervisor tell each other: small files in the state folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from streamatlas.sandbox import identity
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.identity import Identity

SUPERVISOR = "supervisor"


def processes(folders: Folders) -> dict[str, Identity]:
    """The processes that were started and still run, by name; the supervisor among them."""
    return _alive(folders.processes)


def write_processes(folders: Folders, running: Mapping[str, Identity]) -> None:
    """Replace what is known of running processes."""
    _write(folders.processes, _rows(running))


def building(folders: Folders) -> dict[str, Identity]:
    """The process that builds the pages, by its name; empty where none does."""
    return _alive(folders.building)


def write_building(folders: Folders, running: Mapping[str, Identity]) -> None:
    """Replace what is known of a build of the pages."""
    _write(folders.building, _rows(running))


def wanted(folders: Folders) -> tuple[str, ...]:
    """The names of the processes to keep alive, in the order in which they are started."""
    return tuple(_read(folders.wanted) or ())


def want(folders: Folders, names: Iterable[str]) -> None:
    """Say which processes the supervisor is to keep alive."""
    _write(folders.wanted, {name: [] for name in names})


def mend(folders: Folders) -> Iterator[str]:
    """Take away files that cannot be read, as after a power cut; says which."""
    for path in (folders.processes, folders.building, folders.wanted):
        if _read(path) is None:
            path.unlink()
            yield f"{path} cannot be read and is begun anew: what it named is not known to run"


Row: TypeAlias = list[int | str]


def _rows(running: Mapping[str, Identity]) -> dict[str, Row]:
    """Process id, start time, and the boot of the machine that both are of."""
    return {name: [one.pid, one.started, identity.boot()] for name, one in running.items()}


def _alive(path: Path) -> dict[str, Identity]:
    known = {
        name: Identity(pid, started)
        for name, (pid, started, boot) in (_read(path) or {}).items()
        if boot == identity.boot()
    }
    return {name: one for name, one in known.items() if one.alive()}


def _read(path: Path) -> dict[str, tuple[int, int, str]] | None:
    """None where the file cannot be understood; empty where there is none."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {name: _row(row) for name, row in read.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        return None


def _row(row: Row) -> tuple[int, int, str]:
    """Of this boot where it names none; what is only wanted has no row at all."""
    pid, started, boot = [*row, identity.boot()][:3] if row else (0, 0, "")
    return int(pid), int(started), str(boot)


def _write(path: Path, value: Mapping[str, Row]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(path)
