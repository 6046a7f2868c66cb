"""`streamatlas status`: one poll, judged, as a table or as JSON."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from streamatlas.cli.operating import carry_out, environment
from streamatlas.cli.problems import load_graph, printable
from streamatlas.cli.problems import runbooks as runbooks_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from streamatlas.graph.graph import Graph
    from streamatlas.model.judged import Report, Verdict

HELP = "read everything once and say how it is"

_CODES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}
_STYLES = {"CRITICAL": "bold red", "WARNING": "yellow", "UNKNOWN": "dim", "affected": "red"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """--json, --runbooks."""
    parser.add_argument("--json", action="store_true", help="the report as /status.json has it")
    parser.add_argument("--runbooks", metavar="DIR", help="folder (that beside the topology)")


def run(args: argparse.Namespace) -> int:
    """0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.

    What takes two looks to be sure of (a job that does not run, a source that does not answer)
    is UNKNOWN after one.
    """
    from streamatlas.load.runbook import load_runbooks
    from streamatlas.model.runbook import opens

    graph = load_graph(args.topology, args.env)
    runbooks, _ = load_runbooks(runbooks_of(args.topology, args.runbooks))

    def act() -> int:
        report = asyncio.run(_poll(graph, environment(args), opens(runbooks)))
        _say(report, args.json)
        return _CODES[report.overall.status.name]

    return carry_out(act)


async def _poll(graph: Graph, environ: Mapping[str, str], runbooks: Mapping[str, str]) -> Report:
    from contextlib import aclosing

    from streamatlas.health.evaluate import evaluate
    from streamatlas.health.past import Past
    from streamatlas.observe.collect import Collector

    async with aclosing(Collector(graph, environ)) as collector:
        snapshot = await collector.poll(_clock())
    report, _ = evaluate(graph, snapshot, Past(), _clock(), runbooks)
    return report


def _say(report: Report, as_json: bool) -> None:
    import json

    from rich.console import Console

    from streamatlas.health.publish import to_json

    if as_json:
        print(json.dumps(to_json(report), indent=2))
        return
    console = Console(highlight=False)
    console.print(table(report))
    overall = f"{report.overall.status.name}: {report.overall.reason}"
    console.print(printable(overall), markup=False)


def table(report: Report) -> Table:
    """Worst first: what it is, its status, and why."""
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("element", no_wrap=True)
    grid.add_column("status", no_wrap=True)
    grid.add_column("reason", overflow="fold")
    sources = {f"source/{name}": s.verdict for name, s in report.sources.items()}
    rows = [*sources.items(), *report.nodes.items()]
    for ref, verdict in sorted(rows, key=lambda row: _rank(row[1])):
        grid.add_row(ref, *_cells(verdict))
    return grid


def _rank(verdict: Verdict) -> int:
    from streamatlas.health.overall import ORDER, word

    return ORDER.index(word(verdict))


def _cells(verdict: Verdict) -> tuple[Text, Text]:
    from rich.text import Text

    from streamatlas.health.overall import word

    name = word(verdict)
    return Text(name, _STYLES.get(name, "")), Text(printable(verdict.reason))


def _clock() -> datetime:
    return datetime.now(UTC)
