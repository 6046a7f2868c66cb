"""Writer: the only disk writes of a build.

Each owned folder holds a list of what was generated there. By it a file that is generated no
longer is told from one that a person wrote, and only the former is ever removed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from streamatlas.model.generated import File

MANIFEST = ".generated"


class WriteError(Exception):
    """A file cannot be written or read; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Written:
    """Paths of files that were written because they were new or different, and removed ones."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


def write(files: Iterable[File], root: Path, owned: tuple[str, ...]) -> Written:
    """Write files below `root`, each whole or not at all, and remove what is generated no more.

    Raises WriteError for a path outside the owned folders, a file that a person wrote in the
    place of a generated one, and whatever the disk refuses.
    """
    texts = _texts(files, owned)
    before = {path for folder in owned for path in _listed(root, folder)}
    _refuse_strangers(texts, before, root)
    # Listed first: a build that is cut off leaves no file that nobody knows to be generated.
    for folder in owned:
        _put(root, f"{folder}/{MANIFEST}", _manifest(folder, before | texts.keys()))
    changed = [path for path in sorted(texts) if _put(root, path, texts[path])]
    removed = [path for path in sorted(before - texts.keys()) if _remove(root, path)]
    for folder in owned:
        _put(root, f"{folder}/{MANIFEST}", _manifest(folder, texts))
    return Written(tuple(changed), tuple(removed))


def compare(files: Iterable[File], root: Path, owned: tuple[str, ...]) -> tuple[str, ...]:
    """Paths that a build would write or remove, sorted; the disk is only read."""
    texts = _texts(files, owned)
    before = {path for folder in owned for path in _listed(root, folder)}
    different = {path for path, text in texts.items() if _read(root, path) != text}
    gone = {path for path in before - texts.keys() if _read(root, path) is not None}
    return tuple(sorted(different | gone | (texts.keys() - before)))


def _texts(files: Iterable[File], owned: tuple[str, ...]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in files:
        if file.path in texts:
            raise WriteError(f"two files are both {file.path}")
        if not any(_is_below(file.path, folder) for folder in owned):
            raise WriteError(f"{file.path} lies outside {' and '.join(owned)}")
        texts[file.path] = file.text
    return texts


def _is_below(path: str, folder: str) -> bool:
    parts = path.split("/")
    return path.startswith(f"{folder}/") and not {"", ".", "..", MANIFEST} & set(parts)


def _manifest(folder: str, paths: Iterable[str]) -> str:
    inside = sorted(p.removeprefix(f"{folder}/") for p in paths if _is_below(p, folder))
    return "".join(f"{path}\n" for path in inside)


def _listed(root: Path, folder: str) -> Iterable[str]:
    """What was generated in a folder; lines that lead out of it are not believed."""
    paths = (f"{folder}/{line}" for line in (_read(root, f"{folder}/{MANIFEST}") or "").split("\n"))
    return (path for path in paths if _is_below(path, folder))


def _refuse_strangers(texts: Mapping[str, str], before: set[str], root: Path) -> None:
    for path in sorted(texts.keys() - before):
        if _read(root, path) not in (None, texts[path]):
            raise WriteError(f"{path} is in the way: it was not generated; move or delete it")


def _within(root: Path, path: str) -> Path:
    """The path on disk; a link on the way must not lead out of the root."""
    place = root / path
    if not Path(os.path.realpath(place.parent)).is_relative_to(os.path.realpath(root)):
        raise WriteError(f"{path} leads out of {root}")
    return place


def _read(root: Path, path: str) -> str | None:
    """The file's text; None where there is none, or none that a build could have written."""
    place = _within(root, path)
    try:
        if place.is_symlink():
            return ""
        return place.read_bytes().decode() if place.exists() else None
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise _refused("read", path, error) from error


def _put(root: Path, path: str, text: str) -> bool:
    """Write the file if it differs; true if it did."""
    if _read(root, path) == text:
        return False
    place = _within(root, path)
    new = place.parent / f".{os.getpid()}.new"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(text.encode())
        new.replace(place)
    except OSError as error:
        raise _refused("write", path, error) from error
    finally:
        _discard(new)
    return True


def _discard(new: Path) -> None:
    try:
        new.unlink(missing_ok=True)
    except OSError:
        return  # what is in the way of removing it was in the way of writing it, and is reported


def _remove(root: Path, path: str) -> bool:
    """Remove the file, and folders that it leaves empty; true if it was there."""
    place = _within(root, path)
    try:
        if not place.is_file():
            return False
        place.unlink()
        for folder in place.relative_to(root).parents:
            if any((root / folder).iterdir()):
                break
            (root / folder).rmdir()
    except OSError as error:
        raise _refused("remove", path, error) from error
    return True


def _refused(verb: str, path: str, error: OSError) -> WriteError:
    return WriteError(f"cannot {verb} {path}: {error.strerror or error}")
