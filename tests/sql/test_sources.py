"""What a job's tables are called, and how each is read and written."""

import re

from factory import graph_of
from streamatlas.sql.script import script

HEAD = """\
platform: p
teams: {t: {chat: c}}
schemas: {e: {id: id, fields: {id: string, n: int}}}
topics: {a: {owner: t, schema: e}, b: {schema: e}, c: {schema: e, compacted: true}}
stores: {s: {owner: t, schema: e}}
jobs:
"""


def tables(job: str) -> dict[str, str]:
    """The settings of each table, by its name."""
    graph = graph_of(f"{HEAD}  j: {job}")
    text = script(graph, graph.jobs["j"])
    found = re.findall(
        r"CREATE TEMPORARY TABLE (\S+) .*?WITH (\(.*?\))(?: LIKE|;)", text, re.DOTALL
    )
    return dict(found)


def test_a_store_that_is_read_and_written_has_one_table() -> None:
    found = tables("{owner: t, writes: {store/s: {from: a, enrich: {store/s: id}}}}")
    assert {"a", "store_s"} <= found.keys()
    assert "lookup.cache" in found["store_s"]
    assert "sink.buffer-flush.interval" in found["store_s"]


def test_a_store_of_two_names_has_two_tables() -> None:
    found = tables(
        "{owner: t, reads: {store/s: {as: rates_in}}, "
        "writes: {store/s: {as: rates_to, from: a, enrich: {rates_in: id}}}}"
    )
    assert {"rates_in", "rates_to"} <= found.keys()
    assert "lookup.cache" in found["rates_in"] and "sink." not in found["rates_in"]
    assert "sink." in found["rates_to"] and "lookup" not in found["rates_to"]


def test_a_topic_that_is_read_and_written_has_two_tables() -> None:
    found = tables("{owner: t, reads: [a, b], writes: {b: {from: a}}}")
    assert {"a", "b", "b_out"} <= found.keys()
    named = tables("{owner: t, reads: [a, b], writes: {b: {as: again, from: a}}}")
    assert {"b", "again"} <= named.keys() and "b_out" not in named


def test_the_guarantee_of_one_output() -> None:
    found = tables("{owner: t, writes: {b: {from: a, guarantee: at-least-once}, c: {from: a}}}")
    assert "'sink.delivery-guarantee' = 'exactly-once'" in found["kafka_out"]
    assert "'sink.delivery-guarantee' = 'at-least-once'" in found["b"]
    assert "transactional-id" not in found["b"]
    assert "'sink.transactional-id-prefix' = 'j/c'" in found["c"]
    other = tables(
        "{owner: t, guarantee: at-least-once, writes: {b: {from: a, guarantee: exactly-once}}}"
    )
    assert "'sink.delivery-guarantee' = 'exactly-once'" in other["b"]
    assert "'sink.transactional-id-prefix' = 'j/b'" in other["b"]


def test_an_edge_that_says_nothing_repeats_nothing() -> None:
    found = tables("{owner: t, writes: {b: {from: a}}}")
    assert "group.id" not in found["a"] and "jaas" not in found["a"] + found["b"]
    own = tables(
        "{owner: t, reads: {a: {group: g, principal: p}}, writes: {b: {from: a, principal: q}}}"
    )
    assert "'properties.group.id' = 'g'" in own["a"]
    assert 'username="p" password="$KAFKA_PASSWORD_P"' in own["a"]
    assert 'username="q" password="$KAFKA_PASSWORD_Q"' in own["b"]
