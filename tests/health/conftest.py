"""Fixtures for the tests of rules and verdicts."""

from __future__ import annotations

import pytest

from histories import History
from streamatlas.graph.graph import Graph


@pytest.fixture
def history(graph: Graph) -> History:
    """A portal that just started on the example."""
    return History(graph)


@pytest.fixture
def settled(history: History) -> History:
    """A portal that has seen a minute of good weather."""
    history.polls(6)
    return history
