"""Kafka's reader against librdkafka's own mock cluster, and against what is no Kafka."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from streamatlas.graph.graph import Source
from streamatlas.model.observed import ABSENT, Snapshot
from streamatlas.observe.kafka import KafkaReader, Read, settings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EDGE = "topic/orders -> job/paid"


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    """The address of a mock broker with a topic of four partitions and seven records."""
    producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock", "log_level": 0})
    metadata = producer.list_topics(timeout=5)
    (broker,) = metadata.brokers.values()
    for number in range(7):
        producer.produce("orders", b"x", partition=number % 2)
    assert producer.flush(10) == 0
    yield f"{broker.host}:{broker.port}"


def read(address: str, topics: dict[str, str], within: float = 8, polls: int = 1) -> Snapshot:
    async def ask() -> Snapshot:
        reader = KafkaReader(Source("kafka", "p", address), topics, {EDGE: Read("paid", "orders")})
        for _ in range(polls):
            snapshot = await reader.read(NOW, asyncio.get_running_loop().time() + within)
        await reader.aclose()
        return snapshot

    return asyncio.run(ask())


def test_offsets_are_read_of_every_partition(broker: str) -> None:
    snapshot = read(broker, {"orders": "topic/orders"}, polls=2)
    assert snapshot.sources["source/kafka"].at == NOW
    state = snapshot.topics["topic/orders"].value
    assert state is not None
    assert state.records == 7
    assert (state.end_offsets[0], state.end_offsets[1]) == (4, 3)
    assert state.partitions == len(state.start_offsets) == 4
    assert state.leaderless == state.under_replicated == 0


def test_a_topic_that_is_not_there_is_absent_and_stays_so(broker: str) -> None:
    topics = {"orders": "topic/orders", "nothing": "topic/nothing"}
    reading = read(broker, topics, polls=2).topics["topic/nothing"]
    assert (reading.value, reading.at, reading.missing) == (None, NOW, ABSENT)


def test_what_was_never_committed_is_left_out(broker: str) -> None:
    group = read(broker, {"orders": "topic/orders"}).groups[EDGE].value
    assert group is not None and group.committed == {}
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "paid", "log_level": 0})
    consumer.commit(offsets=[TopicPartition("orders", 1, 2)], asynchronous=False)
    consumer.close()
    group = read(broker, {"orders": "topic/orders"}).groups[EDGE].value
    assert group is not None and group.committed == {1: 2}


def test_nobody_there_is_refused_long_before_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    loop_time = asyncio.run(_timed(address))
    assert loop_time < 5


async def _timed(address: str) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    reader = KafkaReader(Source("kafka", "p", address), {"orders": "topic/orders"}, {})
    snapshot = await reader.read(NOW, begun + 8)
    await reader.aclose()
    assert snapshot.sources["source/kafka"].missing == "refused"
    assert snapshot.topics["topic/orders"].missing == "refused"
    return loop.time() - begun


def test_a_server_that_says_nothing_is_timed_out_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        snapshot = read(f"127.0.0.1:{silent.getsockname()[1]}", {"orders": "topic/orders"}, 0.5, 2)
    assert snapshot.sources["source/kafka"].missing == "timed out"
    assert snapshot.groups[EDGE].missing == "timed out"


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    read("127.0.0.1:1", {"orders": "topic/orders"}, within=1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("address", "protocol"),
    [("127.0.0.1:9092", "SASL_PLAINTEXT"), ("kafka.example.com:9093", "SASL_SSL")],
)
def test_a_password_goes_in_the_clear_on_the_loopback_only(address: str, protocol: str) -> None:
    made = settings(Source("kafka", "p", address, "streamatlas", "hunter22"))
    assert made["security.protocol"] == protocol


@pytest.mark.parametrize(
    ("declared", "protocol"),
    [
        ({}, None),
        ({"ca": "ca.pem", "cert": "c.pem", "key": "k.pem"}, "SSL"),
        ({"ca": "ca.pem", "user": "u", "password": "p"}, "SASL_SSL"),
    ],
)
def test_certificates_are_files_of_the_portals_machine(
    declared: dict[str, str], protocol: str | None
) -> None:
    found = settings(Source("kafka", "p", "kafka.example.com:9093", **declared))
    names = {"ca": "ssl.ca.location", "cert": "ssl.certificate.location", "key": "ssl.key.location"}
    for name, setting in names.items():
        assert found.get(setting) == declared.get(name)
    assert found.get("security.protocol") == protocol
