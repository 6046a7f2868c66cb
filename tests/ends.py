"""Whether data comes out at every end of a platform that runs in a sandbox."""

from __future__ import annotations

from typing import Any

import psycopg
from confluent_kafka import Consumer, TopicPartition
from psycopg.sql import SQL, Identifier


def rows(sandbox: Any) -> dict[str, int]:
    """How many rows each table has."""
    environ = sandbox.environ
    with psycopg.connect(
        environ["POSTGRES_ADDRESS"].removeprefix("jdbc:"),
        user=environ["POSTGRES_USER"],
        password=environ["POSTGRES_PASSWORD"],
    ) as connection:
        return {
            store.ref: _count(connection, store.table) for store in sandbox.graph.stores.values()
        }


def _count(connection: psycopg.Connection, table: str) -> int:
    found = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
    assert found is not None
    return int(found[0])


def records(sandbox: Any) -> dict[str, int]:
    """How many records each topic has had."""
    environ = sandbox.environ
    reader = Consumer(
        {
            "bootstrap.servers": environ["KAFKA_ADDRESS"],
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": environ["KAFKA_ADMIN_USER"],
            "sasl.password": environ["KAFKA_ADMIN_PASSWORD"],
            "group.id": "test-of-ends",
        }
    )
    try:
        return {
            topic.ref: sum(
                reader.get_watermark_offsets(TopicPartition(topic.id, partition), timeout=15)[1]
                for partition in range(topic.partitions)
            )
            for topic in sandbox.graph.topics.values()
        }
    finally:
        reader.close()
