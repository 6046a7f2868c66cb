"""Fixtures for all tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from factory import example
from streamatlas.graph.graph import Graph

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The shipped example in the sandbox."""
    return example()
