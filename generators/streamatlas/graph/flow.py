"""What is normal for every node, at any moment: what was declared for it, else what flows in.

As `inflows` adds up; a job's output may come as fast as its inputs did at any time while a
record may have been held on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from streamatlas.graph.changes import bands
from streamatlas.graph.graph import Edge, Graph, Normal, Ref, Topic, Window
from streamatlas.graph.inflows import Inflow, Share, inflows, rated
from streamatlas.graph.waits import checkpoint
from streamatlas.graph.windows import Band, expected


@dataclass(frozen=True, slots=True)
class Part:
    """What one origin comes to at some moment; `high` is None where it has no upper bound."""

    share: Share
    high: float | None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A band, whose windows make it, and the stretch in which both hold; `end` is not in it."""

    begin: datetime
    end: datetime
    band: Band
    parts: tuple[Part, ...]


def band(graph: Graph, ref: Ref, at: datetime, *, scale: float = 1) -> Band:
    """What is normal for a node at that moment; KeyError where there is no such node.

    `scale` multiplies all that was declared. A sum has low end 0, and counts the markers that
    transactions leave in a topic, which no scale makes fewer.
    """
    if normal := rated(graph.node(ref)):
        return expected(normal, at).scaled(scale)
    inflow = origins(graph, ref)
    now = parts(inflow, at)
    highs = [part.high for part in now if part.high is not None]
    windows = tuple(dict.fromkeys(window for part in now for window in part.windows))
    if not inflow.whole or len(highs) < len(now):
        return Band(0, None, windows)
    return Band(0, sum(highs) * scale + markers(graph, ref), windows)


def standing(
    graph: Graph, ref: Ref, begin: datetime, end: datetime, *, scale: float = 1
) -> Iterator[Standing]:
    """What holds from one moment to another, by time and without a gap, each until it changes."""
    inflow, last = origins(graph, ref), None
    for at, until in pairwise([*_moments(inflow, begin, end), end]):
        found = Standing(at, until, band(graph, ref, at, scale=scale), parts(inflow, at))
        if last and (last.band, last.parts) == (found.band, found.parts):
            last = replace(last, end=until)
            continue
        if last:
            yield last
        last = found
    if last:
        yield last


def _moments(inflow: Inflow, begin: datetime, end: datetime) -> list[datetime]:
    """When the band may change: where a window opens or closes, and when its records are out."""
    found = {begin}
    for share in inflow.shares:
        edges = [one.begin for one in bands(share.normal, begin - share.held, end)]
        found |= {at for edge in edges for at in (edge, edge + share.held)}
    return sorted(at for at in found if begin <= at < end)


def origins(graph: Graph, ref: Ref) -> Inflow:
    """Whose rates make up what is normal for a node: its own, else what flows in."""
    if normal := rated(graph.node(ref)):
        return Inflow((Share(ref, ref, normal),))
    return inflows(graph)[ref]


def parts(inflow: Inflow, at: datetime) -> tuple[Part, ...]:
    """What each origin adds at that moment, in the order of the inflow.

    The ways from one service share its rate: the one that brings most is the bound.
    """
    found: dict[Ref, Part] = {}
    for share in inflow.shares:
        part = _part(share, at)
        known = found.get(share.origin)
        if known is None or more(part.high, known.high):
            found[share.origin] = part
    return tuple(found.values())


def more(one: float | None, other: float | None) -> bool:
    """Whether one upper bound is above another; none is above all."""
    return other is not None and (one is None or one > other)


def _part(share: Share, at: datetime) -> Part:
    found = largest(share.normal, at - share.held, at)
    return Part(share, None if found.high is None else found.high * share.copies, found.windows)


def largest(normal: Normal, since: datetime, at: datetime) -> Band:
    """The bands from one moment to another, both included, joined; with all windows then open."""
    if since == at or not normal.windows:
        return expected(normal, at)
    return _joined([*(held.band for held in bands(normal, since, at)), expected(normal, at)])


def _joined(several: Iterable[Band]) -> Band:
    all_of_them = tuple(several)
    highs = [band.high for band in all_of_them if band.high is not None]
    high = max(highs) if len(highs) == len(all_of_them) else None
    windows = dict.fromkeys(window for band in all_of_them for window in band.windows)
    return Band(min(band.low for band in all_of_them), high, tuple(windows))


def markers(graph: Graph, ref: Ref) -> float:
    """Records a second that transactions add to a topic: one a partition, task and checkpoint."""
    topic = graph.topics.get(ref.removeprefix("topic/"))
    if topic is None or topic.ref != ref:
        return 0
    return sum(_markers(graph, topic, edge) for edge in graph.inputs(ref))


def _markers(graph: Graph, topic: Topic, edge: Edge) -> float:
    saved = checkpoint(graph, edge)
    if saved is None:
        return 0
    tasks = graph.jobs[saved.job.removeprefix("job/")].parallelism
    return topic.partitions * tasks / saved.interval.total_seconds()
