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
    """The process environment; the sandbox's own values over it, with its state folder."""
    base = dict(os.environ)  # noqa: TID251
    if args.env != "sandbox":
        return base
    from streamatlas.sandbox import environment, folders

    state = folders.find(base, Path(args.topology).absolute().parent).state
    return {**environment.environ(state, base), "STREAMATLAS_STATE": str(state)}


def carry_out(act: Callable[[], object]) -> int:
    """0; or 1 where it failed and 3 where a server does not answer, with one line why."""
    from streamatlas.graph.secrets import MissingSecret
    from streamatlas.operate.step import OperateError, UnreachableError

    try:
        act()
    except (OperateError, MissingSecret) as error:
        print(printable(str(error)), file=sys.stderr)
        return NOT_THERE if isinstance(error, UnreachableError) else FAILED
    return 0


def say(text: str) -> None:
    """A line of progress, at once."""
    print(printable(text), flush=True)
