"""What commands that act on an environment share: its values, and how they end."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from streamatlas.cli.problems import printable

FAILED = 1
NOT_THERE = 3


def environment(args: argparse.Namespace) -> dict[str, str]:
    """The process environment; the sandbox's own values over it, with its state folder.

    Raises UnreachableError where there is no sandbox yet.
    """
    base = dict(os.environ)
    if args.env != "sandbox":
        return base
    from streamatlas.operate.step import UnreachableError
    from streamatlas.sandbox import environment, folders

    place = folders.find(base, Path(args.topology).absolute().parent)
    if not place.environment.exists():
        raise UnreachableError("there is no sandbox yet: make up")
    return environment.environ(place.state, base)


def folder(args: argparse.Namespace) -> Path:
    """The folder of the topology: declared commands run there."""
    return Path(args.topology).absolute().parent


def is_elsewhere(args: argparse.Namespace) -> bool:
    """Whether another environment is meant than the one that is local; then it says so."""
    if args.env == "sandbox":
        return False
    wrong = f"{args.command} is for the sandbox alone; {args.env} runs elsewhere"
    print(printable(f"streamatlas: {wrong}"), file=sys.stderr)
    return True


def carry_out(act: Callable[[], int | None]) -> int:
    """What it returns, or 0; 1 where it failed and 3 where a server does not answer.

    A failure is one line that says why.
    """
    from streamatlas.graph.secrets import MissingSecret
    from streamatlas.operate.step import OperateError, UnreachableError

    try:
        return act() or 0
    except (OperateError, MissingSecret) as error:
        print(printable(str(error)), file=sys.stderr)
        return NOT_THERE if isinstance(error, UnreachableError) else FAILED


def say(text: str) -> None:
    """A line of progress, at once and in one piece: jobs are started side by side."""
    sys.stdout.write(f"{printable(text)}\n")
    sys.stdout.flush()
