"""`streamatlas savepoints [JOB]`: list savepoints, and delete those that are kept no longer."""

from __future__ import annotations

import argparse
import sys

from streamatlas.cli.operating import carry_out, environment, say
from streamatlas.cli.problems import load_graph

HELP = "list the savepoints of jobs; delete those that the declared retention lets go"


def arguments(parser: argparse.ArgumentParser) -> None:
    """JOB and --prune."""
    parser.add_argument("job", metavar="JOB", nargs="?", help="that job only")
    parser.add_argument("--prune", action="store_true", help="delete what may go")


def run(args: argparse.Namespace) -> int:
    """0; 1 where something stays that should go, 3 where Flink does not answer, 64 for no job."""
    from datetime import UTC, datetime

    from streamatlas.operate.savepoints import delete, savepoints
    from streamatlas.targets.words import kept

    graph = load_graph(args.topology, args.env)
    asked = args.job.removeprefix("job/") if args.job else None
    if asked is not None and asked not in graph.jobs:
        print(f"no job '{args.job}'; there is {', '.join(graph.jobs) or 'none'}", file=sys.stderr)
        return 64
    jobs = [job for job in graph.jobs.values() if asked in (None, job.id)]

    def act() -> None:
        environ = environment(args)
        for job in jobs:
            say(f"{job.ref} keeps {kept(job.savepoints)}")
            for one in savepoints(graph, job, environ, datetime.now(UTC)):
                fate = f"stays: {one.stays}" if one.stays else "may go"
                if args.prune and not one.stays:
                    delete(graph, job, environ, one)
                    fate = "deleted"
                say(f"  {one.written:%Y-%m-%d %H:%M:%S} UTC  {one.path}  {fate}")

    return carry_out(act)
