"""The portal that a topology belongs to: one project may hold several, as `examples/` does."""

from __future__ import annotations

from pathlib import Path

SITE = "mkdocs.yml"


def project(folder: Path) -> Path:
    """The nearest folder, at a topology's or above it, that holds a site; else its own."""
    here = folder.absolute()
    above = (place for place in (here, *here.parents) if (place / SITE).is_file())
    found = next(above, here)
    return folder if found == here else found


def runbooks(folder: Path) -> Path:
    """The folder of runbooks: beside the topology, else those of its project."""
    own = folder / "runbooks"
    return own if own.is_dir() else project(folder) / "runbooks"
