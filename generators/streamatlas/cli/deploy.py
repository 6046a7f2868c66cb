"""`streamatlas deploy JOB`: replace a job without losing its state."""

from __future__ import annotations

import argparse
import sys

from streamatlas.cli.operating import carry_out, environment, folder, say
from streamatlas.cli.problems import load_graph

HELP = "stop a job with a savepoint, submit what is declared, go on from there, verify"


def arguments(parser: argparse.ArgumentParser) -> None:
    """JOB and --from PATH."""
    parser.add_argument("job", metavar="JOB")
    parser.add_argument("--from", dest="path", metavar="PATH", help="savepoint or checkpoint")


def run(args: argparse.Namespace) -> int:
    """0; 1 where Flink refuses it, 3 where a server does not answer, 64 for no such job."""
    from streamatlas.operate import commands
    from streamatlas.operate.deploy import deploy

    graph = load_graph(args.topology, args.env)
    job = graph.jobs.get(args.job.removeprefix("job/"))
    if job is None:
        print(f"no job '{args.job}'; there is {', '.join(graph.jobs) or 'none'}", file=sys.stderr)
        return 64

    def act() -> None:
        environ = environment(args)
        around = commands.around(graph, job, environ, folder(args), say)
        deploy(graph, job, environ, say, args.path, around=around)

    return carry_out(act)
