from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from factory import ROOT, example, graph_of, graphs
from streamatlas.graph.access import acls
from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import load_topology
from streamatlas.targets import flink_sql, kafka_acls, kafka_topics, postgres_tables
from streamatlas.targets.file import Facts, File, Placement
from streamatlas.writer import compare

SHAPES = ROOT / "tests" / "golden" / "shapes"
DEFINITIONS = (kafka_topics, kafka_acls, flink_sql, postgres_tables)


def no_layout(dot: str) -> Placement:
    raise AssertionError(f"definitions draw nothing: {dot}")


def definitions(graph: Graph) -> tuple[File, ...]:
    facts = Facts(graph, no_layout)
    return tuple(file for target in DEFINITIONS for file in target.generate(facts))


def yaml_of(graph: Graph, name: str) -> list[dict[str, object]]:
    (text,) = (f.text for f in definitions(graph) if f.path.endswith(f"/{name}"))
    found = yaml.safe_load(text)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("graph", "root", "environment"),
    [
        (example(), ROOT, "sandbox"),
        (example("production"), ROOT, "production"),
        (resolve(load_topology(SHAPES / "topology.yaml"), "sandbox"), SHAPES, "sandbox"),
    ],
    ids=["example", "example-production", "shapes"],
)
def test_definitions_are_those_committed(graph: Graph, root: Path, environment: str) -> None:
    """Renew them with `streamatlas build --topology ROOT/topology.yaml --env ENVIRONMENT`."""
    assert compare(definitions(graph), root, (f"definitions/{environment}",)) == ()


def test_topics_have_the_configuration_of_kafka() -> None:
    graph = graph_of(
        "platform: p\nteams: {t: {chat: c}}\n"
        "services: {s: {owner: t, writes: [a, b]}}\n"
        "topics: {a: {retention: 90s, replication: 3}, b: {compacted: yes, doc: 'yes: no'}}"
    )
    assert yaml_of(graph, "topics.yaml") == [
        {
            "name": "a",
            "owner": "t",
            "partitions": 12,
            "replication": 3,
            "config": {
                "cleanup.policy": "delete",
                "retention.ms": "90000",
                "min.insync.replicas": "2",
            },
        },
        {
            "name": "b",
            "owner": "t",
            "doc": "yes: no",
            "partitions": 12,
            "replication": 1,
            "config": {"cleanup.policy": "compact", "delete.retention.ms": "604800000"},
        },
    ]


@settings(max_examples=25)
@given(graphs())
def test_any_graph(graph: Graph) -> None:
    docs = {t["name"]: t.get("doc", "") for t in yaml_of_all(graph, "topics.yaml")}
    assert docs == {topic.id: topic.doc for topic in graph.topics.values()}
    kafkas = [ref for ref, source in graph.sources.items() if source.kind == "kafka"]
    assert len(yaml_of_all(graph, "acls.yaml")) == sum(len(acls(graph, ref)) for ref in kafkas)
    paths = [file.path.lower() for file in definitions(graph)]
    assert len(paths) == len(set(paths))


def yaml_of_all(graph: Graph, name: str) -> list[dict[str, object]]:
    """What the files of that name list together, one of each cluster."""
    texts = [f.text for f in definitions(graph) if f.path.endswith(f"/{name}")]
    return [entry for text in texts for entry in yaml.safe_load(text)]
