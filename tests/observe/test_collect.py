"""One poll of everything: sources by themselves, last good values, and secrets that are not set."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx

from factory import SMALL, graph_of
from streamatlas.graph.graph import Graph
from streamatlas.model.observed import ABSENT, Reading, Snapshot, StoreState
from streamatlas.observe.collect import Collector, asked, merged
from streamatlas.observe.kafka import Read

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
ENVIRON = {
    "FLINK_ADDRESS": "http://127.0.0.1:1",
    "FLINK_GATEWAY": "http://127.0.0.1:1",
    "FLINK_STATE": "file:///nowhere",
    "KAFKA_ADDRESS": "127.0.0.1:1",
    "KAFKA_USER": "streamatlas",
    "KAFKA_PASSWORD": "hunter22",
    "POSTGRES_ADDRESS": "jdbc:postgresql://127.0.0.1:1/usage",
    "POSTGRES_USER": "app",
    "POSTGRES_PASSWORD": "hunter22",
}


def stores(reading: Reading[StoreState]) -> Snapshot:
    return Snapshot(NOW, stores={"store/usage": reading})


def test_a_failed_reading_keeps_the_last_good_value_with_its_time() -> None:
    good = merged(NOW, [stores(Reading(StoreState(5, 7), NOW))], Snapshot(NOW))
    bad = merged(LATER, [stores(Reading(missing="refused"))], good)
    worse = merged(LATER, [stores(Reading(missing="timed out"))], bad)
    assert worse.stores["store/usage"] == Reading(StoreState(5, 7), NOW, "timed out")


def test_what_is_known_to_be_absent_replaces_what_was_there() -> None:
    good = merged(NOW, [stores(Reading(StoreState(5, 7), NOW))], Snapshot(NOW))
    gone = merged(LATER, [stores(Reading(at=LATER, missing=ABSENT))], good)
    assert gone.stores["store/usage"] == Reading(None, LATER, ABSENT)


def test_what_is_asked_of_each_source_is_what_is_declared_there(graph: Graph) -> None:
    wanted = asked(graph, "source/kafka")
    assert wanted.topics["usage.raw.vault"] == "topic/usage.raw.vault"
    assert wanted.reads["topic/usage.raw.vault -> job/usage-aggregation"] == Read(
        "usage-aggregation", "usage.raw.vault"
    )
    assert not wanted.jobs and not wanted.tables
    assert asked(graph, "source/postgres").tables["usage"] == "store/usage"
    assert asked(graph, "source/flink").jobs["usage-pipeline"] == "job/usage-pipeline"


def poll(graph: Graph, environ: dict[str, str], hang: bool = False) -> tuple[Snapshot, float]:
    async def flink(request: httpx.Request) -> httpx.Response:
        if hang:
            await asyncio.sleep(60)
        answer = {"taskmanagers": 1, "slots-total": 4, "slots-available": 4, "flink-version": "2"}
        jobs = request.url.path == "/jobs/overview"
        return httpx.Response(200, json={"jobs": []} if jobs else answer)

    async def ask() -> tuple[Snapshot, float]:
        transport = httpx.MockTransport(flink)
        collector = Collector(graph, environ, transport, deadline=timedelta(seconds=3))
        begun = asyncio.get_running_loop().time()
        snapshot = await collector.poll(NOW)
        took = asyncio.get_running_loop().time() - begun
        await collector.aclose()
        return snapshot, took

    return asyncio.run(ask())


def test_every_declared_thing_has_a_reading_and_one_source_does_not_hold_up_another(
    graph: Graph,
) -> None:
    snapshot, took = poll(graph, ENVIRON)
    assert took < 4
    assert snapshot.sources["source/flink"].at == NOW
    assert snapshot.sources["source/kafka"].missing == "refused"
    assert snapshot.sources["source/postgres"].missing == "refused"
    assert set(snapshot.jobs) == {job.ref for job in graph.jobs.values()}
    assert set(snapshot.topics) == {topic.ref for topic in graph.topics.values()}
    assert set(snapshot.stores) == {store.ref for store in graph.stores.values()}
    assert "hunter22" not in repr(snapshot)


def test_a_hanging_source_costs_no_more_than_the_deadline(graph: Graph) -> None:
    snapshot, took = poll(graph, ENVIRON, hang=True)
    assert took < 4
    assert snapshot.sources["source/flink"].missing == "timed out"
    assert snapshot.sources["source/postgres"].missing == "refused"


def test_a_password_that_is_not_set_is_a_reason(graph: Graph) -> None:
    environ = {name: value for name, value in ENVIRON.items() if name != "KAFKA_PASSWORD"}
    snapshot, _ = poll(graph, environ)
    assert snapshot.sources["source/kafka"].missing == "$KAFKA_PASSWORD is not set"
    assert snapshot.topics["topic/usage.raw.vault"].missing == "$KAFKA_PASSWORD is not set"
    assert snapshot.sources["source/flink"].at == NOW


TWO = """
environments:
  live:
    kafka: {main: {address: 'a:1'}, edge: {address: 'b:1'}}
    flink: {main: {address: 'http://a'}, far: {address: 'https://b', ca: /nowhere.pem}}
"""


def test_each_cluster_is_asked_for_what_is_on_it() -> None:
    text = SMALL.replace("orders.paid: {}", "orders.paid: {cluster: edge}")
    text = text.replace(
        "{owner: data, reads: orders, w", "{owner: data, cluster: far, reads: orders, w"
    )
    graph = graph_of(text + TWO, "live")
    assert asked(graph, "source/kafka.main").topics == {"orders": "topic/orders"}
    assert [*asked(graph, "source/kafka.main").reads] == ["topic/orders -> job/paid-orders"]
    assert asked(graph, "source/kafka.edge").topics == {"orders.paid": "topic/orders.paid"}
    assert [*asked(graph, "source/kafka.edge").reads] == ["topic/orders.paid -> service/reports"]
    assert not asked(graph, "source/flink.main").jobs
    assert asked(graph, "source/flink.far").jobs == {"paid-orders": "job/paid-orders"}


def test_a_certificate_that_is_not_there_is_a_reason() -> None:
    snapshot, _ = poll(graph_of(SMALL + TWO, "live"), ENVIRON)
    reason = "its ca cannot be read: No such file or directory"
    assert snapshot.sources["source/flink.far"].missing == reason
    assert snapshot.sources["source/flink.main"].at == NOW
