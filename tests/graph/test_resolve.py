"""Every default, and what an environment changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factory import SMALL, example, graph_of, graphs, loaded, small, topologies
from hypothesis import given

from streamatlas.checks import run
from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import loads
from streamatlas.model.units import Range


@given(graphs())
def test_a_valid_topology_has_no_problems(graph: Graph) -> None:
    assert run(graph) == ()
