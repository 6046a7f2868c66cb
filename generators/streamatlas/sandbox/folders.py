"""Where the sandbox keeps what it writes: all below one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


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
        return self.state / "kafka"

    @property
    def flink(self) -> Path:
        """Checkpoints and savepoints."""
        return self.state / "flink"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster of databases."""
        return self.state / "postgres"

    @property
    def site(self) -> Path:
        """The portal's pages."""
        return self.state / "site"

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

    def logs(self, name: str) -> Path:
        """The log of one process."""
        return self.log / f"{name}.log"

    def make(self) -> None:
        """Create the folders; only the owner may enter the state folder."""
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.log, self.tmp, self.conf, self.flink):
            folder.mkdir(exist_ok=True)


def find(environ: Mapping[str, str], root: Path) -> Folders:
    """`STREAMATLAS_STATE`, or `.streamatlas` in the project's root; absolute."""
    return Folders(Path(environ.get("STREAMATLAS_STATE") or root / ".streamatlas").absolute())
