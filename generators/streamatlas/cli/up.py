"""`streamatlas up`: the sandbox, the pipeline, traffic and the portal."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from streamatlas.cli.operating import is_elsewhere, say
from streamatlas.cli.problems import USAGE, printable

HELP = "start the sandbox: Kafka, Flink, PostgreSQL, jobs, traffic and the portal"


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none of its own: ports and folder come from PORT_BASE, PORT, STREAMATLAS_STATE."""


def run(args: argparse.Namespace) -> int:
    """0; 1 for a wrong topology, 3 where something does not start, 64 for wrong usage."""
    from streamatlas.cli.problems import load_graph
    from streamatlas.sandbox.alone import alone
    from streamatlas.sandbox.folders import FolderError, find
    from streamatlas.sandbox.pages import PagesError
    from streamatlas.sandbox.ports import PortError
    from streamatlas.sandbox.prepare import PrepareError
    from streamatlas.sandbox.stack import StartError
    from streamatlas.sandbox.up import up

    if is_elsewhere(args):
        return USAGE
    topology = Path(args.topology)
    environ = dict(os.environ)
    graph = load_graph(args.topology, "sandbox")
    try:
        with alone(find(environ, topology.absolute().parent), say):
            return up(topology, graph, environ, say)
    except PortError as error:
        print(printable(f"streamatlas up: {error}"), file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("Stopped. make up goes on from here, make down ends what runs.", file=sys.stderr)
        return 130
    except (PagesError, PrepareError, StartError, FolderError, OSError) as error:
        print(printable(f"streamatlas up: {error}"), file=sys.stderr)
        return 3
