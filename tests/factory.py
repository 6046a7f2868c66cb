"""Graphs for tests: the shipped example, small ones made by hand, and generated ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, load_topology, loads

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "topology.yaml"

SMALL = """\
platform: shop
teams:
  shop: {chat: shop-eng, timezone: Europe/Berlin}
  data: {chat: data-eng}
services:
  web-shop: {owner: shop, writes: orders}
  reports: {owner: data, reads: orders.paid}
topics:
  orders: {normal: {rate: 20-400/s, silent-after: 5min}}
  orders.paid: {}
jobs:
  paid-orders: {owner: data, reads: orders, writes: orders.paid}
"""


@cache
def example(environment: str = "sandbox") -> Graph:
    """The shipped example."""
    return resolve(load_topology(EXAMPLE), environment)


def loaded(text: str) -> Loaded:
    """What a text says that stands in a file `topology.yaml`; it must be without mistakes."""
    found = loads(text, "topology.yaml")
    assert not found.problems, found.problems
    return found


def graph_of(text: str, environment: str = "sandbox") -> Graph:
    """The graph of a text that is without mistakes of form."""
    return resolve(loaded(text), environment)


def small() -> Graph:
    """The smallest useful platform: two services, two topics, a job without a query."""
    return graph_of(SMALL)
