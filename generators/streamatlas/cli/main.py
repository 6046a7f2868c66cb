"""The command `streamatlas`: parse, run one command, return its exit code.

A command is a module of this package with `HELP`, `arguments(parser)` and `run(args) -> int`;
what it needs is imported inside `run`, so that none pays for another.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol

from streamatlas.cli import (
    apply,
    build,
    check,
    deploy,
    down,
    expected,
    new,
    reference,
    savepoints,
    schema,
    serve,
    site,
    status,
    traffic,
    up,
)
from streamatlas.cli.problems import Refused, say

USAGE = 64


class Command(Protocol):
    """What a module must have to be a command; its name is the module's."""

    __name__: str
    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""


COMMANDS: tuple[Command, ...] = (
    new,
    check,
    schema,
    build,
    site,
    serve,
    status,
    expected,
    traffic,
    apply,
    deploy,
    savepoints,
    up,
    down,
    reference,
)


class Parser(argparse.ArgumentParser):
    """An argument parser that exits 64 on wrong usage."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, how it is used, and exit."""
        self.exit(USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


def named(command: Command) -> str:
    """How it is called on the command line."""
    return command.__name__.rpartition(".")[2]


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    main = Parser(prog="streamatlas", description="Docs, live map and definitions from one file.")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = commands.add_parser(named(command), help=command.HELP, description=command.HELP)
        one.add_argument("--topology", default="topology.yaml", metavar="FILE")
        one.add_argument("--env", default="sandbox", metavar="NAME")
        command.arguments(one)
        one.set_defaults(run=command.run)
    return main


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 errors, 3 not there or unknown, 64 wrong usage."""
    args = parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except Refused as refused:
        say(refused.problems, refused.folder, sys.stderr)
        return refused.code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
