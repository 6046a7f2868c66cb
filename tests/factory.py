"""Graphs for tests: the shipped example, small ones made by hand, and generated ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from streamatlas.graph.graph import Graph
from streamatlas.graph.names import sql
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, load_topology, loads

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "topology.yaml"
CUT = ROOT / "tests" / "golden" / "cut" / "topology.yaml"

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


@cache
def cut(environment: str = "sandbox") -> Graph:
    """The example cut down to two products: small enough to name every node."""
    return resolve(load_topology(CUT), environment)


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


# -- generated topologies --------------------------------------------------------------------

HOSTILE = st.sampled_from(
    [
        "",
        "plain words",
        "<script>alert(1)</script>",
        "a | b `c` *d* [e](javascript:x) {{ f }} {% g %} ${h}",
        "'; DROP TABLE usage; --",
        "# no heading\n\n---\n\n- no list",
        "\u202e right to left \u00e9\u4e2d\U0001f600",
        "]]> &amp; \" ' \\",
    ]
)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}([._-][a-z0-9]{1,4}){0,2}", fullmatch=True)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe"])
RATES = st.sampled_from(["up to 5/s", "1-20/s", "300-1.2k/s", "at least 1/min"])
WINDOWS = st.fixed_dictionaries(
    {
        "at": st.sampled_from(["09:10-09:15", "22:00-02:00 weekdays", "every 15min for 2min"]),
        "rate": st.sampled_from(["1k-2k/s", "10-50/s"]),
    },
    optional={"why": HOSTILE.filter(bool), "until": st.just("2027-01-31")},
)
NORMALS = st.fixed_dictionaries(
    {"rate": RATES}, optional={"windows": st.lists(WINDOWS, min_size=1, max_size=2)}
)
Tree = dict[str, Any]
_FIELDS = {"id": "string", "key": "string", "amount": "decimal(18,6)", "at": "timestamp"}
_SCHEMAS: Tree = {
    "event": {"id": "id", "key": "key", "time": "at", "fields": _FIELDS},
    "total": {
        "id": ["key", "at"],
        "time": "at",
        "fields": {"key": "string", "amount": "decimal(38,6)", "at": "timestamp"},
    },
    "plan": {"id": "key", "fields": {"key": "string", "plan": "string"}},
    "row": {"like": "total", "fields": {"plan": "string"}},
}


def _distinct(ids: list[str], taken: set[str]) -> list[str]:
    """Those ids that are no other's in SQL, metrics, files and Kafka."""
    kept = []
    for name in ids:
        word = sql(name)
        if word not in taken and word not in ("index", "streamatlas", "admin"):
            taken.add(word)
            kept.append(name)
    return kept


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Valid topologies as plain data: services write raw topics, jobs add them up, stores keep."""
    taken: set[str] = set()
    names = draw(st.lists(IDS, min_size=12, max_size=16, unique=True))
    names = _distinct(names, taken)
    names += [f"spare{n}" for n in range(8)]
    team, raw, total, writer, reader, adder, keeper, store, plans, *more = names
    teams = [team, *more[: draw(st.integers(0, 3))]]
    owners = st.sampled_from(teams)
    tree: Tree = {
        "platform": draw(IDS),
        "teams": {t: {"chat": f"{t}-chat", "timezone": draw(ZONES)} for t in teams},
        "services": {
            writer: {"owner": draw(owners), "writes": raw, "normal": draw(NORMALS)},
            reader: {"owner": draw(owners), "reads": f"store/{store}", "writes": f"store/{plans}"},
        },
        "topics": {
            raw: {"schema": "event"},
            total: {"schema": "total", "owner": draw(owners), "compacted": draw(YES_NO)},
        },
        "stores": {
            store: {"owner": draw(owners), "schema": "row"},
            plans: {"owner": draw(owners), "schema": "plan"},
        },
        "schemas": _SCHEMAS,
        "jobs": {
            adder: {"owner": draw(owners), "state-ttl": "7d", "writes": {total: _adding(raw)}},
            keeper: {
                "owner": draw(owners),
                "steps": {"all_of_it": {"from": total}},
                "writes": {
                    f"store/{store}": {"from": "all_of_it", "enrich": {f"store/{plans}": "key"}}
                },
            },
        },
        "environments": {"sandbox": {"traffic": {"scale": "0.01"}}},
    }
    _describe(draw, tree)
    return tree


YES_NO = st.sampled_from(["true", "false", "yes", "no"])


def _adding(raw: str) -> Tree:
    return {
        "from": raw,
        "dedupe": "true",
        "tumble": "1min",
        "group-by": "key",
        "set": {"amount": "SUM(amount)"},
    }


def _describe(draw: st.DrawFn, tree: Tree) -> None:
    """Put words on everything that may have some."""
    for section in ("teams", "services", "topics", "stores", "jobs"):
        for node in tree[section].values():
            if doc := draw(HOSTILE):
                node["doc"] = doc
    if doc := draw(HOSTILE):
        tree["glossary"] = {draw(HOSTILE.filter(bool)): doc}


def text_of(tree: Tree) -> str:
    """A tree as YAML."""
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)


def topologies() -> st.SearchStrategy[str]:
    """Valid topologies as text, with hostile words in them."""
    return trees().map(text_of)


def graphs() -> st.SearchStrategy[Graph]:
    """Graphs of valid topologies, in the sandbox."""
    return topologies().map(graph_of)
