"""Where an owner's own alerting begins too late for what is downstream."""

from __future__ import annotations

from datetime import date

import pytest

from factory import graph_of
from streamatlas.checks import alert_gap

TODAY = date(2026, 11, 24)

PLATFORM = """\
platform: p
teams: {a: {chat: c}, b: {chat: c}}
services:
  one: {owner: a, writes: raw, normal: {rate: up to 3k/s, alerts-at: 20k/s}}
  two: {owner: b, writes: raw, normal: {rate: up to 1k/s}}
  app: {owner: b, reads: clean, limits: {rate: 22k/s}}
topics:
  raw: {owner: a}
  clean: {}
jobs:
  pass: {owner: b, writes: {clean: {from: raw, where: k > 0}}}
"""


def said(text: str) -> list[str]:
    return [str(problem) for problem in alert_gap.check(graph_of(text), TODAY)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("22k/s", "22k/s", ""),
        (
            "22k/s",
            "18k/s",
            "one's own alerting begins at 20k/s, service/app (line 6) takes 18k/s: "
            "nobody is paged in between",
        ),
        (  # only with the others at their normal
            "22k/s",
            "20.5k/s",
            "one's own alerting begins at 20k/s, service/app (line 6) takes 20.5k/s and up to "
            "1k/s from two is normal besides: nobody is paged in between",
        ),
        (  # in one of the others' windows
            "up to 1k/s",
            "up to 1k/s, windows: [{at: 09:10-09:20, rate: up to 3k/s}]",
            "one's own alerting begins at 20k/s, service/app (line 6) takes 22k/s and up to "
            "3k/s from two is normal besides: nobody is paged in between",
        ),
        (
            "up to 1k/s",
            "up to 1k/s, windows: [{at: 09:10-09:20, rate: up to 3k/s, until: 2026-11-23}]",
            "",
        ),
        # an aggregation lets through who knows how much, a declared normal what it says
        ("22k/s}", "8k/s}", "20k/s, service/app (line 6) takes 8k/s"),
        ("clean: {}", "clean: {normal: {rate: up to 1k/s}}", ""),
    ],
)
def test_a_gap(old: str, new: str, expected: str) -> None:
    assert PLATFORM.count(old) == 1
    found = said(PLATFORM.replace(old, new))
    if expected:
        assert [line.startswith("topology.yaml:4:70: warning: ") for line in found] == [True]
        assert expected in found[0]
    else:
        assert found == []


def test_nothing_is_said_past_an_aggregation() -> None:
    text = PLATFORM.replace("22k/s", "8k/s")
    assert said(text)
    added = text.replace("{from: raw, where: k > 0}", "{from: raw, group-by: k, tumble: 1h}")
    assert said(added) == []
    assert (
        said(
            text.replace("writes: {clean: {from: raw, where: k > 0}}", "reads: raw, writes: clean")
        )
        == []
    )
