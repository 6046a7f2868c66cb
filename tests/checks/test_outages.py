"""Checks of what outlives an outage: records, state and transactions."""

from __future__ import annotations

import pytest

from factory import graph_of
from streamatlas.checks import retention, state, transaction
from streamatlas.graph.graph import Graph
from streamatlas.sql.script import script

TEXT = """\
platform: p
teams: {t: {chat: c}}
services: {s: {owner: t, writes: a}}
topics: {a: {schema: e, $a}, b: {schema: e, owner: t, $b}}
schemas: {e: {id: i, time: at, fields: {i: string, v: bigint, at: timestamp}}}
stores: {k: {owner: t, schema: e}}
jobs:
  j:
    owner: t
    $job
environments:
  one: {$one}
  two: {}
"""


def graph(environment: str = "one", /, **parts: str) -> Graph:
    text = TEXT
    defaults = {"a": "partitions: 1", "b": "partitions: 1", "job": "reads: a", "one": "portal: x"}
    for name, part in (defaults | parts).items():
        text = text.replace(f"${name}", part)
    return graph_of(text, environment)


# -- retention -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (
            {"a": "retention: 2d"},
            "4:36: job/j may be down for 3d (worst-outage), unread records are deleted after 2d",
        ),
        (
            {"job": "reads: a\n    worst-outage: 8d"},
            "4:10: job/j may be down for 8d (worst-outage), unread records are deleted after 7d",
        ),
        (
            {"one": "topics: {a: {retention: 1h}}"},
            "12:33: job/j may be down for 3d (worst-outage), unread records are deleted after 1h "
            "in one",
        ),
        ({"a": "retention: 3d"}, None),
        ({"a": "retention: 1h", "one": "topics: {a: {retention: 3d}}"}, None),
        ({"a": "retention: 1h, compacted: yes"}, None),
        ({"b": "retention: 1h"}, None),
        ({"a": "retention: 1h", "job": "reads: a\n    worst-outage: 1h"}, None),
    ],
)
def test_what_is_deleted_before_it_is_read(parts: dict[str, str], found: str | None) -> None:
    assert [f"{p.at.line}:{p.at.column}: {p.message}" for p in retention.check(graph(**parts))] == (
        [found] if found else []
    )


def test_a_service_that_reads_has_no_worst_outage() -> None:
    text = "platform: p\nteams: {t: {chat: c}}\nservices: {s: {owner: t, reads: a}}\n"
    topics = "topics: {a: {owner: t, retention: 1h}}\n"
    assert list(retention.check(graph_of(text + topics))) == []


def test_each_environment_is_told_only_if_it_is_its_own_doing() -> None:
    parts = {"a": "retention: 1d", "one": "topics: {b: {retention: 1h}}"}
    one, two = (set(retention.check(graph(name, **parts))) for name in ("one", "two"))
    assert one == two


# -- state -----------------------------------------------------------------------------------

DEDUPE = "writes: {b: {from: a, dedupe: yes}}"
TOTAL = "writes: {store/k: {from: a, tumble: 1d, group-by: i, set: {v: SUM(v)}}}"
WINDOW = "writes: {b: {from: a, tumble: 1min, group-by: i, set: {v: SUM(v)}}}"
REPEATS, TOTALS = "repeats count twice", "totals begin at 0"
JOINS = "joins find nothing"


def free(select: str) -> str:
    return f'reads: a\n    writes: {{b: "{select}"}}'


@pytest.mark.parametrize(
    ("job", "lost"),
    [
        (DEDUPE, REPEATS),
        (TOTAL, TOTALS),
        (TOTAL.replace("from: a", "from: a, dedupe: yes"), f"{REPEATS}, {TOTALS}"),
        (
            "steps: {x: {from: a, group-by: i, set: {v: SUM(v)}}}\n    " + DEDUPE,
            f"{REPEATS}, {TOTALS}",
        ),
        (free("SELECT i, SUM(v) AS v, MAX(at) AS at FROM a GROUP BY i"), TOTALS),
        (free("SELECT DISTINCT * FROM a"), REPEATS),
        (
            free(
                "SELECT i FROM (SELECT i, window_end FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(at), "
                "INTERVAL '1' HOUR)) GROUP BY i, window_start, window_end) GROUP BY i"
            ),
            TOTALS,
        ),
        (free("SELECT a.* FROM a JOIN b ON a.i = b.i"), JOINS),
        (
            free("SELECT a.* FROM a LEFT JOIN (SELECT * FROM b) AS c ON a.i = c.i"),
            "joins find nothing",
        ),
        (free("SELECT COUNT(*) AS v FROM a"), TOTALS),
        (free("SELECT i FROM a GROUP BY i, TUMBLE(`at`, INTERVAL '1' HOUR)"), None),
        (free("SELECT a.* FROM a CROSS JOIN UNNEST (i) AS t (x)"), None),
        (
            free(
                "SELECT i FROM (SELECT i, ROW_NUMBER() OVER (PARTITION BY i, window_start, "
                "window_end ORDER BY v) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(at), "
                "INTERVAL '1' HOUR))) WHERE n < 4"
            ),
            None,
        ),
        (WINDOW, None),
        (free("SELECT * FROM a -- GROUP BY i"), None),
        (free("SELECT * FROM a WHERE i <> 'GROUP BY'"), None),
        (free("SELECT a.* FROM a LEFT JOIN b  FOR SYSTEM_TIME AS OF a.at AS c ON a.i = c.i"), None),
        (free("SELECT a.* FROM a JOIN b ON a.i = b.i AND a.at BETWEEN b.at AND b.at"), None),
        (free("SELECT a.* FROM a CROSS JOIN UNNEST(i) AS t (x)"), None),
        ("steps: {x: {from: a, tumble: 1h, group-by: i, set: {v: SUM(v)}}}", None),
    ],
)
def test_what_is_forgotten_in_an_outage(job: str, lost: str | None) -> None:
    found = list(state.check(graph(job=f"{job}\n    state-ttl: 1d")))
    assert [problem.level for problem in found] == (["error"] if lost else [])
    said = "after an outage of 3d (worst-outage) this state is gone: "
    assert [problem.message for problem in found] == ([said + lost] if lost else [])
    found = list(state.check(graph(job=job)))
    assert [problem.level for problem in found] == (["warning"] if lost else [])
    assert list(state.check(graph(job=f"{job}\n    state-ttl: 3d"))) == []


def test_compacted_inputs_need_no_memory_of_repeats() -> None:
    parts = {"a": "compacted: yes", "b": "compacted: yes", "job": f"{DEDUPE}\n    state-ttl: 1h"}
    assert list(state.check(graph(**parts))) == []


def test_a_job_that_is_only_watched_has_no_state_of_ours() -> None:
    assert list(state.check(graph(job="reads: a\n    state-ttl: 1h"))) == []


# -- transactions ----------------------------------------------------------------------------

LONG = "\n    checkpoint-interval: 8min"
PASSED = "writes: {b: {from: a}}"


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"job": PASSED + LONG}, "11:26: 8min + 5min timeout + 2min restart"),
        ({"job": f"{PASSED}\n    restart: 1s-9min"}, "11:14: 30s + 5min timeout + 9min restart"),
        (
            {"job": f"{PASSED}{LONG}\n    restart: 1s-9min"},
            "12:14: 8min + 5min timeout + 9min restart",
        ),
        (
            {"job": PASSED, "one": "jobs: {j: {checkpoint-interval: 1h}}"},
            "12:41: 1h + 5min timeout + 2min restart in one",
        ),
        ({"job": PASSED + LONG.replace("8", "7")}, None),
        ({"job": PASSED}, None),
        ({"job": f"{PASSED}{LONG}\n    guarantee: at-least-once"}, None),
        ({"job": "writes: {b: {from: a, guarantee: at-least-once}}" + LONG}, None),
        ({"job": f"writes: {{store/k: {{from: a}}}}{LONG}"}, None),
        ({"job": f"reads: a\n    writes: b{LONG}"}, None),
    ],
)
def test_pauses_that_outlast_a_transaction(parts: dict[str, str], found: str | None) -> None:
    said = ": longer than the 14min of a Kafka transaction"
    assert [
        f"{p.at.line}:{p.at.column}: {p.message}" for p in transaction.check(graph(**parts))
    ] == ([found + said] if found else [])


def test_one_output_that_commits_is_enough() -> None:
    job = "guarantee: at-least-once\n    writes: {b: {from: a, guarantee: exactly-once}}" + LONG
    assert len(list(transaction.check(graph(job=job)))) == 1


def test_it_is_the_transaction_of_the_generated_script() -> None:
    made = script(graph(job=PASSED), graph(job=PASSED).jobs["j"])
    assert made is not None
    lasts = int(transaction.TRANSACTION.total_seconds() * 1000)
    assert f"'properties.transaction.timeout.ms' = '{lasts}'" in made
