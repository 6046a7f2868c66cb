"""`streamatlas site`: build, then the static pages."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

HELP = "build the portal's static pages"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the pages go."""
    parser.add_argument("--out", metavar="DIR", default="site", help="folder of the pages (site)")


def run(args: argparse.Namespace) -> int:
    """0; 1 where the topology or a page is wrong; 3 where disk or Graphviz refuses.

    64 where there is no such environment.
    """
    from streamatlas.build import build
    from streamatlas.cli.problems import USAGE, say
    from streamatlas.layout.graphviz import LayoutError, cached
    from streamatlas.load.project import project, runbooks
    from streamatlas.sandbox.folders import find
    from streamatlas.site.render import SiteError, render
    from streamatlas.writer import WriteError

    topology, out = Path(args.topology), Path(args.out)
    folder = topology.parent
    try:
        state = find(os.environ, folder).state
        layout = cached(state / "layout")
        built = build(topology, args.env, folder, runbooks(folder), layout)
        say(built.problems, folder, sys.stderr)
        if not built.files:
            return USAGE if built.elsewhere else 1
        changed = render(project(folder), out, folder / "docs")
    except SiteError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except (WriteError, LayoutError, OSError) as refusal:
        print(f"streamatlas site: {refusal}", file=sys.stderr)
        return 3
    print(f"{out}: built" if changed else f"{out}: nothing changed")
    return 0
