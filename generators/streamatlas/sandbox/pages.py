"""The portal's pages: built beside the start of the stack, and only when something changed."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from streamatlas.load.project import project
from streamatlas.sandbox import identity, programs, records
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.programs import Machine
from streamatlas.sandbox.supervisor import launch

_READ = ("mkdocs.yml", "docs", "runbooks", "web")


class PagesError(Exception):
    """The pages cannot be built; the message names the log."""


@dataclass
class Pages:
    """A build on its way; `building` is None where the pages are as they should be."""

    machine: Machine
    digest: str
    building: subprocess.Popen[bytes] | None

    def end(self) -> None:
        """End a build that nobody waits for any more; nothing where it is over."""
        if self.building is None:
            return
        _end(self.machine.folders)
        self.building.wait()

    @property
    def changed(self) -> bool:
        """Whether the pages had to be built."""
        return self.building is not None

    def wait(self) -> None:
        """Wait for the build; raises PagesError."""
        if self.building is None:
            return
        if self.building.wait():
            log = self.machine.folders.log / "site.out"
            words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            last = words[-1] if words else "no word"
            raise PagesError(f"the site is not built: {last} (all of it: {log})")
        _stamp(self.machine).write_text(self.digest, encoding="utf-8")


def begin(machine: Machine, topology: str, environ: Mapping[str, str]) -> Pages:
    """Start to build what is not there or was made from something else.

    `topology` is the digest of the topology's files.
    """
    digest, folders = digest_of(machine.topology.parent, topology), machine.folders
    _end(folders)
    if current(machine, digest):
        return Pages(machine, digest, None)
    _stamp(machine).unlink(missing_ok=True)
    command = programs.command(machine, "site", "site", "--out", str(folders.site))
    building = launch(folders, command, environ)
    me = identity.of(building.pid)
    records.write_building(folders, {"site": me} if me else {})
    return Pages(machine, digest, building)


def _end(folders: Folders) -> None:
    """End a build, this one or one that was left; what it has half built goes."""
    identity.end(list(records.building(folders).values()), signal.SIGTERM, 5)
    records.write_building(folders, {})
    for half in folders.half_built_sites():
        shutil.rmtree(half, ignore_errors=True)


def current(machine: Machine, digest: str) -> bool:
    """Whether the pages that lie there were made from just this."""
    stamp = _stamp(machine)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == digest


def digest_of(root: Path, topology: str) -> str:
    """Changes with every file that a site is made from: name, size and time of writing."""
    state = hashlib.sha256(topology.encode())
    for file in sorted(_files(root)):
        facts = file.stat()
        state.update(f"{file} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return state.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    roots = dict.fromkeys((root, project(root)))
    generated = {place / "docs" / "catalog" for place in roots}
    for top in (*(place / name for place in roots for name in _READ), Path(__file__).parents[1]):
        found = top.rglob("*") if top.is_dir() else iter((top,))
        yield from (
            file
            for file in found
            if file.is_file() and file.suffix != ".pyc" and not generated & {*file.parents}
        )


def _stamp(machine: Machine) -> Path:
    return machine.folders.state / "site.stamp"
