"""Graphs for tests: the shipped example, small ones made by hand, and generated ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from streamatlas.graph.graph import Graph, Normal, Window
from streamatlas.graph.names import sql
from streamatlas.graph.normals import GRACE, REVIEW_EVERY
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, load_topology, loads
from streamatlas.model.units import Range

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "topology.yaml"
SECOND = ROOT / "tests" / "second" / "topology.yaml"
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


def normal(rate: Range, timezone: str = "UTC", windows: tuple[Window, ...] = ()) -> Normal:
    """What is normal, and for the rest what is where nothing is said."""
    return Normal(rate, timezone, windows=windows, grace=GRACE, review_every=REVIEW_EVERY)


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
    chosen = draw(st.sets(st.sampled_from(range(len(MORE)))))
    for number in sorted(chosen):
        MORE[number](tree)
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


# -- more of the format: each says one thing of a tree, and leaves it valid -------------------


def _people(tree: Tree) -> None:
    for number, (name, team) in enumerate(tree["teams"].items()):
        team |= {"was": f"former-{name}", "also": ["them", "<us>"], "chat-limit": "5/h"}
        team |= {"on-call": "+44 20 7946 0999", "chat-webhook": f"$HOOK_{number}"}


def _old_and_other_names(tree: Tree) -> None:
    for section in ("services", "topics", "jobs", "stores"):
        for name, node in tree[section].items():
            node |= {"was": [f"former-{name}", f"first-{name}"], "also": "what; '<b>'"}
            node["links"] = {"logs": "https://logs.example.com/?q=a&b=<c>", 'a "b"': "https://x.y"}


def _going_away(tree: Tree) -> None:
    raw, total = tree["topics"]
    tree["topics"][total]["deprecated"] = {"until": "2027-01-31", "use": raw, "why": "<late>"}
    reader = next(reversed(tree["services"]))
    tree["services"][reader]["deprecated"] = {"why": "nobody | cares"}


def _limits(tree: Tree) -> None:
    for topic in tree["topics"].values():
        topic["limits"] = {"rate": "90k/s"}
    for store in tree["stores"].values():
        store["limits"] = {"rate": "90k/s", "size": "2TiB"}


def _edges_with_facts(tree: Tree) -> None:
    team, raw = next(iter(tree["teams"])), next(iter(tree["topics"]))
    writer, reader = tree["services"].values()
    edge = {"watched-by": team, "principal": "other-principal", "doc": "<i>by hand</i> | {{ x }}"}
    writer["writes"] = {raw: edge}
    reader["reads"] = {reader["reads"]: {"doc": "each morning"}}
    adder = next(iter(tree["jobs"].values()))
    adder["reads"] = {raw: {"as": "what_comes", "group": "other-group", "watched-by": team}}
    (output,) = adder["writes"].values()
    output |= {"guarantee": "at-least-once", "watched-by": team}


def _operation(tree: Tree) -> None:
    for job in tree["jobs"].values():
        job |= {"parallelism": "3", "taskmanager-memory": "2GiB", "checkpoint-interval": "1min"}
        job |= {"restart": "2s-90s", "savepoints": "5 or 30d", "worst-outage": "2d"}
    raw, _ = tree["topics"].values()
    raw |= {"partitions": "3", "retention": "9d", "bad-records": "skip", "idle-timeout": "2min"}
    tree["environments"]["sandbox"]["topics"] = {next(iter(tree["topics"])): {"partitions": "2"}}


def _a_second_source(tree: Tree) -> None:
    """On another cluster, by wall clock; a step takes both together."""
    raw, (name, adder) = next(iter(tree["topics"])), next(iter(tree["jobs"].items()))
    owner = adder["owner"]
    tree["services"]["second-source"] = {"owner": owner, "writes": "second.raw"}
    tree["topics"]["second.raw"] = {
        "schema": "event",
        "timezone": "America/Sao_Paulo",
        "cluster": "edge",
    }
    tree["environments"]["sandbox"]["kafka"] = {
        "main": {"replication": "1"},
        "edge": {"ca": "e.pem"},
    }
    tree["jobs"][name]["steps"] = {"both": {"from": [raw, "second.raw"], "dedupe": "yes"}}
    (output,) = adder["writes"].values()
    output |= {"from": "both", "dedupe": "no"}


def _free_sql(tree: Tree) -> None:
    owner = next(iter(tree["teams"]))
    total = list(tree["topics"])[1]
    tree["stores"]["sums-by-hand"] = {"owner": owner, "schema": "total", "table": "by_hand"}
    select = f"SELECT `key`, `at`, amount FROM {sql(total)} WHERE amount <> 0 -- '"
    tree["jobs"]["by-hand"] = {
        "owner": owner,
        "reads": total,
        "writes": {"store/sums-by-hand": {"select": select}},
    }


def _words_and_views(tree: Tree) -> None:
    raw = next(iter(tree["topics"]))
    tree.setdefault("glossary", {})["<record>"] = {"doc": "One | line", "see": f"topic/{raw}"}
    tree["views"] = {
        "a view": {"of": f"topic/{raw}", "direction": "downstream", "depth": "all"},
        "b": {"of": f"topic/{raw}", "depth": "2", "collapsed": f"team/{next(iter(tree['teams']))}"},
    }
    tree["maintenance"] = [
        {"of": f"topic/{raw}", "date": "2026-12-05", "at": "22:00-02:00", "why": "<disks>"},
        {"of": [f"topic/{raw}"], "at": "03:00-04:00 1st", "timezone": "Asia/Kolkata"},
    ]
    tree["chat"], tree["edit"] = "help", "https://git.example.com/{file}#L{line}"


MORE = (
    _people,
    _going_away,
    _edges_with_facts,
    _operation,
    _a_second_source,
    _free_sql,
    _words_and_views,
    _old_and_other_names,
    _limits,
)


def text_of(tree: Tree) -> str:
    """A tree as YAML."""
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)


def topologies() -> st.SearchStrategy[str]:
    """Valid topologies as text, with hostile words in them."""
    return trees().map(text_of)


def graphs() -> st.SearchStrategy[Graph]:
    """Graphs of valid topologies, in the sandbox."""
    return topologies().map(graph_of)
