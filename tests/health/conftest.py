"""Fixtures for the tests of rules and verdicts."""

from __future__ import annotations

import pytest

from factory import cut
from histories import History
from streamatlas.graph.graph import Graph


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The example with two products, in the sandbox."""
    return cut()


@pytest.fixture
def history(graph: Graph) -> History:
    """A portal that just started on the example."""
    return History(graph)


@pytest.fixture
def settled(history: History) -> History:
    """A portal that has seen a minute of good weather."""
    history.polls(6)
    return history
