"""Fixtures for all tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from factory import example
from streamatlas.graph.graph import Graph

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=1_000)
settings.load_profile("default")


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The shipped example in the sandbox."""
    return example()
