"""Promises that the waits on the way do not let anybody keep."""

from __future__ import annotations

import pytest

from factory import graph_of
from streamatlas.checks import latency

PLATFORM = """\
platform: p
teams: {a: {chat: c}}
services:
  src: {owner: a, writes: raw}
  app: {owner: a, reads: store/rows}
schemas:
  event:
    id: k
    time: at
    out-of-order: 5min
    fields: {k: string, at: timestamp}
  sum: {id: k, time: at, fields: {k: string, at: timestamp}}
topics:
  raw: {schema: event}
  minutes: {schema: sum}
  hours: {schema: sum}
stores: {rows: {owner: a, schema: sum}}
jobs:
  first: {owner: a, writes: {minutes: {from: raw, tumble: 1min, group-by: k}}}
  second:
    owner: a
    writes:
      hours: {from: minutes, tumble: 1h, group-by: k}
      store/rows: {from: minutes}
    normal: {latency: 10min}
environments: {sandbox: {}, slow: {jobs: {first: {checkpoint-interval: 7min}}}}
"""
WAIT = "hours may wait 9min (5min + 1min idle, 1min + 1min, two checkpoints)"


def said(text: str, environment: str = "sandbox") -> list[str]:
    return [str(problem) for problem in latency.check(graph_of(text, environment))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("10min", "9min", []),
        ("10min", "8min", [f"10:19: error: {WAIT}; job/second promises 8min (latency)"]),
        (  # the longest wait is what nobody has written: then the promise is too short
            "out-of-order: 5min\n    fields",
            "out-of-order: 1s\n    fields",
            [],
        ),
        (
            "raw: {schema: event}",
            "raw: {schema: event, idle-timeout: 6min}",
            [
                "14:38: error: hours may wait 14min (5min + 6min idle, 1min + 1min, "
                "two checkpoints); job/second promises 10min (latency)"
            ],
        ),
        (
            "second:\n    owner: a",
            "second:\n    owner: a\n    checkpoint-interval: 2min",
            [
                "10:19: error: hours may wait 10min 30s (5min + 1min idle, 1min + 1min, "
                "checkpoints of 30s + 2min); job/second promises 10min (latency)"
            ],
        ),
        (  # the windows of one job hold back what comes by the way of another
            "stores: {rows: {",
            "stores: {rows: {normal: {latency: 6min}, ",
            [
                "10:19: error: store/rows may wait 6min 30s (5min + 1min idle, one checkpoint); "
                "store/rows promises 6min (latency)"
            ],
        ),
        (
            "app: {owner: a, ",
            "app: {owner: a, normal: {latency: 6min}, ",
            [
                "10:19: error: store/rows may wait 6min 30s (5min + 1min idle, one checkpoint); "
                "service/app promises 6min (latency)"
            ],
        ),
        ("second:\n    owner: a", "second:\n    owner: a\n    guarantee: at-least-once", []),
    ],
)
def test_a_promise(old: str, new: str, expected: list[str]) -> None:
    assert PLATFORM.count(old) == 1
    assert said(PLATFORM.replace(old, new)) == [f"topology.yaml:{line}" for line in expected]


def test_the_promise_itself_is_pointed_at_where_no_wait_was_written() -> None:
    text = PLATFORM.replace("    out-of-order: 5min\n", "").replace("10min", "4min")
    assert said(text) == [
        "topology.yaml:24:23: error: hours may wait 5min (1min + 1min idle, 1min + 1min, "
        "two checkpoints); job/second promises 4min (latency)"
    ]


def test_an_environment_whose_checkpoints_are_further_apart_is_named() -> None:
    assert said(PLATFORM) == []
    assert said(PLATFORM, "slow") == [
        "topology.yaml:26:72: error: hours may wait 15min 30s (5min + 1min idle, 1min + 1min, "
        "checkpoints of 7min + 30s) in slow; job/second promises 10min (latency)"
    ]
