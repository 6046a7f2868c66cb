"""`streamatlas serve`: the portal, with live status of one environment."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamatlas.graph.graph import Graph

HELP = "serve the portal with live status"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the pages are, and where to listen."""
    parser.add_argument("--site", type=Path, help="folder of the built pages")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--runbooks", type=Path, default=Path("runbooks"), help="folder (runbooks)")


def run(args: argparse.Namespace) -> int:
    """Serve until a signal says stop; 1 for a wrong topology, 3 where it cannot listen."""
    from streamatlas.graph.resolve import resolve
    from streamatlas.load.runbook import load_runbooks
    from streamatlas.load.topology import load_topology
    from streamatlas.model.runbook import opens

    loaded = load_topology(args.topology)
    runbooks, problems = load_runbooks(args.runbooks)
    for problem in sorted((*loaded.problems, *problems)):
        print(problem, file=sys.stderr)
    if loaded.topology is None:
        return 1
    return _serve(args, resolve(loaded, args.env), opens(runbooks))


def _serve(args: argparse.Namespace, graph: Graph, runbooks: Mapping[str, str]) -> int:
    from streamatlas.sandbox import environment, folders
    from streamatlas.serve.portal import bind, serve

    place = folders.find(os.environ, args.topology.parent)  # noqa: TID251
    environ = dict(os.environ)  # noqa: TID251
    if args.env == "sandbox":
        environ = environment.environ(place.state, environ)
    try:
        listening = bind(args.host, args.port)
    except OSError as error:
        print(_cannot_listen(args, error), file=sys.stderr)
        return 3
    print(f"Portal on http://{args.host}:{args.port}, environment {args.env}", flush=True)
    asyncio.run(serve(listening, args.site or place.site, graph, environ, _clock, runbooks))
    return 0


def _cannot_listen(args: argparse.Namespace, error: OSError) -> str:
    from streamatlas.serve.holder import holder

    if error.errno != errno.EADDRINUSE:
        return f"Cannot listen on {args.host} port {args.port}: {error.strerror}"
    return (
        f"Port {args.port} is taken by {holder(args.port)}. "
        f"Stop it, or take another: streamatlas serve --port {args.port + 1}"
    )


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251
