"""`streamatlas new`: a file to begin with, and the schema by which an editor helps with it."""

from __future__ import annotations

import argparse
import shlex
import shutil
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
    for line in _next(file, _called(sys.argv[0])):
        print(printable(line))
    return 0


def _create(file: Path, text: str) -> None:
    """Write a file that must not be there yet."""
    with file.open("x", encoding="utf-8") as out:
        out.write(text)


def _called(path: str) -> str:
    """The word that calls this program again: its name where a shell finds it by that."""
    program = Path(path)
    if program.name != "streamatlas":
        return "streamatlas"  # called by a module's name, or by another program
    found = shutil.which(program.name)
    known = found and Path(found).resolve() == program.resolve()
    return program.name if known else shlex.quote(path)


def _next(file: Path, program: str) -> Iterator[str]:
    there = shlex.quote(str(file))
    yield f"{file}: written."
    yield "Next: put your own names and numbers in, and look at what is wrong with"
    yield f"  {program} check {there}"
    yield "then see what follows from it, topics, permissions and pages:"
    yield f"  {program} build --topology {there}"
