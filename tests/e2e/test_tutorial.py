"""Flink's own planner takes the jobs of the tutorial, and of the file that `new` writes."""

from __future__ import annotations

from typing import Any

import pytest

from factory import ROOT, graph_of
from planner import cost, planned
from streamatlas.graph.graph import Graph, Source
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import load_topology
from streamatlas.reference.starter import TEXT

pytestmark = pytest.mark.e2e


@pytest.fixture
def source(sandbox: Any) -> Source:
    return Source("flink", "", "", gateway=sandbox.environ["FLINK_GATEWAY"])


def prices(source: Source, graph: Graph) -> dict[str, dict[str, int]]:
    """What is costly in the plan of each job that has a query."""
    jobs = [job for job in graph.jobs.values() if job.queries]
    return {job.id: cost(planned(source, graph, job)) for job in jobs}


@pytest.mark.parametrize("step", [3, 4, 5, 6, 7])
def test_a_step(source: Source, step: int) -> None:
    file = ROOT / "docs" / "tutorial" / f"step-{step}" / "topology.yaml"
    found = prices(source, resolve(load_topology(file), "sandbox"))
    assert found == {"paid-orders": {}} | ({"revenue": {}} if step > 3 else {})


def test_the_file_to_begin_with(source: Source) -> None:
    assert prices(source, graph_of(TEXT)) == {"paid-orders": {}}
