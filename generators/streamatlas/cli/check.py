"""`streamatlas check`: every problem of a topology, and of the runbooks beside it, at once."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

if TYPE_CHECKING:
    from streamatlas.model.problem import Problem

    Way: TypeAlias = Callable[[Iterable[Problem], Path, TextIO], None]

FORMATS = ("text", "json", "github", "sarif")
HELP = "say everything that is wrong with a topology and its runbooks, with file and line"


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --format, --strict, --as-of, --explain.

    It speaks of every environment, whichever --env names.
    """
    parser.add_argument("file", nargs="?", metavar="FILE", help="instead of --topology")
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how problems are printed; text"
    )
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="check as on that day; today")
    parser.add_argument(
        "--explain",
        nargs="?",
        const="",
        metavar="RULE",
        help="say what a rule means and what to write instead; without RULE, list them all",
    )


def run(args: argparse.Namespace) -> int:
    """0 without errors, else 1; 64 where there is no such environment, or rule to explain."""
    if args.explain is not None:
        from streamatlas.cli.explain import explain

        return explain(args.explain, sys.stdout)
    path = Path(args.file or args.topology)
    today = args.as_of or date.today()
    gc.disable()  # nearly all that is read is kept, and to look through it for waste takes long
    problems = _problems(path, args.env, today)
    gc.freeze()
    gc.enable()
    _way(args.format)(problems, path.parent, sys.stdout)
    if problems and args.format == "text":
        errors = sum(problem.level == "error" for problem in problems)
        print(f"errors: {errors}, warnings: {len(problems) - errors}", file=sys.stderr)
    return int(any(p.level == "error" or args.strict for p in problems))


def _problems(path: Path, environment: str, today: date) -> tuple[Problem, ...]:
    """All that is wrong; raises `Refused` where there is no such environment."""
    from streamatlas.checks.everything import judged
    from streamatlas.cli.problems import USAGE, Refused
    from streamatlas.graph.resolve import unknown
    from streamatlas.load.topology import load_topology

    loaded = load_topology(path)
    if strange := unknown(loaded, environment):
        raise Refused(strange, path.parent, USAGE)
    return judged(loaded, path.parent, today)


def _day(text: str) -> date:
    """A day of which clocks are known, with a year before and after it."""
    from streamatlas.model.calendar import YEARS

    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date: write 2026-11-24") from None
    if found.year not in YEARS:
        message = f"years from {YEARS[0]} to {YEARS[-1]} can be asked for"
        raise argparse.ArgumentTypeError(message)
    return found


def _way(name: str) -> Way:
    """What prints problems in that format."""
    from streamatlas.cli import problems as show

    if name == "sarif":
        from streamatlas.cli.sarif import as_sarif

        return as_sarif
    return {"text": show.as_text, "json": show.as_json, "github": show.as_github}[name]
