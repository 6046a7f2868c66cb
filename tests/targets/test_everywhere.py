"""What is declared is found wherever somebody looks for it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

import yaml
from hypothesis import given, settings

from factory import graphs
from stacked import stacked
from streamatlas.graph.graph import Graph
from streamatlas.targets import graph_json, kafka_topics, map, pages
from streamatlas.targets.file import Facts

_LINK = re.compile(r'href="(?:\.\./)+(?:catalog/)?((?:service|topic|job|store)/[^/"]+)/"')


def files(graph: Graph) -> Mapping[str, str]:
    facts = Facts(graph, stacked, environments=(graph,))
    targets = (pages, map, kafka_topics, graph_json)
    return {file.path: file.text for target in targets for file in target.generate(facts)}


@settings(max_examples=8)
@given(graphs())
def test_every_node_has_a_page_and_is_on_the_map_and_in_its_list(graph: Graph) -> None:
    made = files(graph)
    nodes = {node.ref for node in graph.nodes()}
    assert {f"docs/catalog/{ref}.md" for ref in nodes} <= made.keys()
    assert set(_LINK.findall(made["docs/catalog/map.md"])) == nodes
    drawing = ET.fromstring(made["docs/catalog/map.svg"])
    drawn = {a.get("data-sa-node") for a in drawing.iter() if a.get("data-sa-node")}
    assert drawn == nodes


@settings(max_examples=8)
@given(graphs())
def test_every_topic_is_in_the_definitions_of_one_cluster(graph: Graph) -> None:
    listed = [
        entry["name"]
        for path, text in files(graph).items()
        if path.endswith("/topics.yaml")
        for entry in yaml.safe_load(text)
    ]
    assert sorted(listed) == sorted(graph.topics)


@settings(max_examples=8)
@given(graphs())
def test_a_page_names_who_writes_and_who_reads(graph: Graph) -> None:
    made = files(graph)
    for topic in graph.topics.values():
        text = made[f"docs/catalog/{topic.ref}.md"]
        for edge in (*graph.inputs(topic.ref), *graph.outputs(topic.ref)):
            other = edge.origin if edge.target == topic.ref else edge.target
            assert f"{other}/" in text
