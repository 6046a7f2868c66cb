"""No check fails on a topology in which things are missing: it is what a first draft looks like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from factory import ROOT
from streamatlas.checks import due, run
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, load_topology

EXAMPLE = ROOT / "tests" / "mistakes" / "example" / "topology.yaml"
SECTIONS = ("teams", "services", "topics", "jobs", "stores", "schemas", "environments")
TODAY = date(2026, 11, 24)


@cache
def whole() -> Loaded:
    loaded = load_topology(EXAMPLE)
    assert loaded.topology is not None
    return loaded


def all_checks_of(loaded: Loaded, **sections: object) -> int:
    """How many problems there are when some sections of the example are others."""
    assert loaded.topology is not None
    topology = loaded.topology.model_copy(update=sections)
    names = topology.environments or ("sandbox",)
    graphs = [resolve(replace(loaded, topology=topology), name) for name in names]
    return sum(len(run(graph)) + len(due(graph, TODAY)) for graph in graphs)


@pytest.mark.parametrize("section", SECTIONS)
def test_without_any_one_thing(section: str) -> None:
    loaded = whole()
    there: dict[str, object] = getattr(loaded.topology, section)
    found = [
        all_checks_of(loaded, **{section: {k: v for k, v in there.items() if k != name}})
        for name in there
    ]
    assert any(found) or section == "environments"  # nothing names one of these


@pytest.mark.parametrize("section", SECTIONS)
def test_without_a_whole_section(section: str) -> None:
    assert all_checks_of(whole(), **{section: {}}) or section == "environments"


@pytest.mark.parametrize("section", SECTIONS)
def test_with_one_section_alone(section: str) -> None:
    empty: dict[str, object] = {other: {} for other in SECTIONS if other != section}
    all_checks_of(whole(), **empty, views={}, maintenance=())


def test_with_every_name_another() -> None:
    loaded, found = whole(), []
    for section in SECTIONS:
        there: dict[str, object] = getattr(loaded.topology, section)
        turned = dict(zip(there, reversed(there.values()), strict=True))
        found.append(all_checks_of(loaded, **{section: turned}))
    assert sum(map(bool, found)) > 2
