from __future__ import annotations

from concurrent.futures import Future

import pytest
from confluent_kafka import KafkaError, KafkaException

from streamatlas.graph.graph import Source
from streamatlas.operate.kafka import Admin, login
from streamatlas.operate.step import OperateError, UnreachableError

NOWHERE = Source("kafka", "platform", "127.0.0.1:1")
AS_ADMIN = {"KAFKA_ADMIN_USER": "admin", "KAFKA_ADMIN_PASSWORD": "geheim"}


def failing(*codes: int) -> list[KafkaException]:
    return [KafkaException(KafkaError(code)) for code in codes]


def test_without_tls_on_the_loopback_only() -> None:
    assert login("127.0.0.1:9092", "u", "p")["security.protocol"] == "SASL_PLAINTEXT"
    assert login("kafka.example.com:9093", "u", "p")["security.protocol"] == "SASL_SSL"
    assert login("127.example.com:9093", "u", "p")["security.protocol"] == "SASL_SSL"


def test_who_applies_must_say_as_whom() -> None:
    with pytest.raises(OperateError, match=r"^set KAFKA_ADMIN_USER and KAFKA_ADMIN_PASSWORD: .*"):
        Admin(NOWHERE, {})


def test_each_cluster_has_an_operator_of_its_own() -> None:
    edge = Source("kafka", "platform", "127.0.0.1:1", cluster="edge")
    needed = r"^set KAFKA_EDGE_ADMIN_USER and KAFKA_EDGE_ADMIN_PASSWORD: .* Kafka edge$"
    with pytest.raises(OperateError, match=needed):
        Admin(edge, AS_ADMIN)
    admin = Admin(edge, {"KAFKA_EDGE_ADMIN_USER": "ops", "KAFKA_EDGE_ADMIN_PASSWORD": "x"})
    assert (admin.user, admin.variable) == ("ops", "KAFKA_EDGE_ADMIN_USER")
    assert admin.settings["sasl.username"] == "ops"
    with pytest.raises(UnreachableError, match=r"^Kafka edge at 127.0.0.1:1: "):
        admin.ask("list topics", lambda: admin.client.list_topics(timeout=0.5))


def test_the_main_cluster_has_the_names_of_an_only_one() -> None:
    assert Admin(Source("kafka", "p", "127.0.0.1:1", cluster="main"), AS_ADMIN).user == "admin"


def test_a_certificate_that_is_not_there_is_one_line() -> None:
    with pytest.raises(OperateError, match=r"^Kafka at kafka.example.com:1: .*nowhere.pem"):
        Admin(Source("kafka", "p", "kafka.example.com:1", ca="/nowhere.pem"), AS_ADMIN)


def test_a_broker_that_is_still_starting_is_asked_again() -> None:
    errors = failing(KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.NOT_COORDINATOR)

    def call() -> str:
        if errors:
            raise errors.pop()
        return "answer"

    assert Admin(NOWHERE, AS_ADMIN).ask("ask", call) == "answer"


def test_a_refusal_says_what_was_tried_and_silence_where() -> None:
    admin = Admin(NOWHERE, AS_ADMIN)
    refused: Future[None] = Future()
    refused.set_exception(failing(KafkaError.TOPIC_AUTHORIZATION_FAILED)[0])
    with pytest.raises(OperateError, match=r"^create topic/a: .*[Aa]uthorization"):
        admin.wait("create topic/a", [refused])
    with pytest.raises(UnreachableError, match=r"^Kafka at 127.0.0.1:1: it does not answer$"):
        admin.ask("list topics", lambda: admin.client.list_topics(timeout=0.5))
