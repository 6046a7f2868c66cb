"""Who adds to what, by which ways, and how long it may be held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from factory import ROOT, graph_of, graphs
from streamatlas.graph.flow import band, standing
from streamatlas.graph.graph import Graph
from streamatlas.graph.inflows import demand, inflows
from streamatlas.graph.resolve import resolve
from streamatlas.graph.waits import waits
from streamatlas.graph.walk import feeds
from streamatlas.graph.ways import ways
from streamatlas.load.topology import load_topology

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
BATCH = datetime(2026, 12, 1, 17, 12, tzinfo=UTC)
USAGE = resolve(load_topology(ROOT / "tests/mistakes/example/topology.yaml"), "production")
HEAD = "platform: p\nteams: {a: {chat: c}}\n"


def high(text: str, ref: str) -> float | None:
    return band(graph_of(HEAD + text), ref, NOON).high


def origins(graph: Graph, ref: str) -> list[tuple[str, timedelta]]:
    return [(share.origin, share.held) for share in inflows(graph)[ref].shares]


@pytest.mark.parametrize(
    ("ref", "bound"),
    [
        ("service/vault", 20_000),
        ("topic/usage.raw.vault", 20_000),
        ("topic/usage.minute.vault", 20_000 + 12 / 30),
        ("store/usage", 25_860),
        ("topic/usage.hourly", 400),
        ("service/sales", 400),
        ("job/usage-aggregation", 20_000 + 2_500 + 900),
        ("service/usage-pages", 25_860),
    ],
)
def test_the_batch_goes_through_the_example(ref: str, bound: float) -> None:
    found = band(USAGE, ref, BATCH)
    assert found.high == pytest.approx(bound, abs=50 if ref.startswith("service/u") else 1e-6)


def test_the_longest_waits_of_the_example() -> None:
    found = waits(USAGE)
    minute = timedelta(minutes=1)
    assert found["topic/usage.minute.vault"].length == minute / 2
    assert found["topic/usage.minute.meet"].length == 17.5 * minute
    assert found["topic/usage.hourly"].length == 20 * minute


def test_a_scale_makes_rates_smaller_but_not_markers() -> None:
    assert band(USAGE, "topic/usage.minute.vault", BATCH, scale=0.01).high == 200 + 12 / 30
    assert band(USAGE, "service/maps", BATCH, scale=0.01).low == 5


def test_what_was_held_back_comes_until_it_is_out() -> None:
    found = standing(USAGE, "topic/usage.minute.vault", BATCH, BATCH + timedelta(minutes=9))
    assert [(f"{one.begin:%H:%M:%S}", one.band.high) for one in found] == [
        ("17:12:00", 20_000.4),
        ("17:15:30", 5.4),
    ]


def test_rows_that_go_by_event_time_wait_for_the_slowest_input() -> None:
    graph = graph_of(
        f"""{HEAD}services:
  one: {{owner: a, writes: in.one, normal: {{rate: up to 1/s}}}}
  two: {{owner: a, writes: in.two, normal: {{rate: up to 2/s}}}}
  three: {{owner: a, writes: plans, normal: {{rate: up to 4/s}}}}
schemas:
  e: {{id: k, time: at, out-of-order: 3min, fields: {{k: string, at: timestamp}}}}
topics:
  in.one: {{schema: e}}
  in.two: {{schema: e, idle-timeout: 9min}}
  plans: {{schema: e, compacted: true}}
  out: {{schema: e}}
  all: {{schema: e}}
jobs:
  add: {{owner: a, writes: {{out: {{from: [in.one, in.two], tumble: 5min, group-by: k}}}}}}
  look: {{owner: a, writes: {{all: {{from: in.one, enrich: {{plans: k}}}}}}}}
"""
    )
    minute = timedelta(minutes=1)
    assert origins(graph, "topic/out") == [
        ("service/one", 17.5 * minute),
        ("service/two", 17.5 * minute),
    ]
    # What is looked up is waited for, and adds no rows.
    assert origins(graph, "topic/all") == [("service/one", 4.5 * minute)]
    assert band(graph, "job/look", NOON).high == 5


@pytest.mark.parametrize(
    ("text", "ref", "bound"),
    [
        ("services: {s: {owner: a, writes: t}}\ntopics: {t: {}}\n", "topic/t", None),
        ("topics: {t: {owner: a}}\n", "topic/t", None),
        (
            "services: {s: {owner: a, writes: t, normal: {rate: up to 5/s}}, "
            "u: {owner: a, writes: t}}\ntopics: {t: {owner: a}}\n",
            "topic/t",
            None,
        ),
        (
            "services: {s: {owner: a, writes: t, normal: {rate: at least 5/s}}}\ntopics: {t: {}}\n",
            "topic/t",
            None,
        ),
        # latency and silence say nothing of how many records
        (
            "services: {s: {owner: a, writes: t, normal: {rate: up to 5/s}}}\n"
            "topics: {t: {normal: {silent-after: 5min}}}\n",
            "topic/t",
            5,
        ),
        (
            "services: {s: {owner: a, writes: t, normal: {rate: up to 5/s}}, "
            "u: {owner: a, reads: t, writes: v}}\ntopics: {t: {}, v: {}}\n",
            "topic/v",
            5,
        ),
        (  # who asks a store may write what they like
            "services: {u: {owner: a, reads: store/s, writes: v}}\ntopics: {v: {}}\n"
            "stores: {s: {owner: a, normal: {rate: up to 5/s}}}\n",
            "topic/v",
            None,
        ),
        (
            "services: {u: {owner: a, reads: store/s}}\n"
            "stores: {s: {owner: a, normal: {rate: up to 5/s}}}\n",
            "service/u",
            5,
        ),
        (  # a job's own normal holds for each of its outputs
            "services: {s: {owner: a, writes: t, normal: {rate: up to 5/s}}}\n"
            "topics: {t: {}, v: {}}\njobs: {j: {owner: a, guarantee: at-least-once, "
            "reads: t, writes: v, normal: {rate: up to 2/s}}}\n",
            "topic/v",
            2,
        ),
    ],
)
def test_bounds(text: str, ref: str, bound: float | None) -> None:
    assert high(text, ref) == bound


CIRCLE = """\
services:
  s: {owner: a, writes: one, normal: {rate: up to 5/s}}
topics: {one: {}, two: {owner: a}, three: {}}
jobs:
  there: {owner: a, writes: {two: {from: [one, three]}}}
  back: {owner: a, writes: {three: {from: two}}}
"""


def test_records_that_go_in_a_circle_have_no_bound() -> None:
    graph = graph_of(HEAD + CIRCLE)
    assert band(graph, "topic/one", NOON).high == 5
    assert {band(graph, f"topic/{name}", NOON).high for name in ("two", "three")} == {None}
    assert demand(graph, "topic/three").shares == ()
    ended = CIRCLE.replace("three: {}", "three: {normal: {rate: up to 1/s}}")
    for job in ("there: {", "back: {"):
        ended = ended.replace(job, f"{job}guarantee: at-least-once, ")
    assert high(ended, "topic/two") == 6


def test_a_long_chain_is_no_deep_recursion_and_many_copies_no_overflow() -> None:
    length = 600
    topics = ", ".join(f"t{n}: {{}}" for n in range(length + 1))
    jobs = "".join(
        f"  j{n}: {{owner: a, writes: {{x{n}: {{from: t{n}}}, y{n}: {{from: t{n}}}}}}}\n"
        f"  k{n}: {{owner: a, writes: {{t{n + 1}: {{from: [x{n}, y{n}]}}}}}}\n"
        for n in range(length)
    )
    more = ", ".join(f"x{n}: {{}}, y{n}: {{}}" for n in range(length))
    text = (
        "services: {s: {owner: a, writes: t0, normal: {rate: up to 5/s}}}\n"
        f"topics: {{{topics}, {more}}}\njobs:\n{jobs}"
    )
    found = high(text, f"topic/t{length}")
    assert found is not None
    assert 5e9 <= found < 6e9


FREE = """\
services: {s: {owner: a, writes: t, normal: {rate: up to 5/s}}, u: {owner: a, writes: v}}
schemas: {e: {id: k, time: at, fields: {k: string, at: timestamp}}}
topics: {t: {schema: e}, v: {schema: e, compacted: true}, out: {schema: e}}
stores: {s: {owner: a, schema: e}}
jobs:
  j:
    owner: a
    reads: [t, v, store/s]
    writes:
      out: |
        SQL
"""


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT * FROM t", {"t": "adds"}),
        ("SELECT * FROM t -- and v\n", {"t": "adds"}),
        ("SELECT 'v' AS k /* v */ FROM t", {"t": "adds"}),
        ("SELECT * FROM t UNION ALL SELECT * FROM v", {"t": "adds", "v": "adds"}),
        ("SELECT k FROM t GROUP BY k", {"t": "adds totals"}),
        ("SELECT DISTINCT k FROM t", {"t": "adds totals"}),
        (
            "SELECT k FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(at), INTERVAL '2' HOUR)) GROUP BY k",
            {"t": "adds totals by-time 2:00:00"},
        ),
        (
            "SELECT * FROM t JOIN v FOR SYSTEM_TIME AS OF t.at ON t.k = v.k",
            {"t": "adds by-time", "v": "by-time"},
        ),
        (
            "SELECT * FROM t AS l LEFT JOIN store_s AS r FOR SYSTEM_TIME AS OF l.n ON r.k = l.k",
            {"t": "adds", "store/s": ""},
        ),
    ],
)
def test_free_sql_is_read_for_what_matters(sql: str, found: dict[str, str]) -> None:
    text = HEAD + FREE.replace("SQL", sql.replace("\n", "\n        "))
    said = {}
    for way in ways(graph_of(text))["job/j", "topic/out"]:
        flags = ["adds"] * way.adds + ["totals"] * way.adds_up + ["by-time"] * way.by_time
        flags += [str(way.window)] if way.window else []
        said[way.input.removeprefix("topic/")] = " ".join(flags)
    assert said == found


@settings(max_examples=50)
@given(graphs())
def test_ways_come_from_what_feeds_an_output(graph: Graph) -> None:
    for (job, output), found in ways(graph).items():
        assert {way.input for way in found} == feeds(graph, job, output)


def test_the_ways_of_the_example_come_from_what_feeds_its_outputs() -> None:
    for (job, output), found in ways(USAGE).items():
        assert {way.input for way in found} == feeds(USAGE, job, output)


def test_a_band_is_the_same_asked_for_alone_or_with_its_neighbours() -> None:
    begin, minute = BATCH - timedelta(minutes=14), timedelta(minutes=1)
    for node in USAGE.nodes():
        rows = list(standing(USAGE, node.ref, begin, begin + 40 * minute))
        for number in range(40):
            at = begin + number * minute
            (there,) = [row for row in rows if row.begin <= at < row.end]
            assert band(USAGE, node.ref, at) == there.band
