"""Nodes in the order of the data, each after all that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from streamatlas.graph.graph import Ref


def ordered(needs: Mapping[Ref, Iterable[Ref]]) -> Iterator[Ref]:
    """What is needed first; what stands on a cycle, or needs something that does, is left out."""
    sorter = TopologicalSorter(needs)
    with suppress(CycleError):  # the sorter goes on with what is free of it
        sorter.prepare()
    while ready := sorter.get_ready():
        yield from ready
        sorter.done(*ready)
