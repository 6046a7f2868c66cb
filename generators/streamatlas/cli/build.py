"""streamatlas build: write every generated file, or say which ones are stale."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

HELP = "write all generated files: the catalogue and the definitions of one environment"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--check", action="store_true", help="list stale files, write nothing")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write below DIR")


def run(args: argparse.Namespace) -> int:
    """0; 1 on errors or stale files; 3 where disk or Graphviz refuses; 64: no such environment."""
    from streamatlas.build import build, gather, stale
    from streamatlas.cli.problems import USAGE, printable, say
    from streamatlas.layout.graphviz import LayoutError, cached
    from streamatlas.load.project import runbooks
    from streamatlas.sandbox.folders import find
    from streamatlas.writer import WriteError

    topology = Path(args.topology)
    project = topology.parent
    out = args.out or project
    layout = cached(find(os.environ, project).state / "layout")
    trees = runbooks(project)
    try:
        if args.check:
            built = gather(topology, args.env, trees, layout)
        else:
            built = build(topology, args.env, out, trees, layout)
        late = stale(built, args.env, out) if args.check and built.files else ()
    except (WriteError, LayoutError) as refusal:
        print(printable(f"streamatlas build: {refusal}"), file=sys.stderr)
        return 3
    say(built.problems, project, sys.stdout)
    for path in late:
        print(printable(f"{path} is stale: run streamatlas build --env {args.env}"))
    if built.elsewhere:
        return USAGE
    return 1 if late or not built.files else 0
