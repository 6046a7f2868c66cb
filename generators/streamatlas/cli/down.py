"""`streamatlas down`: end what `up` started."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from streamatlas.cli.operating import NOT_THERE, is_elsewhere, say
from streamatlas.cli.problems import USAGE, printable

if TYPE_CHECKING:
    from streamatlas.graph.graph import Graph

HELP = "stop the jobs with savepoints and end the sandbox; its data is kept"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether the data is kept."""
    parser.add_argument("--wipe", action="store_true", help="delete the data as well")


def run(args: argparse.Namespace) -> int:
    """0, also where nothing runs; 3 where something stays that was to be deleted; 64 elsewhere."""
    from streamatlas.sandbox.alone import alone
    from streamatlas.sandbox.down import down, wipe
    from streamatlas.sandbox.folders import FolderError, find

    if is_elsewhere(args):
        return USAGE
    topology = Path(args.topology)
    environ = dict(os.environ)
    folders = find(environ, topology.absolute().parent)
    if not folders.state.exists():
        say("Nothing runs.")
        return 0
    graph = None if args.wipe else _graph(args.topology)
    try:
        with alone(folders, say):
            down(topology, graph, environ, say)
            if args.wipe:
                return 0 if wipe(folders, say) else NOT_THERE
    except (FolderError, OSError) as error:
        print(printable(f"streamatlas down: {error}"), file=sys.stderr)
        return NOT_THERE
    say(f"The data is kept in {folders.state}")
    return 0


def _graph(topology: str) -> Graph | None:
    """None where the topology is wrong just now: what runs can be ended all the same."""
    from streamatlas.cli.problems import Refused, load_graph

    try:
        return load_graph(topology, "sandbox")
    except Refused:
        return None
