"""`streamatlas traffic`: what the sandbox sends."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from streamatlas.cli.operating import NOT_THERE, carry_out, environment, say
from streamatlas.cli.problems import load_graph

if TYPE_CHECKING:
    from streamatlas.graph.graph import Graph
    from streamatlas.sandbox.traffic.control import Control

HELP = "what the sandbox sends: run, backlog, burst NODE, silence NODE, status"
STALE = 15


def arguments(parser: argparse.ArgumentParser) -> None:
    """One of the five, with its own options."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    kinds.add_parser("run", help="send and read until a signal ends it (started by up)")
    kinds.add_parser("backlog", help="send the last two hours, once (done by up)")
    kinds.add_parser("status", help="what is sent, lost and read")
    burst = kinds.add_parser("burst", help="send a batch now")
    burst.add_argument("node", metavar="NODE", help="a service, or a topic that services write")
    burst.add_argument("--seconds", type=float, help="for how long (as its window, else 60)")
    silence = kinds.add_parser("silence", help="let a service send nothing")
    silence.add_argument("node", metavar="NODE")
    silence.add_argument("--resume", action="store_true", help="let it send again")
    for kind in kinds.choices.values():  # these may also stand behind the word
        for option in ("--topology", "--env"):
            kind.add_argument(option, default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """0; 1 for a sender that is not, 3 where nothing runs or answers."""
    graph = load_graph(args.topology, args.env)
    acts = {"status": _status, "burst": _burst, "silence": _silence}
    return carry_out(lambda: acts.get(args.what, _send)(args, graph, environment(args)))


def _send(args: argparse.Namespace, graph: Graph, environ: Mapping[str, str]) -> int:
    from streamatlas.sandbox.traffic.backlog import backlog
    from streamatlas.sandbox.traffic.run import run as run_traffic

    if args.what == "run":
        run_traffic(graph, environ, time.time, say)
    elif not backlog(graph, environ, _now(), say):
        say("backlog: was sent before, or no traffic is declared")
    return 0


def _burst(args: argparse.Namespace, graph: Graph, environ: Mapping[str, str]) -> int:
    from streamatlas.sandbox.traffic.control import Burst, control, senders

    found, marks = senders(graph, args.node), control(environ)
    if _running(marks) is None:
        return _not_running()
    for service in found:
        marks.ask(Burst(service.id, args.seconds), _now())
        say(f"{service.ref} sends a burst")
    return 0


def _silence(args: argparse.Namespace, graph: Graph, environ: Mapping[str, str]) -> int:
    from streamatlas.sandbox.traffic.control import control, senders

    found, marks = senders(graph, args.node), control(environ)
    marks.silence(frozenset(service.id for service in found), args.resume)
    for service in found:
        say(f"{service.ref} {'sends again' if args.resume else 'sends nothing'}")
    return 0 if _running(marks) else _not_running()


def _status(args: argparse.Namespace, graph: Graph, environ: Mapping[str, str]) -> int:
    from streamatlas.sandbox.traffic.control import control

    status = _running(control(environ))
    if status is None:
        return _not_running()
    for row in status["producers"]:
        state = "silenced" if row["silent"] else f"{row['rate']}/s"
        lost = f"{row['failed']} failed, {row['skipped']} skipped"
        say(f"{row['stream']}: {row['sent']} sent, {lost}, {state}{_why(row)}")
    for row in status["consumers"]:
        read = f"{row['received']} read, {row['failed']} failed, lag {_known(row['lag'])}"
        say(f"{', '.join(row['topics'])} -> {row['service']}: {read}{_why(row)}")
    for row in status["stores"]:
        say(f"{row['use']}: {row['done']} done, {row['failed']} failed{_why(row)}")
    return 0


def _known(lag: int | None) -> str:
    return "unknown" if lag is None else str(lag)


def _why(row: Mapping[str, Any]) -> str:
    return f" ({row['problem']})" if row["problem"] else ""


def _running(marks: Control) -> dict[str, Any] | None:
    """The status, unless it is so old that nothing can be running."""
    from streamatlas.sandbox.traffic.control import age

    status = marks.status()
    fresh = status is not None and age(status, _now()).total_seconds() < STALE
    return status if fresh else None


def _not_running() -> int:
    print("no traffic is running: start it with make up", file=sys.stderr)
    return NOT_THERE


def _now() -> datetime:
    return datetime.now(UTC)
