"""Who listens on a port of this machine, as Linux tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_LISTEN = "0A"


def holder(port: int) -> str:
    """`python3 (process 4711)`; where the process is not ours to see, `another process`."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets and sockets & set(_open_files(process)):
            return f"{_name(process)} (process {process.name})"
    return "another process"


def _listening(port: int) -> Iterator[str]:
    """Inodes of sockets that listen on the port."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.is_file():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _open_files(process: Path) -> Iterator[str]:
    try:
        for file in (process / "fd").iterdir():
            yield str(file.readlink())
    except OSError:  # ended meanwhile, or another user's
        return


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a process"
