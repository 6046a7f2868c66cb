"""`streamatlas check`: every problem of a topology at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "say everything that is wrong with a topology, with file, line and column"


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --format, --strict, --as-of."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="instead of --topology")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def run(args: argparse.Namespace) -> int:
    """Print the problems; 0 without errors, else 1."""
    from streamatlas.checks.everything import problems as find
    from streamatlas.cli import problems as show

    path = Path(args.file or args.topology)
    problems = find(path)
    ways = {"text": show.as_text, "json": show.as_json, "github": show.as_github}
    ways[args.format](problems, path.parent, sys.stdout)
    return int(any(p.level == "error" or args.strict for p in problems))
