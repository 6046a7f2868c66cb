"""Which files the main one includes: globs below its folder, and nothing outside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from streamatlas.load.document import MOST_PROBLEMS, SECTIONS, Document
from streamatlas.model.problem import Position, Problem

# Each `**` goes through all folders once more for every folder that the one before it finds.
_MOST_DEEP = 2


def includes(main: Document, folder: Path) -> Iterator[str]:
    """Names of included files, relative to the folder, in the order of their names.

    What is wrong with a pattern is added to the problems of the main file.
    """
    written = main.data.get("include", [])
    patterns = [written] if isinstance(written, str) else written
    found: set[str] = set()
    problems: list[Problem] = []
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        at = main.values.get(("include", index)) or main.values[("include",)]
        if isinstance(pattern, str):
            found.update(_matching(pattern, folder, at, problems))
        if len(problems) == MOST_PROBLEMS:
            message = f"{MOST_PROBLEMS} mistakes up to here: the rest was not read"
            problems.append(Problem(at, "include", message))
            break
    if problems:
        main.problems.extend(problems)
        main.lost |= SECTIONS
    yield from sorted(found - {main.name})


def _matching(pattern: str, folder: Path, at: Position, problems: list[Problem]) -> list[str]:
    if pattern.startswith(("/", "~")) or ".." in pattern.split("/"):
        problems.append(Problem(at, "include", f"'{pattern}' leads out of the folder of this file"))
        return []
    pattern = re.sub(r"(\*\*/)+", "**/", pattern)
    if pattern.count("**") > _MOST_DEEP:
        message = f"'{pattern}' looks into all folders too often: write '**' once or twice"
        problems.append(Problem(at, "include", message))
        return []
    try:
        inside = folder.resolve()
        files = [p for p in folder.glob(pattern) if p.resolve().is_relative_to(inside)]
    except (ValueError, NotImplementedError, OSError, RuntimeError):
        problems.append(Problem(at, "include", f"'{pattern}' is no pattern of files"))
        return []
    if not files:
        problems.append(Problem(at, "include", f"no file matches '{pattern}'"))
    return [p.relative_to(folder).as_posix() for p in files]
