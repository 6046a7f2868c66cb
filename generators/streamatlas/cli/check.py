"""`streamatlas check`: every problem of a topology, and of the runbooks beside it, at once."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

HELP = "say everything that is wrong with a topology and its runbooks, with file and line"


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --format, --strict, --as-of; it speaks of every environment, whatever --env says."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="instead of --topology")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="check as on that day; today"
    )


def run(args: argparse.Namespace) -> int:
    """Print the problems; 0 without errors, else 1."""
    from streamatlas.checks.everything import problems as find
    from streamatlas.cli import problems as show

    path = Path(args.file or args.topology)
    today = args.as_of or date.today()  # noqa: TID251 - the cli's clock
    problems = find(path, today)
    ways = {"text": show.as_text, "json": show.as_json, "github": show.as_github}
    ways[args.format](problems, path.parent, sys.stdout)
    if problems and args.format == "text":
        errors = sum(problem.level == "error" for problem in problems)
        print(f"errors: {errors}, warnings: {len(problems) - errors}", file=sys.stderr)
    return int(any(p.level == "error" or args.strict for p in problems))
