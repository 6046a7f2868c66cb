"""Fixtures for all tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# `factory` is imported by name from every test; there are no packages among tests.
sys.path.insert(0, str(Path(__file__).parent))

from factory import example
from hypothesis import HealthCheck, settings

from streamatlas.graph.graph import Graph

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The shipped example in the sandbox."""
    return example()
