"""Every default, and what an environment changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings

from factory import SMALL, example, graph_of, graphs, small
from streamatlas.checks import run
from streamatlas.graph.graph import Graph, Source
from streamatlas.graph.secrets import filled
from streamatlas.model.units import Keep, Range


@settings(max_examples=50)
@given(graphs())
def test_a_valid_topology_has_no_problems(graph: Graph) -> None:
    assert run(graph) == ()


def test_defaults_of_a_topic() -> None:
    topic = small().topics["orders.paid"]
    assert topic.owner == "data"  # of the job that writes it
    assert (topic.partitions, topic.replication) == (12, 1)
    assert topic.retention == timedelta(days=7)
    assert topic.idle_timeout == timedelta(minutes=1)
    assert not topic.compacted
    assert topic.schema is None and topic.normal is None and topic.wall_clock is None


def test_defaults_of_a_job() -> None:
    job = small().jobs["paid-orders"]
    assert job.principal == job.group == "paid-orders"
    assert job.parallelism == 1
    assert job.taskmanager_memory == 2**30
    assert job.checkpoint_interval == timedelta(seconds=30)
    assert job.restart == (timedelta(seconds=1), timedelta(minutes=2))
    assert job.guarantee == "exactly-once"
    assert job.savepoints == Keep(count=3)
    assert job.state_ttl is None
    assert job.queries == {}


def test_defaults_of_a_team_and_of_normal() -> None:
    graph = graph_of(SMALL.replace(", silent-after: 5min", ""))
    assert graph.teams["data"].timezone == "UTC"
    assert graph.teams["data"].on_call == "data-eng"
    normal = graph.topics["orders"].normal
    assert normal and normal.timezone == "Europe/Berlin"
    assert normal.silent_after == timedelta(minutes=5)
    assert normal.grace == timedelta(minutes=5)
    assert normal.rate == Range(20, 400)


@pytest.mark.parametrize(("rate", "after"), [("up to 5/s", None), ("1-5/s", 5)])
def test_silence_is_no_worry_where_nothing_need_come(rate: str, after: int | None) -> None:
    graph = graph_of(SMALL.replace("20-400/s, silent-after: 5min", rate))
    normal = graph.topics["orders"].normal
    assert normal and normal.silent_after == (timedelta(minutes=after) if after else None)


def test_the_watcher_is_who_is_named_else_the_owner_of_where_it_leaves() -> None:
    text = SMALL.replace("writes: orders}", "writes: {orders: {watched-by: data}}}")
    watchers = {edge.ref: edge.watcher for edge in graph_of(text).edges}
    assert watchers == {
        "service/web-shop -> topic/orders": "data",
        "topic/orders -> job/paid-orders": "shop",
        "job/paid-orders -> topic/orders.paid": "data",
        "topic/orders.paid -> service/reports": "data",
    }


def test_a_topic_of_two_teams_has_no_owner() -> None:
    text = SMALL.replace("reads: orders.paid", "reads: orders.paid, writes: orders")
    assert graph_of(text).topics["orders"].owner == ""
    rules = {problem.rule for problem in run(graph_of(text))}
    assert rules == {"unwatched"}


def test_inputs_of_a_job_are_what_its_queries_name() -> None:
    inputs = {edge.origin for edge in example().inputs("job/usage-pipeline")}
    products = ("compute", "mail", "cast", "forms", "maps", "meet", "vault")
    minutes = {f"topic/usage.minute.{product}" for product in products}
    assert inputs == {*minutes, "topic/accounts", "store/subscriptions"}


def test_a_schema_takes_over_what_it_is_like() -> None:
    schema = example().schemas["usage-row"]
    assert [f.name for f in schema.fields][-2:] == ["minute_start", "tier"]
    assert schema.identity == ("account_id", "product", "unit", "minute_start")
    assert schema.key == ("account_id",)
    assert schema.time == "minute_start"


def test_words_beside_writes_hold_for_each_output() -> None:
    text = SMALL.replace(
        "writes: orders.paid}",
        "dedupe: yes, tumble: 1min, where: a > 0, "
        "writes: {orders.paid: {from: orders, dedupe: no}, orders: {}}}",
    )
    job = graph_of(text).jobs["paid-orders"]
    query = job.queries["topic/orders.paid"]
    assert (query.dedupe, query.tumble, query.where) == (False, timedelta(minutes=1), "a > 0")
    assert list(job.queries) == ["topic/orders.paid"]


def test_an_environment_changes_operating_facts() -> None:
    sandbox, production = example("sandbox"), example("production")
    assert sandbox.topics["usage.raw.vault"].partitions == 4
    assert production.topics["usage.raw.vault"].partitions == 12
    assert (sandbox.scale, sandbox.traffic) == (0.01, True)
    assert (production.scale, production.traffic) == (1.0, False)
    assert sandbox.jobs["usage-pipeline"].parallelism == 1
    assert production.jobs["usage-pipeline"].parallelism == 12
    assert production.topics["usage.raw.vault"].replication == 3
    assert sandbox.topics["usage.raw.vault"].replication == 1


def test_servers_that_are_not_named_come_from_the_environment() -> None:
    sources = example("sandbox").sources
    assert sources["source/kafka"] == Source(
        "kafka", "platform", "$KAFKA_ADDRESS", "$KAFKA_USER", "$KAFKA_PASSWORD"
    )
    assert sources["source/flink"].gateway == "$FLINK_GATEWAY"
    assert example("production").sources["source/kafka.main"].address == "kafka.example.com:9093"


def test_a_token_of_flink_stays_a_name_until_it_is_used() -> None:
    text = f"{SMALL}environments: {{live: {{flink: {{token: $TOKEN}}}}}}\n"
    flink = graph_of(text, "live").sources["source/flink"]
    assert flink.token == "$TOKEN"
    known = {"FLINK_ADDRESS": "a", "FLINK_GATEWAY": "g", "FLINK_STATE": "s", "TOKEN": "geheim"}
    assert filled(flink, known).token == "geheim"


NAMED = """
environments:
  live: {kafka: {main: {address: 'a:1', replication: 3}, edge: {address: 'b:2'}}}
  alone: {kafka: {main: {address: 'a:1'}}}
  unfilled: {kafka: {main: {}, edge: {}}, flink: {far.off: {}}, postgres: {edge: {user: me}}}
  only: {kafka: {address: 'a:1', replication: 2}}
"""
TWO = SMALL.replace("orders.paid: {}", "orders.paid: {cluster: edge}") + NAMED


def test_named_clusters() -> None:
    graph = graph_of(TWO, "live")
    assert list(graph.sources)[1:3] == ["source/kafka.main", "source/kafka.edge"]
    assert graph.topics["orders.paid"].source == "source/kafka.edge"
    assert graph.topics["orders"].source == "source/kafka.main"
    assert [topic.replication for topic in graph.topics.values()] == [3, 1]


def test_one_that_is_named_is_named_everywhere() -> None:
    assert "source/kafka.main" in graph_of(TWO, "alone").sources
    assert graph_of(TWO, "alone").topics["orders.paid"].source == "source/kafka.edge"


@pytest.mark.parametrize(("environment", "copies"), [("only", 2), ("sandbox", 1)])
def test_all_is_on_the_only_cluster_whatever_it_names(environment: str, copies: int) -> None:
    graph = graph_of(TWO, environment)
    assert {topic.source for topic in graph.topics.values()} == {"source/kafka"}
    assert {topic.replication for topic in graph.topics.values()} == {
        2 if environment == "only" else 1
    }


def test_what_is_not_said_of_a_server_is_found_by_its_name() -> None:
    found = graph_of(TWO, "unfilled").sources
    assert found["source/kafka.main"].address == "$KAFKA_ADDRESS"
    edge = found["source/kafka.edge"]
    assert (edge.address, edge.user) == ("$KAFKA_EDGE_ADDRESS", "$KAFKA_EDGE_USER")
    assert edge.password == "$KAFKA_EDGE_PASSWORD"
    far = found["source/flink.far.off"]
    assert (far.gateway, far.state) == ("$FLINK_FAR_OFF_GATEWAY", "$FLINK_FAR_OFF_STATE")
    assert (far.user, far.password) == ("", "")
    assert found["source/postgres.edge"].user == "me"


def test_a_database_that_nobody_needs_is_not_asked() -> None:
    assert "source/postgres" not in graph_of(SMALL).sources
    store = "stores: {kept: {}}\n"  # nobody's: that is told, and no cluster is missed
    assert graph_of(SMALL + store).sources["source/postgres"].address == "$POSTGRES_ADDRESS"
    declared = "environments: {live: {postgres: {address: 'jdbc:postgresql://db/x'}}}\n"
    assert "source/postgres" in graph_of(SMALL + declared, "live").sources


def test_a_server_is_owned_by_whoever_owns_most_on_it() -> None:
    owners = {ref: source.owner for ref, source in graph_of(TWO, "live").sources.items()}
    # On main are a topic of shop and a job of data: the first id of two.
    assert owners == {
        "source/flink": "data",
        "source/kafka.main": "data",
        "source/kafka.edge": "data",
    }
    more = TWO.replace("orders.paid: {", "refunds: {owner: shop}\n  orders.paid: {")
    assert graph_of(more, "live").sources["source/kafka.main"].owner == "shop"


@pytest.mark.parametrize("like", ["a", "b"])
def test_a_schema_like_itself_has_its_own_fields(like: str) -> None:
    schemas = f"schemas: {{a: {{like: {like}, fields: {{x: int}}}}, b: {{like: a}}}}\n"
    assert [f.name for f in graph_of(SMALL + schemas).schemas["a"].fields] == ["x"]
