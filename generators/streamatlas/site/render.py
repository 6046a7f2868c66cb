"""Builds the static site beside the old one and puts it in its place when it is whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import streamatlas

_STAMP = ".inputs"
_PACKAGES = ("mkdocs", "mkdocs-material", "mkdocs-macros-plugin", "pymdown-extensions")


class SiteError(Exception):
    """MkDocs refused; the text is what it said, one problem a line."""


def render(project: Path, out: Path, docs: Path | None = None) -> bool:
    """Build the pages of `project` (mkdocs.yml, docs/) into `out`; False where nothing changed.

    `docs` holds what was generated, and pages of the topology's own, where that is elsewhere.
    Warnings are errors. Raises SiteError; `out` then is what it was before.
    """
    docs = (docs or project / "docs").absolute()
    digest = _digest(_inputs(project, docs))
    if _built_from(out) == digest:
        return False
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=out.parent) as folder:
        fresh, old = Path(folder) / "fresh", Path(folder) / "old"
        _mkdocs(project, fresh, docs)
        (fresh / _STAMP).write_text(digest)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
    return True


def _built_from(out: Path) -> str:
    stamp = out / _STAMP
    return stamp.read_text() if stamp.exists() else ""


def _mkdocs(project: Path, out: Path, docs: Path) -> None:
    """Run MkDocs as a process of its own: it keeps its state in modules and its log handlers."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    done = subprocess.run(
        [*command, "--config-file", str(project / "mkdocs.yml")],
        env=_environment() | {"STREAMATLAS_DOCS": str(docs)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SiteError("\n".join(_told(f"{done.stdout}\n{done.stderr}")))


def _environment() -> dict[str, str]:
    """That of this process, without Material's notice about another major version of MkDocs."""
    return os.environ | {"NO_MKDOCS_2_WARNING": "1"}


def _told(output: str) -> Iterator[str]:
    """The lines that say what is wrong, without progress."""
    for line in output.splitlines():
        if line.strip() and not line.startswith(("INFO", "DEBUG")):
            yield line.removeprefix("WARNING -  ").removeprefix("ERROR   -  ")


def _inputs(project: Path, docs: Path) -> Iterator[Path]:
    """Every file that the site is made of."""
    package = Path(streamatlas.__file__).parent
    scripts = package / "web" if (package / "web").exists() else package.parents[1] / "web"
    yield project / "mkdocs.yml"
    pages = dict.fromkeys(((project / "docs").absolute(), docs))
    for folder in (*pages, package / "site", package / "targets", scripts):
        yield from sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")


def _digest(paths: Iterable[Path]) -> str:
    """Of names and contents, and of the versions of what renders them."""
    from importlib.metadata import version

    found = hashlib.sha256("".join(f"{name}{version(name)}" for name in _PACKAGES).encode())
    for path in paths:
        found.update(f"\0{path}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()
