"""A platform of another trade runs as the shipped one does: nothing is tied to the example.

Its sandbox is gone before that of the other tests begins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition
from psycopg.sql import SQL, Identifier

pytestmark = pytest.mark.e2e
Until = Callable[[Callable[[], Any], float], float]


def rows(second: Any) -> dict[str, int]:
    """How many rows each table has."""
    environ = second.environ
    with psycopg.connect(
        environ["POSTGRES_ADDRESS"].removeprefix("jdbc:"),
        user=environ["POSTGRES_USER"],
        password=environ["POSTGRES_PASSWORD"],
    ) as connection:
        return {
            store.ref: _count(connection, store.table) for store in second.graph.stores.values()
        }


def _count(connection: psycopg.Connection, table: str) -> int:
    found = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
    assert found is not None
    return int(found[0])


def records(second: Any) -> dict[str, int]:
    """How many records each topic has had."""
    environ = second.environ
    reader = Consumer(
        {
            "bootstrap.servers": environ["KAFKA_ADDRESS"],
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": environ["KAFKA_ADMIN_USER"],
            "sasl.password": environ["KAFKA_ADMIN_PASSWORD"],
            "group.id": "test-of-another-platform",
        }
    )
    try:
        return {
            topic.ref: sum(
                reader.get_watermark_offsets(TopicPartition(topic.id, partition), timeout=15)[1]
                for partition in range(topic.partitions)
            )
            for topic in second.graph.topics.values()
        }
    finally:
        reader.close()


def test_it_comes_up_and_is_well(second: Any, until: Until) -> None:
    until(lambda: second.status()["overall"]["status"] == "OK", 120)
    nodes = second.status()["nodes"]
    assert nodes.keys() == {node.ref for node in second.graph.nodes()}


def test_rows_come_out_at_every_end(second: Any, until: Until) -> None:
    until(lambda: all(rows(second).values()), 120)
    until(lambda: all(records(second).values()), 240)  # the topic of quarters at a checkpoint


def test_its_pages_name_nothing_of_the_example(second: Any) -> None:
    page = (second.folders.state / "site" / "catalog" / "map" / "index.html").read_text()
    assert "rides.helsinki" in page
    assert not [word for word in ("vault", "usage-pipeline", "store/usage") if word in page]
