from __future__ import annotations

import yaml

from factory import graph_of
from streamatlas.graph.graph import Graph
from streamatlas.targets import flink_sql, kafka_acls, kafka_topics, postgres_tables
from streamatlas.targets.file import Facts, Placement

PLATFORM = """\
platform: p
teams: {t: {chat: c}}
services: {s: {owner: t, writes: a}}
topics: {a: {schema: e, cluster: edge}, b: {schema: e}}
stores: {x: {owner: t, schema: e}, y: {owner: t, schema: e, cluster: far}}
schemas: {e: {id: k, time: at, fields: {k: string, at: timestamp}}}
jobs:
  here: {owner: t, writes: {b: {from: a}}}
  there: {owner: t, cluster: far, writes: {store/x: {from: b}, store/y: {from: b}}}
environments:
  several: {kafka: {main: {}, edge: {}}, flink: {main: {}, far: {}}, postgres: {main: {}, far: {}}}
  one: {kafka: {address: 'a:1'}}
"""


def files(graph: Graph) -> dict[str, str]:
    facts = Facts(graph, lambda dot: Placement(0, 0, {}, {}))
    targets = (kafka_topics, kafka_acls, flink_sql, postgres_tables)
    return {file.path: file.text for target in targets for file in target.generate(facts)}


def test_what_is_on_a_named_cluster_lies_in_a_folder_of_its_own() -> None:
    found = files(graph_of(PLATFORM, "several"))
    assert sorted(path.removeprefix("definitions/several/") for path in found) == [
        "flink/far/there.sql",
        "flink/main/here.sql",
        "kafka/edge/acls.yaml",
        "kafka/edge/topics.yaml",
        "kafka/main/acls.yaml",
        "kafka/main/topics.yaml",
        "postgres/far/tables.sql",
        "postgres/main/tables.sql",
    ]
    edge = "definitions/several/kafka/edge"
    assert [topic["name"] for topic in yaml.safe_load(found[f"{edge}/topics.yaml"])] == ["a"]
    who = {acl["principal"] for acl in yaml.safe_load(found[f"{edge}/acls.yaml"])}
    assert who == {"s", "here", "streamatlas"}
    assert "TABLE IF NOT EXISTS y " in found["definitions/several/postgres/far/tables.sql"]
    assert "TABLE IF NOT EXISTS x " not in found["definitions/several/postgres/far/tables.sql"]


def test_what_is_on_the_only_one_lies_in_none() -> None:
    assert sorted(files(graph_of(PLATFORM, "one"))) == [
        "definitions/one/flink/here.sql",
        "definitions/one/flink/there.sql",
        "definitions/one/kafka/acls.yaml",
        "definitions/one/kafka/topics.yaml",
        "definitions/one/postgres/tables.sql",
    ]
