"""Checks of the way of the data: cycles, and batches among streams."""

from __future__ import annotations

import time

import pytest

from factory import example, graph_of
from streamatlas.checks import batch_in_stream, cycle

HEAD = "platform: p\nteams: {t: {chat: c}}\n"


def cycles(topics: str, *jobs: str, more: str = "") -> list[str]:
    lines = "".join(f"  {job.replace('{', '{owner: t, ', 1)}\n" for job in jobs)
    declared = ", ".join(f"{name}: {{owner: t}}" for name in topics)
    text = f"{HEAD}topics: {{{declared}}}\n{more}jobs:\n{lines}"
    return [f"{p.at.line}: {p.message}" for p in cycle.check(graph_of(text))]


END = " is a cycle: what goes in comes back for ever"


@pytest.mark.parametrize(
    ("jobs", "ways"),
    [
        (("x: {reads: a, writes: a}",), ["5: job/x -> topic/a -> job/x"]),
        (
            ("y: {reads: b, writes: a}", "x: {reads: a, writes: b}"),
            ["5: job/y -> topic/a -> job/x -> topic/b -> job/y"],
        ),
        (
            ("x: {reads: a, writes: a}", "y: {reads: b, writes: b}"),
            ["5: job/x -> topic/a -> job/x", "6: job/y -> topic/b -> job/y"],
        ),
        (("x: {reads: a, writes: b}", "y: {reads: b, writes: c}"), []),
        # The queries say that what comes in by a never goes out to a.
        (("x: {writes: {b: {from: a}, a: {from: c}}}",), []),
        (
            ("x: {writes: {b: {from: a}, a: {from: b}}}",),
            ["5: job/x -> topic/a -> job/x -> topic/b -> job/x"],
        ),
        (("x: {writes: {a: {from: c, enrich: {a: id}}}}",), ["5: job/x -> topic/a -> job/x"]),
        (("x: {steps: {s: {from: a}}, writes: {a: {from: s}}}",), ["5: job/x -> topic/a -> job/x"]),
        (("x: {reads: gone, writes: gone}",), ["5: job/x -> topic/gone -> job/x"]),
    ],
)
def test_the_way_round_is_named(jobs: tuple[str, ...], ways: list[str]) -> None:
    assert cycles("abc", *jobs) == [f"{way}{END}" for way in ways]


def test_a_way_round_through_a_store() -> None:
    stores = "stores: {k: {owner: t}}\n"
    job = "x: {writes: {store/k: {from: a, enrich: {store/k: id}}}}"
    assert cycles("a", job, more=stores) == [f"6: job/x -> store/k -> job/x{END}"]


def test_a_way_round_through_a_service_is_none() -> None:
    services = "services: {s: {owner: t, reads: b, writes: a}}\n"
    assert cycles("ab", "x: {reads: a, writes: b}", more=services) == []
    assert list(cycle.check(example())) == []  # invoices decide about tiers


def test_it_is_the_same_whatever_stands_around_it() -> None:
    ring = ("x: {reads: a, writes: b}", "y: {reads: b, writes: c}", "z: {reads: c, writes: a}")
    (message,) = cycles("abc", *ring)
    (same,) = cycles("abcd", *ring, "w: {reads: d, writes: a}", "v: {reads: a, writes: d2}")
    assert message == same


def test_each_of_two_ways_round_is_named() -> None:
    """They lie one after the other, and a way leads from the first to the second."""
    jobs = (
        "v: {reads: a, writes: b}",
        "w: {reads: b, writes: a}",
        "x: {reads: b, writes: c}",
        "y: {reads: c, writes: d}",
        "z: {reads: d, writes: c}",
    )
    assert cycles("abcd", *jobs) == [
        f"5: job/v -> topic/b -> job/w -> topic/a -> job/v{END}",
        f"8: job/y -> topic/d -> job/z -> topic/c -> job/y{END}",
    ]


def test_thousands_of_ways_round_are_found_at_once() -> None:
    pairs = range(2000)
    declared = "".join(f"  x{n}: {{}}\n  y{n}: {{}}\n" for n in pairs)
    lines = "".join(
        f"  a{n}: {{owner: t, reads: x{n}, writes: y{n}}}\n"
        f"  b{n}: {{owner: t, reads: y{n}, writes: x{n}}}\n"
        for n in pairs
    )
    graph = graph_of(f"{HEAD}topics:\n{declared}jobs:\n{lines}")
    begun = time.process_time()
    assert len(list(cycle.check(graph))) == len(pairs)
    assert time.process_time() - begun < 5


def test_a_long_way_is_shortened() -> None:
    names = [f"t{n}" for n in range(2000)]
    jobs = [f"j{n}: {{reads: t{n}, writes: t{(n + 1) % 2000}}}" for n in range(2000)]
    declared = "".join(f"  {name}: {{owner: t}}\n" for name in names)
    lines = "".join(f"  {job.replace('{', '{owner: t, ', 1)}\n" for job in jobs)
    (problem,) = cycle.check(graph_of(f"{HEAD}topics:\n{declared}jobs:\n{lines}"))
    assert problem.message == (
        "job/j0 -> topic/t1 -> job/j1 -> topic/t2 -> job/j2 -> topic/t3 -> (3992 more) -> "
        f"job/j1999 -> topic/t0 -> job/j0{END}"
    )


# -- batches ---------------------------------------------------------------------------------

BATCHES = HEAD + (
    "services:\n"
    "  nightly: {owner: t, writes: n, normal: {rate: up to 5/s, silent-after: $silent, windows: "
    "[{at: $at, rate: 1k-2k/s}]}}\n"
    "  steady: {owner: t, writes: s, normal: {rate: 1-5/s}}\n"
    "  quiet: {owner: t, writes: q, normal: {rate: up to 5/s, silent-after: 30min}}\n"
    "  unsaid: {owner: t, writes: u}\n"
    "topics: {n: {schema: e}, s: {schema: e}, q: {schema: e}, u: {schema: e}, m: {schema: e, "
    "owner: t$m}, out: {schema: e, owner: t}, c: {schema: e, owner: t, compacted: yes}}\n"
    "stores: {k: {owner: t, schema: e}}\n"
    "schemas: {e: {id: i, time: at, fields: {i: string, at: timestamp}}}\n"
    "jobs:\n"
    "  j: {owner: t, $job}\n"
    "  early: {owner: t, writes: {m: {from: n}, c: {from: n}}}\n"
)
SUM = "tumble: 1h, group-by: i"
TUMBLE = "TABLE(TUMBLE(TABLE %s, DESCRIPTOR(at), INTERVAL '1' HOUR)) GROUP BY i, window_start"


def batches(job: str, silent: str = "26h", at: str = "09:10-09:15", m: str = "") -> list[str]:
    text = BATCHES.replace("$job", job).replace("$silent", silent).replace("$at", at)
    graph = graph_of(text.replace("$m", m))
    return [
        f"{p.at.column}: {p.message.partition(': in one')[0]}" for p in batch_in_stream.check(graph)
    ]


@pytest.mark.parametrize(
    ("job", "found"),
    [
        (f"writes: {{out: {{from: [s, n], {SUM}}}}}", "42: topic/n is a batch and topic/s streams"),
        (f"writes: {{out: {{from: [q, n], {SUM}}}}}", "42: topic/n is a batch and topic/q streams"),
        (
            f"writes: {{out: {{from: [q, n, s], {SUM}}}}}",
            "42: topic/n is a batch and topic/q and 1 more streams",
        ),
        (f"writes: {{out: {{from: [m, s], {SUM}}}}}", "39: topic/m is a batch and topic/s streams"),
        (
            f"steps: {{x: {{from: [n, s]}}}}, writes: {{out: {{from: x, {SUM}}}}}",
            "36: topic/n is a batch and topic/s streams",
        ),
        (
            f"steps: {{x: {{from: [n, s], {SUM}}}}}, writes: {{store/k: {{from: x}}}}",
            "36: topic/n is a batch and topic/s streams",
        ),
        (
            f'steps: {{x: {{from: [n, s]}}}}, writes: {{out: "SELECT i FROM {TUMBLE % "x"}"}}',
            "36: topic/n is a batch and topic/s streams",
        ),
        (
            "reads: [n, s], steps: {x: SELECT * FROM n UNION ALL SELECT * FROM s}, "
            f'writes: {{out: "SELECT i FROM {TUMBLE % "x"}"}}',
            "57: topic/n is a batch and topic/s streams",
        ),
        (f"writes: {{out: {{from: [n, u], {SUM}}}}}", None),  # who knows how u comes
        (f"writes: {{out: {{from: n, {SUM}}}}}", None),
        (f"writes: {{out: {{from: [s, q], {SUM}}}}}", None),
        (f"writes: {{c: {{from: [s, n], {SUM}}}}}", None),  # a running total
        (f"writes: {{store/k: {{from: [s, n], {SUM}}}}}", None),
        ("writes: {out: {from: [s, n], dedupe: yes}}", None),
        (f"writes: {{out: {{from: s, enrich: {{c: i}}, {SUM}}}}}", None),
        (f"writes: {{out: {{from: [s, c], {SUM}}}}}", None),  # no window takes what is compacted
    ],
)
def test_a_batch_in_a_window_with_streams(job: str, found: str | None) -> None:
    assert batches(job) == ([found] if found else [])


BOTH = f"writes: {{out: {{from: [s, n], {SUM}}}}}"


@pytest.mark.parametrize("at", ["09:10-09:15", "22:00-02:00 weekdays", "09:10-09:15 1st"])
def test_once_a_day_or_more_seldom_is_a_batch(at: str) -> None:
    assert len(batches(BOTH, at=at)) == 1


@pytest.mark.parametrize(
    ("silent", "at"), [("5min", "09:10-09:15"), ("26h", "every 15min for 2min")]
)
def test_what_comes_more_often_streams(silent: str, at: str) -> None:
    assert batches(BOTH, silent, at) == []


def test_a_normal_of_its_own_says_how_a_topic_comes() -> None:
    job = f"writes: {{out: {{from: [m, s], {SUM}}}}}"
    assert batches(job, m=", normal: {rate: 1-5/s}") == []


def test_a_batch_and_a_stream_in_one_topic() -> None:
    text = BATCHES.replace("steady: {owner: t, writes: s", "steady: {owner: t, writes: [s, n]")
    job = f"writes: {{out: {{from: n, {SUM}}}}}"
    for part, said in {"job": job, "silent": "26h", "at": "09:10-09:15", "m": ""}.items():
        text = text.replace(f"${part}", said)
    (problem,) = batch_in_stream.check(graph_of(text))
    assert problem.message.startswith("topic/n gets a batch and streams: in one window of job/j ")
