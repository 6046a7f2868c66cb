"""`streamatlas schema`: the JSON Schema of the file, for editors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "print the JSON Schema of topology.yaml, with which editors complete and explain"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--out."""
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there")


def run(args: argparse.Namespace) -> int:
    """0; 3 where it cannot be written."""
    from streamatlas.cli.problems import printable
    from streamatlas.reference.schema import text

    if args.out is None:
        print(text(), end="")
        return 0
    try:
        args.out.write_text(text(), encoding="utf-8")
    except OSError as refusal:
        print(printable(f"streamatlas schema: {args.out}: {refusal.strerror}"), file=sys.stderr)
        return 3
    print(printable(f"{args.out}: written. Put this on top of topology.yaml:"))
    print(printable(f"# yaml-language-server: $schema={args.out}"))
    return 0
