"""What a reader copies works as it stands."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from factory import example, graph_of
from streamatlas.graph.graph import Graph
from streamatlas.targets import snippets

TYPES = """\
platform: shop
teams: {shop: {chat: shop-eng}}
services:
  web-shop: {owner: shop, principal: web, writes: orders}
  app: {owner: shop, reads: orders}
topics: {orders: {schema: order, timezone: America/New_York}}
schemas:
  order:
    id: [shop, number]
    key: [shop, number]
    time: at
    fields:
      shop: string
      number: bigint
      open: boolean
      total: decimal(10,2)
      day: date
      at: timestamp
"""


def literals(code: str) -> dict[str, object]:
    """What the program sets `record` and its producer's settings to, as far as it is constant."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                    found[str(key.value)] = value.value
    return found


def test_producer_signs_in_and_sends_the_schema(graph: Graph) -> None:
    code = snippets.producer(graph, graph.topics["usage.raw.vault"])
    said = literals(code)
    assert said["sasl.username"] == "vault"
    assert said["security.protocol"] == "SASL_PLAINTEXT"
    assert said["used_at"] == "2026-11-24T09:10:00"  # Los Angeles, without offset
    assert 'os.environ["KAFKA_PASSWORD_VAULT"]' in code
    assert 'os.environ["KAFKA_ADDRESS"]' in code
    assert 'key=record["account_id"]' in code


def test_producer_runs_up_to_the_broker(graph: Graph) -> None:
    """Kafka's client accepts every setting, the record is JSON, the key is one of its fields."""
    code = snippets.producer(graph, graph.topics["usage.raw.vault"])
    environ = {"KAFKA_ADDRESS": "127.0.0.1:1", "KAFKA_PASSWORD_VAULT": "x", "PATH": ""}
    hasty = code.replace("flush(10)", "flush(0)")
    done = subprocess.run(
        [sys.executable, "-c", hasty], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_production_names_its_address_and_uses_tls() -> None:
    graph = example("production")
    said = literals(snippets.producer(graph, graph.topics["usage.raw.vault"]))
    assert said["bootstrap.servers"] == "kafka.example.com:9093"
    assert said["security.protocol"] == "SASL_SSL"


def test_every_type_has_a_value_of_it() -> None:
    graph = graph_of(TYPES)
    orders = graph.topics["orders"]
    said = json.loads(snippets.record(graph, orders))
    assert said["open"] is True
    assert said["number"] == 3
    assert said["day"] == "2026-11-24"
    code = snippets.producer(graph, orders)
    assert literals(code)["open"] is True
    assert "json.dumps({name: record[name] for name in ['shop', 'number']})" in code


def test_times_of_a_topic_without_wall_clock_carry_z(graph: Graph) -> None:
    said = json.loads(snippets.record(graph, graph.topics["usage.minute.compute"]))
    assert said["minute_start"].endswith("Z")


@pytest.mark.parametrize("topic", ["usage.raw.vault", "usage.minute.vault"])
def test_consumer_parses(graph: Graph, topic: str) -> None:
    said = literals(snippets.consumer(graph, graph.topics[topic]))
    assert said["isolation.level"] == "read_committed"


def test_consumer_is_the_service_that_reads() -> None:
    graph = graph_of(TYPES)
    said = literals(snippets.consumer(graph, graph.topics["orders"]))
    assert (said["sasl.username"], said["group.id"]) == ("app", "app")


def test_each_topic_is_reached_where_it_is() -> None:
    text = TYPES.replace("orders: {schema", "orders: {cluster: edge, schema") + (
        "environments: {live: {kafka: {main: {address: 'a:1'},"
        " edge: {address: 'edge.example.com:9093', ca: /etc/edge.pem}}}}\n"
    )
    graph = graph_of(text, "live")
    for code in (snippets.producer, snippets.consumer):
        said = literals(code(graph, graph.topics["orders"]))
        assert said["bootstrap.servers"] == "edge.example.com:9093"
        assert said["ssl.ca.location"] == "/etc/edge.pem"
        assert said["security.protocol"] == "SASL_SSL"


def test_a_flow_signs_in_as_it_says() -> None:
    own = TYPES.replace("writes: orders", "writes: {orders: {principal: orders-in}}").replace(
        "reads: orders", "reads: {orders: {principal: orders-out, group: app.orders}}"
    )
    graph = graph_of(own)
    orders = graph.topics["orders"]
    assert literals(snippets.producer(graph, orders))["sasl.username"] == "orders-in"
    reads = literals(snippets.consumer(graph, orders))
    assert (reads["sasl.username"], reads["group.id"]) == ("orders-out", "app.orders")
