"""Flink's own planner takes every script, and keeps no more state than was meant.

OverAggregate, ChangelogNormalize and upsertMaterialize keep every key: each must be expected.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from factory import ROOT, SECOND, example
from planner import cost, planned
from streamatlas.graph.graph import Source
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import load_topology
from streamatlas.operate.gateway import connect
from streamatlas.operate.step import OperateError
from streamatlas.sql.text import identifier
from streamatlas.sql.words import FLINK

pytestmark = pytest.mark.e2e

SHAPES = resolve(load_topology(ROOT / "tests/golden/shapes/topology.yaml"), "sandbox")
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/topology.yaml"))

# What the plan of each job does, and what it is meant to pay for it.
EXAMPLE: dict[str, tuple[set[str], dict[str, int]]] = {
    "usage-aggregation": ({"Deduplicate", "WindowAggregate", "GroupAggregate"}, {}),
    "usage-pipeline": (
        {"Union", "Deduplicate", "TemporalJoin", "LookupJoin", "WindowAggregate", "GroupAggregate"},
        {"ChangelogNormalize": 1},  # days are added up of minutes that vault's job replaces
    ),
}
PLANS: dict[str, tuple[set[str], dict[str, int]]] = {
    "filter": ({"Calc"}, {}),
    "rename": ({"Calc"}, {}),
    "union": ({"Union", "Deduplicate"}, {}),
    "enrich-topic": ({"Deduplicate", "TemporalJoin"}, {}),
    "enrich-store": ({"TemporalJoin", "LookupJoin"}, {}),
    "window": ({"Deduplicate", "WindowAggregate"}, {}),
    "total-topic": ({"Deduplicate", "GroupAggregate"}, {}),
    "total-store": ({"Deduplicate", "GroupAggregate"}, {}),
    # Adding up what replaces needs the row that is replaced.
    "total-of-both": ({"WindowAggregate", "GroupAggregate"}, {"ChangelogNormalize": 1}),
    "pass-compacted": (set(), {}),
    # A row that no longer passes has to be taken back.
    "filter-compacted": (set(), {"ChangelogNormalize": 1}),
    "mixed": ({"Deduplicate"}, {}),
    "free": ({"WindowAggregate", "TemporalJoin"}, {}),
    "odd-names": ({"Calc"}, {}),
    "wall-clock": ({"Deduplicate"}, {}),
    "window-enriched": ({"Union", "Deduplicate", "TemporalJoin", "WindowAggregate"}, {}),
    "total-ever": ({"Union", "Deduplicate", "GroupAggregate"}, {}),
    "total-by-minute": ({"Deduplicate", "LookupJoin", "GroupAggregate"}, {}),
    "pass-zoned": ({"Calc"}, {}),
    "enrich-zoned": ({"TemporalJoin", "LookupJoin"}, {}),
    "window-of-windows": ({"Deduplicate", "WindowAggregate", "GroupAggregate", "TemporalJoin"}, {}),
    "edges": ({"Deduplicate", "WindowAggregate", "TemporalJoin"}, {}),
}


@pytest.fixture
def source(sandbox: Any) -> Source:
    return Source("flink", "", "", gateway=sandbox.environ["FLINK_GATEWAY"])


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.parametrize("job", EXAMPLE)
def test_the_example(source: Source, job: str, environment: str) -> None:
    graph = example(environment)
    plan = planned(source, graph, graph.jobs[job])
    wanted, price = EXAMPLE[job]
    assert wanted <= set(re.findall(r"(\w+)\(", plan))
    assert plan.count("Deduplicate(keep=[FirstRow]") >= 1
    assert cost(plan) == price
    assert "LocalWindowAggregate" not in plan


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_the_platform_of_another_trade(source: Source, environment: str) -> None:
    graph = resolve(load_topology(SECOND), environment)
    costs = {job.id: cost(planned(source, graph, job)) for job in graph.jobs.values()}
    assert costs == {"ride-fares": {}, "city-books": {"ChangelogNormalize": 1}}


@pytest.mark.parametrize("environment", ["sandbox", "production"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_platforms_of_other_trades(source: Source, name: str, environment: str) -> None:
    graph = resolve(load_topology(ROOT / "examples" / name / "topology.yaml"), environment)
    costs = {job.id: cost(planned(source, graph, job)) for job in graph.jobs.values()}
    assert costs == {job: {} for job in graph.jobs}


def test_every_shape_has_its_row() -> None:
    assert PLANS.keys() == {job.id for job in SHAPES.jobs.values() if job.queries}


@pytest.mark.parametrize("job", PLANS)
def test_shapes(source: Source, job: str) -> None:
    wanted, price = PLANS[job]
    plan = planned(source, SHAPES, SHAPES.jobs[job])
    assert wanted <= set(re.findall(r"(\w+)\(", plan))
    assert cost(plan) == price
    assert "LocalWindowAggregate" not in plan  # two phases miscount what is late


def test_every_word_of_sql_is_a_name_in_backquotes(source: Source) -> None:
    names = ", ".join(f"1 AS {identifier(word.lower())}" for word in sorted(FLINK))
    with connect(source) as session:
        session.run(f"EXPLAIN SELECT * FROM (SELECT {names})")


@pytest.mark.parametrize("word", ["at", "day", "value", "order", "time"])
def test_a_word_of_sql_is_refused_without(source: Source, word: str) -> None:
    with connect(source) as session, pytest.raises(OperateError, match="Encountered"):
        session.run(f"EXPLAIN SELECT {word} FROM (SELECT 1 AS {word})")


# The tables of tests/sql/selects.sql.
TABLES = (
    """CREATE TEMPORARY TABLE t (a STRING, b INT, ts TIMESTAMP_LTZ(3), x STRING, q DECIMAL(18, 6),
    tags ARRAY<STRING>, m MAP<STRING, INT>, WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE) WITH (
    'connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = '127.0.0.1:1',
    'format' = 'json', 'scan.startup.mode' = 'earliest-offset')""",
    "CREATE TEMPORARY TABLE u LIKE t",
    """CREATE TEMPORARY TABLE r (a STRING, rate DOUBLE, ts TIMESTAMP_LTZ(3),
    PRIMARY KEY (a) NOT ENFORCED, WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE) WITH (
    'connector' = 'upsert-kafka', 'topic' = 'r', 'properties.bootstrap.servers' = '127.0.0.1:1',
    'key.format' = 'raw', 'value.format' = 'json')""",
)


def test_queries_that_are_no_mistake_are_none(source: Source) -> None:
    selects = (ROOT / "tests/sql/selects.sql").read_text().split(";\n")
    with connect(source) as session:
        for statement in (*TABLES, *(f"EXPLAIN {select}" for select in selects)):
            session.run(statement)


@pytest.mark.parametrize(
    "select",
    [
        "SELECT A FROM t",
        "SELECT FLOOR(ts TO DAY) AS d, COUNT(*) AS n FROM t GROUP BY d",
        "SELECT a AS z, z || 'x' AS y FROM t",
        "SELECT a FROM T",
    ],
)
def test_names_that_are_not_there_are_mistakes(source: Source, select: str) -> None:
    with connect(source) as session:
        session.run(TABLES[0])
        with pytest.raises(OperateError, match="not found"):
            session.run(f"EXPLAIN {select}")


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("SUM(q)", "DECIMAL(38, 6)"),
        ("AVG(q)", "DECIMAL(38, 6)"),
        ("SUM(q * q)", "DECIMAL(38, 12)"),
        ("SUM(b)", "INT"),
        ("COUNT(*)", "BIGINT"),
        ("MAX(q / q)", "DECIMAL(38, 20)"),
        ("MAX(q + q)", "DECIMAL(19, 6)"),
    ],
)
def test_types_of_totals(source: Source, expression: str, type_: str) -> None:
    with connect(source) as session:
        session.run(TABLES[0])
        session.run(f"CREATE TEMPORARY VIEW v AS SELECT {expression} AS n FROM t")
        page = session.run("DESCRIBE v")
    assert page["results"]["data"][0]["fields"][1] == type_


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SELECT a FROM t JOIN r ON t.a = r.a", "ambiguous"),
        ("SELECT value FROM (SELECT 1 AS `value`)", "Encountered"),
        ("SELECT w.value FROM (SELECT 1 AS `value`) AS w", "Encountered"),
        ("INSERT INTO o SELECT a, rate FROM r", "update and delete changes"),
        (
            "INSERT INTO o SELECT a, SUM(rate) AS rate FROM r GROUP BY a",
            "update and delete changes",
        ),
    ],
)
def test_what_checks_refuse_is_refused(source: Source, statement: str, why: str) -> None:
    with connect(source) as session:
        for table in (TABLES[0], TABLES[2]):
            session.run(table)
        session.run(
            "CREATE TEMPORARY TABLE o (a STRING, rate DOUBLE) WITH ('connector' = 'kafka', "
            "'topic' = 'o', 'properties.bootstrap.servers' = '127.0.0.1:1', 'format' = 'json')"
        )
        with pytest.raises(OperateError, match=why):
            session.run(f"EXPLAIN {statement}")
