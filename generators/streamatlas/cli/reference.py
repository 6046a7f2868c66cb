"""`streamatlas reference`: the pages of the format, the checks and the commands, from the code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamatlas.reference.commands_page import Command

HELP = "write the reference of the format, the checks and the commands"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--check, --out."""
    parser.add_argument("--check", action="store_true", help="list stale files, write nothing")
    parser.add_argument(
        "--out", type=Path, default=Path("docs/reference"), metavar="DIR", help="docs/reference"
    )


def run(args: argparse.Namespace) -> int:
    """0; 1 where files are stale; 3 where the disk refuses."""
    from streamatlas import writer
    from streamatlas.cli.problems import printable
    from streamatlas.reference.pages import pages

    out = args.out.absolute()
    files = pages(commands(), out.name)
    try:
        if args.check:
            late = writer.compare(files, out.parent, (out.name,))
            for path in late:
                print(printable(f"{args.out.parent / path} is stale: run streamatlas reference"))
            return int(bool(late))
        writer.write(files, out.parent, (out.name,))
    except writer.WriteError as refusal:
        print(printable(f"streamatlas reference: {refusal}"), file=sys.stderr)
        return 3
    return 0


def commands() -> tuple[Command, ...]:
    """Every command with its parser and what its `run` says of how it ends."""
    from streamatlas.cli.main import COMMANDS, named
    from streamatlas.reference.commands_page import Command

    found = []
    for command in COMMANDS:
        parser = argparse.ArgumentParser(description=command.HELP)
        command.arguments(parser)
        found.append(Command(named(command), parser, command.run.__doc__ or ""))
    return tuple(found)
