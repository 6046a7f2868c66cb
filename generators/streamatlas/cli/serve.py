"""`streamatlas serve`: the portal, with live status of one environment."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from streamatlas.cli import operating, problems

HELP = "serve the portal, with live status of one environment"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the pages are, and where to listen."""
    parser.add_argument("--site", metavar="DIR", help="folder of the built pages")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--runbooks", metavar="DIR", help="folder (that beside the topology)")


def run(args: argparse.Namespace) -> int:
    """Serve until a signal says stop; 1 for a wrong topology, 3 where it cannot listen."""
    import asyncio

    from streamatlas.load.runbook import load_runbooks
    from streamatlas.model.runbook import opens
    from streamatlas.sandbox import environment, folders, trouble
    from streamatlas.serve.collector import silent
    from streamatlas.serve.portal import bind, serve

    graph = problems.load_graph(args.topology, args.env)
    runbooks, wrong = load_runbooks(problems.runbooks(args.topology, args.runbooks))
    problems.say(wrong, Path(), sys.stderr)
    place = folders.find(os.environ, Path(args.topology).absolute().parent)
    environ, why = dict(os.environ), silent
    if args.env == "sandbox":  # one that is not there yet has no addresses, and the pages say so
        environ = environment.environ(place.state, environ)
        why = partial(trouble.of_source, place)
    try:
        listening = bind(args.host, args.port)
    except OSError as error:
        print(_cannot_listen(args, error), file=sys.stderr)
        return operating.NOT_THERE
    host = f"[{args.host}]" if ":" in args.host else args.host
    operating.say(f"Portal of {graph.platform}, {args.env}: http://{host}:{args.port}")
    site = Path(args.site) if args.site else place.site
    asyncio.run(serve(listening, site, graph, environ, _clock, opens(runbooks), why))
    return 0


def _cannot_listen(args: argparse.Namespace, error: OSError) -> str:
    from streamatlas.serve.holder import holder

    if error.errno != errno.EADDRINUSE:
        return f"Cannot listen on {args.host}, port {args.port}: {error.strerror}"
    return (
        f"Port {args.port} is taken by {holder(args.port)}. "
        f"Stop it, or take another: streamatlas serve --port {args.port + 1}"
    )


def _clock() -> datetime:
    return datetime.now(UTC)
