from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from factory import EXAMPLE, ROOT, graph_of, topologies
from streamatlas.build import CATALOGUE, build, gather, stale
from streamatlas.targets import TARGETS
from streamatlas.targets.file import Facts, Placement

RUNBOOKS = ROOT / "runbooks"


def in_a_row(dot: str) -> Placement:
    """A layout without Graphviz: nodes beside each other, edges straight."""
    nodes = {name: (90.0 * i, 50.0) for i, name in enumerate(dict.fromkeys(_NODE.findall(dot)))}
    edges = {(a, b): (nodes[a], nodes[a], nodes[b], nodes[b]) for a, b in _EDGE.findall(dot)}
    return Placement(90.0 * len(nodes), 100.0, nodes, edges)


_NODE = re.compile(r'^\s*"?(\w+)"?(?= \[|;|\s*$| ->)', re.MULTILINE)
_EDGE = re.compile(r'^\s*"?(\w+)"? -> "?(\w+)"?', re.MULTILINE)


def test_the_example_builds_and_is_then_not_stale(tmp_path: Path) -> None:
    built = build(EXAMPLE, "sandbox", tmp_path, RUNBOOKS, in_a_row)
    assert not [p for p in built.problems if p.level == "error"]
    assert {file.path for file in built.files} <= {
        p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")
    }
    assert stale(built, "sandbox", tmp_path) == ()
    again = gather(EXAMPLE, "sandbox", RUNBOOKS, in_a_row)
    assert again == built


def test_stale_definitions_are_always_found_and_pages_where_there_are_any(tmp_path: Path) -> None:
    built = gather(EXAMPLE, "sandbox", RUNBOOKS, in_a_row)
    assert {path.split("/")[0] for path in stale(built, "sandbox", tmp_path)} == {"definitions"}
    (tmp_path / CATALOGUE).mkdir(parents=True)
    late = stale(built, "sandbox", tmp_path)
    assert {path.split("/")[0] for path in late} == {"definitions", "docs"}
    assert not list(tmp_path.rglob("*.*"))


def test_all_problems_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    topology, runbooks = tmp_path / "topology.yaml", tmp_path / "runbooks"
    topology.write_text(
        "platform: p\nteams: {t: {chat: c, timezone: EST}}\nservices: {s: {ownr: t}}\n"
    )
    runbooks.mkdir()
    (runbooks / "broken.yaml").write_text("title: [\n")
    built = build(topology, "sandbox", tmp_path / "out", runbooks, in_a_row)
    assert {problem.at.file.rpartition("/")[2] for problem in built.problems} == {
        "topology.yaml",
        "broken.yaml",
    }
    assert built.files == ()
    assert not (tmp_path / "out").exists()


@settings(max_examples=20)
@given(topologies())
def test_equal_topologies_give_equal_bytes_and_every_file_its_own_path(text: str) -> None:
    first, second = (
        [f for t in TARGETS for f in t.generate(Facts(graph_of(text), in_a_row))] for _ in range(2)
    )
    assert first == second
    paths = [file.path.lower() for file in first]
    assert len(paths) == len(set(paths))
    for file in first:
        file.text.encode()


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_no_generated_file_holds_a_path_of_this_machine(environment: str) -> None:
    built = gather(EXAMPLE, environment, RUNBOOKS, in_a_row)
    assert not [file.path for file in built.files if str(ROOT) in file.text]
