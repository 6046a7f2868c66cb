"""What the broker says of itself is what is declared, and nobody may do more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
)

from factory import example
from streamatlas.graph.graph import Graph
from streamatlas.graph.names import secret
from streamatlas.operate.apply import apply
from streamatlas.targets import kafka_acls, kafka_topics
from streamatlas.targets.file import Facts, Placement

pytestmark = pytest.mark.e2e

HEARTBEAT = {
    "usage_id": "test-of-access",
    "account_id": "account-0001",
    "product": "vault",
    "unit": "GiB",
    "quantity": 0,
    "used_at": "2026-11-24T09:00:00.000",
}
KINDS = {"topic": "TOPIC", "group": "GROUP", "cluster": "BROKER"}


@pytest.fixture(scope="module")
def environ(sandbox: Any) -> dict[str, str]:
    values: dict[str, str] = sandbox.environ
    apply(example(), values, print)
    return values


@pytest.fixture(scope="module")
def admin(environ: dict[str, str]) -> AdminClient:
    user, password = environ["KAFKA_ADMIN_USER"], environ["KAFKA_ADMIN_PASSWORD"]
    return AdminClient(login(environ, user, password))


def login(environ: dict[str, str], user: str, password: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": environ["KAFKA_ADDRESS"],
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": password,
        "log_level": 0,
    }


def definitions(graph: Graph, target: Any) -> list[dict[str, Any]]:
    """The entries of a generated file, read as a user would."""
    (file,) = target.generate(Facts(graph, lambda dot: Placement(0, 0, {}, {})))
    found = yaml.safe_load(file.text)
    return list(found)


def test_topics_read_back_are_the_generated_ones(admin: AdminClient) -> None:
    known = admin.list_topics(timeout=15).topics
    for declared in definitions(example(), kafka_topics):
        partitions = known[declared["name"]].partitions
        assert len(partitions) == declared["partitions"]
        assert {len(p.replicas) for p in partitions.values()} == {declared["replication"]}
        resource = ConfigResource(ResourceType.TOPIC, declared["name"])
        config = admin.describe_configs([resource])[resource].result(15)
        assert {name: config[name].value for name in declared["config"]} == declared["config"]


def test_acls_read_back_are_the_generated_ones(admin: AdminClient) -> None:
    declared = definitions(example(), kafka_acls)
    ours = {entry["principal"] for entry in declared}
    assert {row for row in allowed(admin) if row[0] in ours} == {
        (
            entry["principal"],
            KINDS.get(entry["resource"], "TRANSACTIONAL_ID"),
            entry["name"],
            entry["pattern"].upper(),
            entry["operation"].upper(),
        )
        for entry in declared
    }


def allowed(admin: AdminClient) -> Iterator[tuple[str, str, str, str, str]]:
    anything = AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]  # the stub forgets that None means any
        ResourcePatternType.ANY,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    for binding in admin.describe_acls(anything).result(15):
        assert AclPermissionType(binding.permission_type) is AclPermissionType.ALLOW
        yield (
            binding.principal.removeprefix("User:"),
            ResourceType(binding.restype).name,
            binding.name,
            ResourcePatternType(binding.resource_pattern_type).name,
            AclOperation(binding.operation).name.replace("_", ""),
        )


def test_applied_again_nothing_changes(environ: dict[str, str]) -> None:
    said: list[str] = []
    apply(example(), environ, said.append)
    assert said == ["set 12 passwords of Kafka users"]


def send(environ: dict[str, str], user: str, topic: str) -> int | None:
    """The code with which the broker refuses the record; None where it takes it."""
    errors: list[KafkaError | None] = []
    producer = Producer(login(environ, user, environ[secret(user)]))
    producer.produce(
        topic, json.dumps(HEARTBEAT).encode(), on_delivery=lambda error, _: errors.append(error)
    )
    assert producer.flush(20) == 0
    return errors[0].code() if errors[0] else None


def test_a_producer_without_its_acl_is_refused(environ: dict[str, str]) -> None:
    refused = KafkaError.TOPIC_AUTHORIZATION_FAILED
    assert refused == 29
    assert send(environ, "vault", "usage.raw.vault") is None
    assert send(environ, "compute", "usage.raw.vault") == refused
    assert send(environ, "vault", "usage.minute.vault") == refused
    assert send(environ, "streamatlas", "usage.minute.compute") == refused


def consumer(environ: dict[str, str], user: str, group: str) -> Consumer:
    settings = login(environ, user, environ[secret(user)])
    return Consumer({**settings, "group.id": group, "auto.offset.reset": "earliest"})


def read(environ: dict[str, str], user: str, topic: str) -> int | None:
    """The code with which the broker refuses a fetch; None where a record comes."""
    reader = consumer(environ, user, user)
    reader.assign([TopicPartition(topic, partition, 0) for partition in range(4)])
    message = reader.poll(20)
    reader.close()
    assert message is not None
    error = message.error()
    return error.code() if error else None


def test_a_reader_without_its_acl_is_refused(environ: dict[str, str]) -> None:
    assert send(environ, "vault", "usage.raw.vault") is None
    assert read(environ, "usage-aggregation", "usage.raw.vault") is None
    assert read(environ, "usage-aggregation", "usage.minute.vault") == 29  # it may write there


def test_who_has_no_acl_at_all_does_not_even_see_the_topic(environ: dict[str, str]) -> None:
    reader = consumer(environ, "usage-pipeline", "usage-pipeline")
    topics = reader.list_topics("usage.raw.vault", timeout=15).topics
    reader.close()
    assert topics["usage.raw.vault"].error.code() == 29


def test_the_group_of_another_is_refused(environ: dict[str, str]) -> None:
    reader = consumer(environ, "usage-pipeline", "usage-aggregation")
    reader.subscribe(["usage.minute.vault"])
    message = reader.poll(20)
    reader.close()
    assert message is not None
    error = message.error()
    assert error is not None
    assert error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED == 30


def test_a_wrong_password_is_no_way_in(environ: dict[str, str]) -> None:
    with pytest.raises(KafkaException):
        AdminClient(login(environ, "vault", "guessed")).list_topics(timeout=3)
