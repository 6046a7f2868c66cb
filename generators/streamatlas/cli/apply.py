"""`streamatlas apply`: make a cluster what is declared; nothing is deleted."""

from __future__ import annotations

import argparse

from streamatlas.cli.operating import carry_out, environment, folder, say
from streamatlas.cli.problems import load_graph

HELP = "create users, topics, ACLs and tables, and start the jobs that do not run"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--no-jobs."""
    parser.add_argument("--no-jobs", action="store_true", help="leave jobs alone")


def run(args: argparse.Namespace) -> int:
    """0; 1 where something is refused, 3 where a server does not answer."""
    from streamatlas.operate import commands
    from streamatlas.operate.apply import apply
    from streamatlas.operate.deploy import start
    from streamatlas.sql.script import runnable

    graph = load_graph(args.topology, args.env)

    def act() -> None:
        environ = environment(args)
        apply(graph, environ, say)
        for job in () if args.no_jobs else runnable(graph):
            around = commands.around(graph, job, environ, folder(args), say)
            start(graph, job, environ, say, around=around)

    return carry_out(act)
