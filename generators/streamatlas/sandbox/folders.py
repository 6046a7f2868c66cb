"""Where the sandbox keeps what it writes: all below one folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_OURS = (
    *("log", "tmp", "conf", "kafka", "flink", "postgres", "postgres.new", "site", "trouble"),
    *("bench", "traffic", "layout", "fonts", "environment", "lock", "site.stamp", "site.json"),
    *("processes.json", "wanted.json"),
)
_BEGIN = (".environment.", ".site-", "processes.", "wanted.", "kafka.")


class FolderError(ValueError):
    """A state folder that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Paths below the state folder."""

    state: Path

    @property
    def log(self) -> Path:
        """One log for each process."""
        return self.state / "log"

    @property
    def tmp(self) -> Path:
        """Temporary files; a process's own are removed when it starts."""
        return self.state / "tmp"

    @property
    def conf(self) -> Path:
        """Configuration files, written anew at each start."""
        return self.state / "conf"

    @property
    def kafka(self) -> Path:
        """Kafka's records."""
        return self.broker("kafka")

    def broker(self, process: str) -> Path:
        """The records of one Kafka cluster, by its process."""
        return self.state / process

    @property
    def flink(self) -> Path:
        """Checkpoints and savepoints."""
        return self.state / "flink"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster of databases."""
        return self.state / "postgres"

    @property
    def half_made_postgres(self) -> Path:
        """The same before its database exists."""
        return self.state / "postgres.new"

    @property
    def site(self) -> Path:
        """The portal's pages."""
        return self.state / "site"

    def half_built_sites(self) -> Iterator[Path]:
        """Pages whose build was ended."""
        return self.state.glob(".site-*")

    @property
    def environment(self) -> Path:
        """Addresses and secrets, for the owner's eyes only."""
        return self.state / "environment"

    @property
    def processes(self) -> Path:
        """The processes that were started, by id and start time."""
        return self.state / "processes.json"

    @property
    def wanted(self) -> Path:
        """The names of the processes that the supervisor is to keep alive."""
        return self.state / "wanted.json"

    @property
    def building(self) -> Path:
        """The process that builds the pages: `up` starts it, not the supervisor."""
        return self.state / "site.json"

    @property
    def trouble(self) -> Path:
        """Why a process does not run, one file each."""
        return self.state / "trouble"

    def logs(self, name: str) -> Path:
        """The log of one process."""
        return self.log / f"{name}.log"

    def make(self) -> None:
        """Create the folders; only the owner may enter the state folder.

        Raises FolderError for one that others may enter and that holds other things, and for a
        path that the configuration of Kafka and Flink cannot hold.
        """
        if "," in str(self.state) or not str(self.state).isprintable():
            raise FolderError(
                f"{self.state}: Kafka and Flink take no path with a comma or a control "
                "character for their data; set STREAMATLAS_STATE to another"
            )
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.state.stat().st_mode & 0o077:
            self._close()
        for folder in (self.log, self.tmp, self.conf, self.flink):
            folder.mkdir(exist_ok=True)

    def _close(self) -> None:
        """Keep others out, whoever made the folder; but not out of something else, as `/tmp`."""
        strange = [path.name for path in self.state.iterdir() if not _is_ours(path)]
        if strange:
            raise FolderError(
                f"{self.state} is open to others and holds other things ({strange[0]}): "
                "choose a folder of its own for STREAMATLAS_STATE, or close it: chmod 700"
            )
        self.state.chmod(0o700)

    def delete(self) -> Iterator[str]:
        """Delete what is ours and the folder, if then empty; yields what stays, and why."""
        for path in sorted(self.state.iterdir()):
            if not _is_ours(path):
                yield f"{path} stays: it is not the sandbox's"
                continue
            try:
                _delete(path)
            except OSError as error:
                yield f"{path} stays: {error}"
        if not any(self.state.iterdir()):
            self.state.rmdir()


def _is_ours(path: Path) -> bool:
    """By its name; files that were half written begin with a dot."""
    name = path.name
    return name in _OURS or name.startswith(_BEGIN)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def find(environ: Mapping[str, str], root: Path) -> Folders:
    """`STREAMATLAS_STATE`, or `.streamatlas` in the project's root; absolute."""
    return Folders(Path(environ.get("STREAMATLAS_STATE") or root / ".streamatlas").absolute())
