"""What flows into every node, free of time: from whom, by how many ways, and held for how long.

* A topic or store is given what its writers write; a job's output each input whose rows come
  out there.
* A declared rate replaces the sum, downstream too. A service that declares one writes no more
  than that to all its topics together; a job, no more than that to each of its outputs.
* What is only looked up adds no records; neither does a store to a service that reads it and
  writes elsewhere.
* Where something that flows in has no bound, the sum has none: a service of which nothing is
  declared, a topic that nothing writes, records that go in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from streamatlas.graph.graph import Edge, Graph, Node, Normal, Ref
from streamatlas.graph.memo import once
from streamatlas.graph.order import ordered
from streamatlas.graph.waits import Wait, checkpoint, holds, through
from streamatlas.graph.ways import Way, ways

_NONE = timedelta(0)
# More copies than any platform makes; keeps sums finite whatever a file says.
_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Share:
    """What one node with a declared rate adds to another's sum, at most.

    `first` is where its records go at first: a service's rate is that of all its topics.
    They come `copies` times, of which `sure` times as they are; the other times they have been
    added up (`totals`), or went through a job or service that does not say what it makes of
    them (`unsaid`). Each record is held for at most `held` on the way.
    """

    origin: Ref
    first: Ref
    normal: Normal
    copies: int = 1
    sure: int = 1
    totals: bool = False
    unsaid: bool = False
    held: timedelta = _NONE


@dataclass(frozen=True, slots=True)
class Inflow:
    """All that flows into a node; not `whole` where some of it has no bound."""

    shares: tuple[Share, ...] = ()
    whole: bool = True


_UNKNOWN = Inflow(whole=False)


def rated(node: Node | None) -> Normal | None:
    """The normal that says how many records, where one was declared."""
    normal = node.normal if node else None
    if normal and (normal.windows or normal.rate.low or normal.rate.high is not None):
        return normal
    return None


def demand(graph: Graph, ref: Ref) -> Inflow:
    """What a node has to take: its declared rate, else what flows in.

    A service's rate is what it writes, so one that also reads has to take what flows in.
    """
    node, reads = graph.node(ref), bool(graph.inputs(ref))
    own = rated(node)
    if own and not (node.kind == "service" and reads and graph.outputs(ref)):
        return _own(ref, ref, own)
    return inflows(graph)[ref]


@once
def inflows(graph: Graph) -> Mapping[Ref, Inflow]:
    """What flows into each node, whether a rate is declared for it or not."""
    found: dict[Ref, Inflow] = {}
    for ref in ordered({node.ref: _needs(graph, node.ref) for node in graph.nodes()}):
        found[ref] = _into(graph, found, ref)
    return {node.ref: found.get(node.ref, _UNKNOWN) for node in graph.nodes()}


def _needs(graph: Graph, ref: Ref) -> set[Ref]:
    """The nodes whose sums make up this one's."""
    kind = ref.partition("/")[0]
    if kind in ("service", "job"):
        refs: set[Ref] = set(_read(graph, ref))
    else:
        refs = {way for edge in graph.inputs(ref) for way in _behind(graph, edge)}
    return {ref for ref in refs if (node := find(graph, ref)) and not rated(node)}


def _behind(graph: Graph, edge: Edge) -> Iterable[Ref]:
    """The nodes that what is written on an edge comes from."""
    writer = find(graph, edge.origin)
    if rated(writer) or not edge.origin.startswith("job/"):
        return (edge.origin,)
    return (way.input for way in ways(graph).get((edge.origin, edge.target), ()) if way.adds)


def _read(graph: Graph, ref: Ref) -> Iterator[Ref]:
    """What sends a service or job its records; a store is only asked, if they write elsewhere."""
    asks = bool(graph.outputs(ref))
    for edge in graph.inputs(ref):
        if edge.origin.startswith("topic/") or not asks:
            yield edge.origin


def _into(graph: Graph, found: Mapping[Ref, Inflow], ref: Ref) -> Inflow:
    if ref.startswith(("service/", "job/")):
        return _merged([_out_of(graph, found, origin) for origin in _read(graph, ref)])
    return _merged([_written(graph, found, edge) for edge in graph.inputs(ref)])


def _out_of(graph: Graph, found: Mapping[Ref, Inflow], ref: Ref) -> Inflow:
    """What a topic or store hands on."""
    normal = rated(find(graph, ref))
    return _own(ref, ref, normal) if normal else found.get(ref, _UNKNOWN)


def _own(ref: Ref, first: Ref, normal: Normal, held: timedelta = _NONE) -> Inflow:
    return Inflow((Share(ref, first, normal, held=held),))


def _written(graph: Graph, found: Mapping[Ref, Inflow], edge: Edge) -> Inflow:
    """What a service or job writes on one edge."""
    if edge.origin.startswith("job/"):
        return _made(graph, found, edge)
    if normal := rated(find(graph, edge.origin)):
        return _own(edge.origin, edge.target, normal)
    passed = found.get(edge.origin, _UNKNOWN)
    return replace(passed, shares=tuple(replace(s, sure=0, unsaid=True) for s in passed.shares))


def _made(graph: Graph, found: Mapping[Ref, Inflow], edge: Edge) -> Inflow:
    """What a job makes of its inputs for one output."""
    here = ways(graph).get((edge.origin, edge.target), ())
    committed = checkpoint(graph, edge)
    saved = committed.interval if committed else _NONE
    if normal := rated(find(graph, edge.origin)):
        return _own(edge.origin, edge.origin, normal, _slowest(graph, here) + saved)
    # One step waits for its slowest input, so that the records of all are held as long.
    by_time = _slowest(graph, [way for way in here if way.by_time])
    inputs = [
        _passed(_out_of(graph, found, way.input), way, by_time if way.by_time else _NONE, saved)
        for way in here
        if way.adds
    ]
    return _merged(inputs)


def _slowest(graph: Graph, here: Iterable[Way]) -> timedelta:
    known = holds(graph)
    waits = (through(graph, known.get(way.input, Wait()), way) for way in here)
    return max((wait.held for wait in waits), default=_NONE)


def _passed(inflow: Inflow, way: Way, by_time: timedelta, saved: timedelta) -> Inflow:
    """An input's shares as they come out of a job."""
    return replace(
        inflow,
        shares=tuple(
            replace(
                share,
                sure=0 if way.adds_up or way.unsaid else share.sure,
                totals=share.totals or way.adds_up,
                unsaid=share.unsaid or way.unsaid,
                held=max(share.held, by_time) + saved,
            )
            for share in inflow.shares
        ),
    )


def _merged(inflows: Sequence[Inflow]) -> Inflow:
    """Several inflows together: what comes from one place by several ways comes several times.

    Of none nothing is known.
    """
    known: dict[tuple[Ref, Ref], Share] = {}
    whole = bool(inflows)
    for inflow in inflows:
        whole = whole and inflow.whole
        for share in inflow.shares:
            key = (share.origin, share.first)
            known[key] = _added(known[key], share) if key in known else share
    return Inflow(tuple(known.values()), whole)


def _added(one: Share, other: Share) -> Share:
    return replace(
        one,
        copies=min(one.copies + other.copies, _MOST),
        sure=min(one.sure + other.sure, _MOST),
        totals=one.totals or other.totals,
        unsaid=one.unsaid or other.unsaid,
        held=max(one.held, other.held),
    )


def find(graph: Graph, ref: Ref) -> Node | None:
    """The node of a reference; None where there is none."""
    try:
        return graph.node(ref)
    except KeyError:
        return None
