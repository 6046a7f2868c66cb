"""Whatever is done to a topology: problems with a place, and never an exception.

`make test` does it 2,000 times, with the profile `thorough`.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from factory import EXAMPLE, ROOT, text_of
from streamatlas.checks import due, run
from streamatlas.graph import access, walk
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, loads
from streamatlas.model.problem import Problem

BIG = ROOT / "tests" / "mistakes" / "example" / "topology.yaml"
SECOND = ROOT / "tests" / "second" / "topology.yaml"
TEXTS = tuple(path.read_text() for path in (EXAMPLE, BIG, SECOND))
TODAY = date(2026, 11, 24)
TREES = tuple(yaml.load(text, Loader=yaml.CBaseLoader) for text in TEXTS)
PIECES = st.sampled_from(
    [
        *"{}[]:,#|'\"\t\n0\0\u2028\ud800",
        "",
        "&a",
        "*a",
        "!x",
        "- ",
        "9" * 30,
        "5/s",
        "up to",
        "09:10-09:15",
        "9999-12-31",
        "0001-01-01",
        "9999-12-31 with x",
        "2199-12-31 with x",
        "36500d",
        "store/usage",
        "owner",
    ]
)


def survive(found: Loaded, text: str) -> None:
    """Judge all that was read; every problem stands within the text."""
    inside(found.problems, text)
    topology = found.topology or found.salvaged
    assert found.problems or found.topology
    for environment in ("sandbox", "production") if topology else ():
        graph = resolve(replace(found, topology=topology), environment)
        inside(run(graph), text)
        inside(due(graph, TODAY), text)
        access.acls(graph)
        for node in graph.nodes():
            walk.teams_hit(graph, node.ref)


def inside(problems: Iterable[Problem], text: str) -> None:
    lines = text.count("\n") + text.count("\r") + text.count("\u2028") + 1
    assert [p for p in problems if not 1 <= p.at.line <= lines or p.at.column < 1] == []


@given(st.sampled_from(TEXTS), st.data())
def test_a_changed_text(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        text = text[:start] + data.draw(PIECES) + text[end:]
    survive(loads(text, "topology.yaml"), text)


@given(st.text(max_size=200))
@example("---")
def test_any_text(text: str) -> None:
    survive(loads(text, "topology.yaml"), text)


LEAVES = st.one_of(PIECES.filter(str.isprintable), st.text(max_size=8).filter(str.isprintable))
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=2) | st.dictionaries(LEAVES, below, max_size=2)
)


@given(st.sampled_from(TREES), st.data())
def test_a_changed_tree(tree: Any, data: st.DataObject) -> None:
    tree = deepcopy(tree)
    for _ in range(data.draw(st.integers(1, 3))):
        change(tree, data)
    written = text_of(tree)
    survive(loads(written, "topology.yaml"), written)


def change(tree: Any, data: st.DataObject) -> None:
    """Put something else, what stands elsewhere, or nothing at some place."""
    (part, key), (other, there) = place(tree, data), place(tree, data)
    if not part:
        return
    match data.draw(st.sampled_from(("new", "copy", "nothing"))):
        case "new":
            part[key] = data.draw(VALUES)
        case "copy" if other:
            part[key] = deepcopy(other[there])
        case _:
            del part[key]


def place(tree: Any, data: st.DataObject) -> tuple[Any, Any]:
    """A list or mapping, and one of its keys, chosen on the way down; nothing if it is empty."""
    while True:
        keys = list(range(len(tree))) if isinstance(tree, list) else list(tree)
        if not keys:
            return None, None
        key = data.draw(st.sampled_from(keys))
        if not isinstance(tree[key], dict | list) or data.draw(st.booleans()):
            return tree, key
        tree = tree[key]
