"""Names in other worlds, permissions, and secrets at the moment of use."""

from __future__ import annotations

import pytest

from factory import SMALL, cut, example, graph_of, small
from streamatlas.graph import names
from streamatlas.graph.access import COLLECTOR, Acl, acls, principals, transport
from streamatlas.graph.graph import Source
from streamatlas.graph.secrets import MissingSecret, fill, filled


def test_names() -> None:
    assert names.sql("usage.raw.vault") == "usage_raw_vault"
    assert names.sql("topic/usage.raw.vault") == "usage_raw_vault"
    assert names.sql("store/usage-daily") == "store_usage_daily"
    assert names.metric("usage.hourly") == "usage_hourly"
    assert names.url("job/usage-pipeline") == "job/usage-pipeline/"
    assert names.secret("usage-pipeline") == "KAFKA_PASSWORD_USAGE_PIPELINE"
    assert names.setting("kafka", "", "address") == "KAFKA_ADDRESS"
    assert names.setting("kafka", "main", "address") == "KAFKA_ADDRESS"
    assert names.setting("kafka", "eu-west.1", "admin_user") == "KAFKA_EU_WEST_1_ADMIN_USER"


@pytest.mark.parametrize(
    ("address", "environment", "protocol"),
    [
        ("127.0.0.1:9092", "", "SASL_PLAINTEXT"),
        ("localhost:9092", "production", "SASL_PLAINTEXT"),
        ("[::1]:9092", "", "SASL_PLAINTEXT"),
        ("127.example.com:9093", "", "SASL_SSL"),
        ("kafka.example.com:9093", "sandbox", "SASL_SSL"),
        ("$KAFKA_ADDRESS", "sandbox", "SASL_PLAINTEXT"),
        ("$KAFKA_ADDRESS", "production", "SASL_SSL"),
    ],
)
def test_without_tls_on_the_loopback_only(address: str, environment: str, protocol: str) -> None:
    assert transport(address, environment) == protocol


def test_the_smallest_set_of_permissions() -> None:
    mine = [acl for acl in acls(small()) if acl.principal != COLLECTOR]
    assert mine == [
        Acl("paid-orders", "group", "paid-orders", "literal", "Read"),
        Acl("paid-orders", "topic", "orders", "literal", "Read"),
        Acl("paid-orders", "topic", "orders.paid", "literal", "Write"),
        Acl("paid-orders", "transactional-id", "paid-orders/", "prefixed", "Write"),
        Acl("reports", "group", "reports", "literal", "Read"),
        Acl("reports", "topic", "orders.paid", "literal", "Read"),
        Acl("web-shop", "topic", "orders", "literal", "Write"),
    ]


def test_permissions_are_given_where_the_topic_is() -> None:
    text = SMALL.replace("orders.paid: {}", "orders.paid: {cluster: edge}")
    text += "environments: {live: {kafka: {main: {}, edge: {}}}}\n"
    graph = graph_of(text, "live")

    def names(cluster: str) -> set[tuple[str, str]]:
        return {(a.principal, a.name) for a in acls(graph, cluster) if a.principal != COLLECTOR}

    assert names("source/kafka.main") == {
        ("web-shop", "orders"),
        ("paid-orders", "orders"),
        ("paid-orders", "paid-orders"),
    }
    assert names("source/kafka.edge") == {
        ("paid-orders", "orders.paid"),
        ("paid-orders", "paid-orders/"),
        ("reports", "orders.paid"),
        ("reports", "reports"),
    }
    assert principals(graph, "source/kafka.edge") == ("paid-orders", "reports", COLLECTOR)
    assert {*acls(graph)} == {*acls(graph, "source/kafka.main"), *acls(graph, "source/kafka.edge")}


def test_the_collector_only_looks() -> None:
    operations = {acl.operation for acl in acls(small()) if acl.principal == COLLECTOR}
    assert operations == {"Describe", "DescribeConfigs"}


def test_who_touches_no_topic_needs_no_user() -> None:
    found = principals(example())
    assert {"compute", "crm", "sales", "streamatlas", "usage-pipeline", "vault"} < set(found)
    assert not {"billing", "usage-pages"} & set(found)  # they touch stores alone


def test_a_job_that_writes_no_topic_needs_no_transactions() -> None:
    found = [acl.name for acl in acls(cut()) if acl.resource == "transactional-id"]
    assert found == ["usage-aggregation/"]


def test_secrets_are_filled_in() -> None:
    assert fill("user $A, costs $$5, $B_2.", {"A": "x", "B_2": "$A"}) == "user x, costs $5, $A."
    with pytest.raises(MissingSecret, match=r"\$NOPE is not set"):
        fill("$NOPE", {})


def test_a_source_is_filled_in() -> None:
    source = Source("kafka", "t", "$HOST:9093", "$U", "$P")
    found = filled(source, {"HOST": "h", "U": "u", "P": "p"})
    assert (found.address, found.user, found.password) == ("h:9093", "u", "p")
    assert source.password == "$P"
