"""Whatever is done to a topology: problems with a place, and never an exception."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factory import EXAMPLE, text_of
from streamatlas.checks import run
from streamatlas.graph import access, walk
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, loads

BIG = Path(__file__).parents[1] / "mistakes" / "example" / "topology.yaml"
TEXTS = tuple(path.read_text() for path in (EXAMPLE, BIG))
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
        "store/usage",
        "owner",
    ]
)


def survive(found: Loaded, text: str) -> None:
    """Judge all that was read; every problem stands within the text."""
    lines = text.count("\n") + text.count("\r") + text.count("\u2028") + 1
    assert all(1 <= p.at.line <= lines and p.at.column >= 1 for p in found.problems)
    if found.topology is None:
        assert found.problems
        return
    for environment in ("sandbox", "production"):
        graph = resolve(found, environment)
        run(graph)
        access.acls(graph)
        for node in graph.nodes():
            walk.teams_hit(graph, node.ref)


@settings(max_examples=60)
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


@settings(max_examples=60)
@given(st.sampled_from(TREES), st.data())
def test_a_changed_tree(tree: Any, data: st.DataObject) -> None:
    tree = deepcopy(tree)
    for _ in range(data.draw(st.integers(1, 3))):
        change(tree, data)
    written = text_of(tree)
    survive(loads(written, "topology.yaml"), written)


def change(tree: Any, data: st.DataObject) -> None:
    """Put something else, or nothing, at a place that is chosen on the way down."""
    while True:
        keys = list(range(len(tree))) if isinstance(tree, list) else list(tree)
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(tree[key], dict | list) or data.draw(st.booleans()):
            break
        tree = tree[key]
    if data.draw(st.booleans()):
        tree[key] = data.draw(VALUES)
    else:
        del tree[key]
