"""The jars of Kafka and Flink: exact coordinates and sha256, from the lock file `jars.txt`.

They are kept in the user's Maven cache and compared with the lock at every start.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

TRIES = 3
THREADS = 4


class JarError(Exception):
    """A jar that cannot be had, and why."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock: whose class path it is on, its coordinates, its sha256 in hex."""

    program: str
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies below a Maven cache."""
        name = f"{self.artifact}-{self.version}.jar"
        return Path(*self.group.split("."), self.artifact, self.version, name)


def read(lock: str) -> tuple[Jar, ...]:
    """The jars of a lock file's text: `program group:artifact:version sha256` a line."""
    return tuple(_jar(line) for line in lock.splitlines() if line and not line.startswith("#"))


def _jar(line: str) -> Jar:
    program, coordinates, sha256 = line.split()
    group, artifact, version = coordinates.split(":")
    return Jar(program, group, artifact, version, sha256)


def locked() -> tuple[Jar, ...]:
    """The jars that this version of the program runs."""
    return read(resources.files(__package__).joinpath("jars.txt").read_text(encoding="utf-8"))


def cache(environ: Mapping[str, str]) -> Path:
    """The user's Maven cache: `M2_REPO`, or `.m2/repository` at home."""
    return Path(environ.get("M2_REPO") or Path.home() / ".m2" / "repository")


def class_path(jars: Iterable[Jar], program: str, folder: Path) -> str:
    """What Java wants as CLASSPATH."""
    return ":".join(str(folder / jar.path) for jar in jars if jar.program == program)


def missing(jars: Iterable[Jar], folder: Path) -> tuple[Jar, ...]:
    """The jars that are not there or not what the lock says."""
    distinct = {jar.path: jar for jar in jars}
    with ThreadPoolExecutor(THREADS) as pool:
        sound = pool.map(lambda jar: _sha256(folder / jar.path) == jar.sha256, distinct.values())
        return tuple(jar for jar, good in zip(distinct.values(), sound, strict=True) if not good)


def fetch(
    jars: Iterable[Jar], folder: Path, tmp: Path, download: Callable[[Jar, Path], Path]
) -> Iterable[Jar]:
    """Fetch each jar into `folder`, and yield it once it is there and right.

    A jar is downloaded below `tmp`, compared, and only then moved to its place, so that an
    interrupted download leaves nothing behind. Raises JarError.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(lambda jar: _fetch(jar, folder, tmp, download), jars)


def _fetch(jar: Jar, folder: Path, tmp: Path, download: Callable[[Jar, Path], Path]) -> Jar:
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory(dir=tmp) as fresh:
            file = download(jar, Path(fresh))
            if _sha256(file) == jar.sha256:
                _move(file, folder / jar.path)
                return jar
    raise JarError(f"{jar.path.name}: not the file that the lock names, after {TRIES} downloads")


def _move(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(f".{file.parent.stat().st_ino}.part")
    shutil.copyfile(file, beside)
    beside.replace(place)


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def from_maven_central(jar: Jar, folder: Path) -> Path:
    """Download one jar below `folder`; raises JarError when it cannot be had."""
    from jgo.maven import MavenContext
    from requests import RequestException

    context = MavenContext(repo_cache=folder, timeout=30)
    try:
        found = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
        return Path(found.resolve())
    except (RequestException, RuntimeError, OSError) as error:
        raise JarError(f"{jar.path.name}: {error}") from error
