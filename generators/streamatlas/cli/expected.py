"""`streamatlas expected`: what is normal for a node, minute by minute or change by change."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamatlas.cli.problems import USAGE, load_graph, placed, printable

if TYPE_CHECKING:
    from streamatlas.graph.flow import Part, Standing
    from streamatlas.graph.graph import Graph, Node
    from streamatlas.graph.windows import Band

HELP = "say what rate is normal for a node, and in which windows, from one moment to another"

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_MOST = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """NODE, --from, --to, --step, --format."""
    parser.add_argument(
        "node", metavar="NODE", help="service/vault, or vault where one has that id"
    )
    times = "2026-12-01, or 2026-12-01T17:10Z; UTC where no offset is written"
    parser.add_argument("--from", dest="begin", type=_moment, metavar="TIME", help=f"{times}; now")
    parser.add_argument("--to", dest="end", type=_moment, metavar="TIME", help="a day later")
    parser.add_argument(
        "--step", type=_step, metavar="DURATION", help="a row each 1min (text: each change)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """0; 1 for a topology with errors, 64 for a node that is not there or times without sense."""
    graph = load_graph(args.topology, args.env)
    node, wrong = _find(graph, Path(args.topology).parent, args.node)
    begin = args.begin or _now().replace(second=0, microsecond=0)
    end = args.end or begin + _DAY
    wrong = wrong or _sense(begin, end, args.step or _MINUTE)
    if node is None or wrong:
        print(printable(f"streamatlas expected: {wrong}"), file=sys.stderr)
        return USAGE
    show = _as_json if args.format == "json" else _as_text
    show(graph, node, begin, end, args.step)
    return 0


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        message = f"'{text}' is no time: write 2026-12-01 or 2026-12-01T17:10Z"
        raise argparse.ArgumentTypeError(message) from None


def _step(text: str) -> timedelta:
    from streamatlas.model.units import UnitError, positive

    try:
        return positive(text)
    except UnitError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _now() -> datetime:
    return datetime.now(UTC)


def _sense(begin: datetime, end: datetime, step: timedelta) -> str:
    """What is wrong with the times, or nothing."""
    from streamatlas.model.calendar import YEARS

    if end <= begin:
        return f"--to {_iso(end)} is not after --from {_iso(begin)}"
    if begin.year not in YEARS or end.year not in YEARS:
        return f"years from {YEARS[0]} to {YEARS[-1]} can be asked for"
    if (end - begin) / step > _MOST:
        return "that would be over a million rows: take a longer --step, or a shorter time"
    return ""


def _find(graph: Graph, folder: Path, name: str) -> tuple[Node | None, str]:
    """The node of a reference or of an id that only one has; else what is wrong.

    Positions are in `folder`, and told as seen from the working folder.
    """
    from streamatlas.model.near import nearest

    nodes = {node.ref: node for node in graph.nodes()}
    found = [node for node in nodes.values() if name in (node.ref, node.id)]
    if len(found) == 1:
        return replace(found[0], at=placed(found[0].at, folder)), ""
    if found:
        return None, f"'{name}' is {' and '.join(node.ref for node in found)}: say which"
    by_id = {node.id: node.ref for node in nodes.values()}
    near = nearest(name, list(nodes)) or by_id.get(nearest(name, list(by_id)) or "")
    hint = f"; did you mean {near} ({placed(nodes[near].at, folder)})?" if near else ""
    return None, f"there is no '{name}'{hint}"


def _as_json(
    graph: Graph, node: Node, begin: datetime, end: datetime, step: timedelta | None
) -> None:
    """A list, a row a line; what is to be known of all rows is said on the other channel."""
    if graph.scale != 1:
        print(printable(_scaled(graph)), file=sys.stderr)
    lead = "["
    for row in rows(graph, node, begin, end, step or _MINUTE):
        print(f"{lead}{row}", end="")
        lead = ",\n "
    print("]")


def rows(
    graph: Graph, node: Node, begin: datetime, end: datetime, step: timedelta
) -> Iterator[str]:
    """A JSON object for each step from `begin` to before `end`: at, low, high, windows."""
    from streamatlas.graph.flow import standing

    for one in standing(graph, node.ref, begin, end, scale=graph.scale):
        rest = json.dumps(_values(one))[1:]
        for at in _steps(one, begin, step):
            yield f'{{"at": "{_iso(at)}", {rest}'


def _values(one: Standing) -> dict[str, Any]:
    """What holds: null is no bound; the windows are with whose they are."""
    return {
        "low": _number(one.band.low),
        "high": None if one.band.high is None else _number(one.band.high),
        "windows": [
            {
                "of": part.share.origin,
                "at": window.at.text,
                "timezone": part.share.normal.timezone,
                "required": window.required,
                "why": window.why,
            }
            for part in one.parts
            for window in part.windows
        ],
    }


def _steps(one: Standing, begin: datetime, step: timedelta) -> Iterator[datetime]:
    """The moments in a stretch that are whole steps after the very first."""
    at = begin - (begin - one.begin) // step * step
    while at < one.end:
        yield at
        at += step


def _as_text(
    graph: Graph, node: Node, begin: datetime, end: datetime, step: timedelta | None
) -> None:
    """A table: from when on, in UTC and by the owner's clock, how much, in which windows."""
    from streamatlas.graph.flow import standing

    for line in _heading(graph, node):
        print(printable(line))
    own = [] if node.timezone == "UTC" else [node.timezone.rpartition("/")[2].replace("_", " ")]
    rows = [("from, UTC", *own, "records", "windows")]
    for one in standing(graph, node.ref, begin, end, scale=graph.scale):
        opened = ", ".join(_said(part, node) for part in one.parts if part.windows)
        moments = _steps(one, begin, step) if step else [one.begin]
        rows += [(*_times(at, node), _rate(one.band), opened) for at in moments]
    rows.append((*_times(end, node), "end", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for *cells, opened in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        print(printable(f"{line}  {opened}".rstrip()))


def _heading(graph: Graph, node: Node) -> Iterator[str]:
    from streamatlas.graph.flow import origins
    from streamatlas.graph.inflows import rated

    if rated(node):
        yield f"{node.ref}, as declared at {node.at}"
    else:
        inflow = origins(graph, node.ref)
        names = ", ".join(dict.fromkeys(share.origin for share in inflow.shares))
        others = "" if inflow.whole else ", and from others who declare none"
        yield f"{node.ref} declares no rate: at most the sum of what flows in"
        yield f"from {names}{others}" if names else "from nobody who declares a rate"
    if graph.scale != 1:
        yield _scaled(graph)


def _scaled(graph: Graph) -> str:
    return f"in {graph.environment} rates are {graph.scale:g} of those declared"


def _said(part: Part, node: Node) -> str:
    """`09:10-09:15 (daily batch)`, with whose it is if that is not the node itself."""
    whose = "" if part.share.origin == node.ref else f"{part.share.origin} "
    whys = (f" ({window.why})" if window.why else "" for window in part.windows)
    texts = (window.at.text for window in part.windows)
    return ", ".join(f"{whose}{text}{why}" for text, why in zip(texts, whys, strict=True))


def _rate(band: Band) -> str:
    from streamatlas.model.units import say_number

    if band.high is None:
        return f"at least {say_number(band.low)}/s" if band.low else "no bound"
    if not band.low:
        return f"up to {say_number(band.high)}/s"
    return f"{say_number(band.low)}-{say_number(band.high)}/s"


def _number(value: float) -> float:
    """The number to six digits after the point, without a point where it is whole."""
    return int(value) if value == int(value) else round(value, 6)


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _times(at: datetime, node: Node) -> tuple[str, ...]:
    """In UTC, and by the owner's wall clock where that is another: `Tue 09:10`."""
    from zoneinfo import ZoneInfo

    clock = "%H:%M:%S" if at.second else "%H:%M"
    utc = at.strftime(f"%Y-%m-%d {clock}")
    if node.timezone == "UTC":
        return (utc,)
    return utc, at.astimezone(ZoneInfo(node.timezone)).strftime(f"%a {clock}")
