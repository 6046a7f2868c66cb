from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from factory import graph_of, graphs, small
from streamatlas.graph.graph import Graph
from streamatlas.graph.secrets import fill
from streamatlas.sql.script import digest, runnable, script
from streamatlas.sql.statements import split

HEAD = """\
platform: p
teams: {t: {chat: c}}
services: {s: {owner: t, writes: [a, b]}, r: {owner: t, reads: out}}
schemas: {e: {id: id, time: at, fields: {id: string, n: int, at: timestamp}}}
"""


def only_script(text: str, environment: str = "sandbox") -> str:
    graph = graph_of(HEAD + text, environment)
    (job,) = graph.jobs.values()
    return script(graph, job)


def test_the_digest_is_that_of_the_script_without_its_own_line(graph: Graph) -> None:
    text = script(graph, graph.jobs["usage-pipeline"])
    (mark,) = re.findall(r"'streamatlas\.digest:([0-9a-f]{16})'", text)
    assert digest(text) == mark
    assert digest(text.replace(mark, "0" * 16)) == mark
    assert digest(text.replace("LEFT JOIN", "JOIN")) != mark


def test_secrets_and_addresses_stay_names(graph: Graph) -> None:
    text = script(graph, graph.jobs["usage-pipeline"])
    assert set(re.findall(r"\$(\w+)", text)) == {
        "FLINK_STATE",
        "KAFKA_ADDRESS",
        "KAFKA_PASSWORD_USAGE_PIPELINE",
        "POSTGRES_ADDRESS",
        "POSTGRES_PASSWORD",
        "POSTGRES_USER",
    }


def test_a_job_without_a_query_is_not_generated() -> None:
    graph = small()
    assert [script(graph, job) for job in graph.jobs.values()] == [""]


@pytest.mark.parametrize(
    "job",
    [
        "{owner: t, writes: {out: {from: untyped}}}",
        "{owner: t, steps: {one: {from: two}, two: {from: a}}, writes: {out: {from: one}}}",
        "{owner: t, steps: {one: {where: n > 0}}, writes: {out: {from: one}}}",
    ],
)
def test_what_cannot_be_known_is_not_generated(job: str) -> None:
    assert not only_script(
        f"topics: {{a: {{schema: e}}, untyped: {{}}, out: {{}}}}\njobs: {{j: {job}}}"
    )


@given(graphs())
@settings(max_examples=25, deadline=None)
def test_the_jobs_with_a_script_are_run_and_no_others(graph: Graph) -> None:
    assert runnable(graph) == tuple(job for job in graph.jobs.values() if script(graph, job))


def test_no_variable_of_a_user_is_filled_in() -> None:
    text = only_script(
        "topics: {a: {schema: e}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, writes: {out: {from: a, where: id <> '$SECRET'}}}}"
    )
    known = {"FLINK_STATE": "f", "KAFKA_ADDRESS": "k", "KAFKA_PASSWORD_J": "p"}
    assert "WHERE (id <> '$SECRET')" in fill(text, known)


def test_names_of_our_own_give_way_to_those_of_the_user() -> None:
    text = only_script(
        "topics: {kafka.main: {schema: e, owner: t}, a: {schema: e, timezone: Asia/Tokyo},"
        " a.wire: {schema: e, owner: t}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, writes: {out: {from: [kafka.main, a, a.wire]}}}}"
    )
    made = re.findall(r"CREATE TEMPORARY (?:TABLE|VIEW) (\S+)", text)
    assert len(made) == len(set(made))
    assert {"kafka_main", "kafka_main_", "a", "a_wire", "a_wire_"} <= set(made)


SKIPPED = "'{}json.ignore-parse-errors' = 'true'"


def test_bad_records_are_skipped_where_that_is_declared_and_nowhere_else() -> None:
    text = only_script(
        "topics: {a: {schema: e, bad-records: skip}, b: {schema: e}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, writes: {out: {from: [a, b]}}}}"
    )
    made = {s.split(maxsplit=4)[3]: s for s in split(text) if s.startswith("CREATE")}
    assert [name for name, s in made.items() if SKIPPED.format("") in s] == ["a_wire"]
    assert made["a"].endswith("FROM a_wire\nWHERE id IS NOT NULL AND `at` IS NOT NULL")


def test_bad_records_of_a_compacted_topic_are_skipped_too() -> None:
    text = only_script(
        "topics: {a: {schema: e, compacted: true, bad-records: skip},"
        " out: {schema: e, compacted: true}}\n"
        "jobs: {j: {owner: t, writes: {out: {from: a}}}}"
    )
    assert text.count(SKIPPED.format("value.")) == 1


def test_a_topic_that_is_read_and_written_has_two_tables() -> None:
    text = only_script(
        "topics: {a: {schema: e}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, reads: out, writes: {out: {from: a}}}}"
    )
    assert "INSERT INTO out_out\n" in text
    assert "CREATE TEMPORARY TABLE out_out (" in text
    assert "CREATE TEMPORARY TABLE `out` (" in text


def test_each_cluster_has_its_own_address() -> None:
    text = only_script(
        "topics: {a: {schema: e, cluster: edge}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, writes: {out: {from: a}}}}\n"
        "environments: {production: {kafka:"
        " {main: {address: 'main:1'}, edge: {address: 'edge:1'}}}}",
        "production",
    )
    assert re.findall(r"CREATE TEMPORARY TABLE (kafka\w+)", text) == [
        "kafka_edge_main",
        "kafka_edge_in",
        "kafka_main",
        "kafka_out",
    ]
    assert re.findall(r"bootstrap.servers' = '(.*)'", text) == ["edge:1", "main:1"]
    assert "SASL_SSL" in text


def test_flink_believes_the_certificates_of_a_clusters_own_authority() -> None:
    text = only_script(
        "topics: {a: {schema: e}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, writes: {out: {from: a}}}}\n"
        "environments: {live: {kafka: {address: 'a:1', ca: $CA}}}",
        "live",
    )
    assert "'properties.ssl.truststore.type' = 'PEM'" in text
    assert "'properties.ssl.truststore.location' = '$CA'" in text


def test_at_least_once_needs_no_transactions() -> None:
    text = only_script(
        "topics: {a: {schema: e}, out: {schema: e}}\n"
        "jobs: {j: {owner: t, guarantee: at-least-once, writes: {out: {from: a}}}}"
    )
    assert "'sink.delivery-guarantee' = 'at-least-once'" in text
    assert "transactional-id-prefix" not in text


@settings(max_examples=25)
@given(graphs())
def test_every_topology_has_scripts_and_equal_ones_have_equal_bytes(graph: Graph) -> None:
    for job in graph.jobs.values():
        text = script(graph, job)
        assert text == script(replace(graph), job)
        *prepare, insert = split(text)
        assert insert.startswith("EXECUTE STATEMENT SET BEGIN")
        assert all(s.startswith(("SET '", "CREATE TEMPORARY ")) for s in prepare)
        assert all(not node.doc or node.doc not in text for node in graph.nodes())
