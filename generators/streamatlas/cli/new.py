"""`streamatlas new`: a file to begin with, and the schema by which an editor helps with it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

HELP = "write a topology.yaml to begin with, with a word on each part; nothing is overwritten"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where it goes."""
    parser.add_argument(
        "place",
        nargs="?",
        default=".",
        metavar="DIR|FILE",
        help="the folder for topology.yaml, or a file that ends in .yaml; here",
    )


def run(args: argparse.Namespace) -> int:
    """0; 1 where the file is there already, 3 where the disk refuses."""
    from streamatlas.cli.problems import printable
    from streamatlas.reference import schema, starter

    place = Path(args.place)
    file = place if place.suffix in (".yaml", ".yml") else place / "topology.yaml"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _create(file, starter.TEXT)
        helper = file.parent / schema.FILE
        if not helper.exists():
            _create(helper, schema.text())
    except FileExistsError as there:
        said = f"{there.filename} is there already, and stays as it is"
        print(printable(f"streamatlas new: {said}"), file=sys.stderr)
        return 1
    except OSError as refusal:
        said = f"cannot write {refusal.filename}: {refusal.strerror}"
        print(printable(f"streamatlas new: {said}"), file=sys.stderr)
        return 3
    for line in _next(file):
        print(printable(line))
    return 0


def _create(file: Path, text: str) -> None:
    """Write a file that must not be there yet."""
    with file.open("x", encoding="utf-8") as out:
        out.write(text)


def _next(file: Path) -> Iterator[str]:
    yield f"{file}: written."
    yield "Next: put your own names and numbers in, and look at what is wrong with"
    yield f"  streamatlas check {file}"
    yield "then see what follows from it, topics, permissions and pages:"
    yield f"  streamatlas build --topology {file}"
