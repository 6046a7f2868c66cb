"""What is said of limits: how much is normal, when, who brings it, and what else to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from factory import graph_of
from streamatlas.checks import limit
from streamatlas.model.problem import Problem

TODAY = date(2026, 11, 24)
LOS_ANGELES, BERLIN, SYDNEY = "America/Los_Angeles", "Europe/Berlin", "Australia/Sydney"
KOLKATA = "Asia/Kolkata"


def platform(services: Mapping[str, tuple[str, str]], takes: str = "25k/s", more: str = "") -> str:
    """Services with zone and normal that write one topic, which takes so much."""
    teams = (f"  {name}: {{chat: c, timezone: {zone}}}" for name, (zone, _) in services.items())
    lines = (
        f"  {name}: {{owner: {name}, writes: t, normal: {normal}}}"
        for name, (_, normal) in services.items()
    )
    topic = f"topics:\n  t: {{owner: {next(iter(services))}, limits: {{rate: {takes}}}}}"
    text = ["platform: p", "teams:", *teams, "services:", *lines, topic, more]
    return "\n".join(text)


def problems(text: str, environment: str = "sandbox") -> list[Problem]:
    return list(limit.check(graph_of(text, environment), TODAY))


def said(text: str, environment: str = "sandbox") -> list[str]:
    """What is said of `t`, without its beginning."""
    begin = "topic/t takes 25k/s, but "
    return [p.message.removeprefix(begin) for p in problems(text, environment)]


def window(at: str, more: str = "", rate: str = "up to 30k/s") -> str:
    return f"{{rate: up to 2/s, windows: [{{at: {at}, rate: {rate}{more}}}]}}"


@pytest.mark.parametrize(
    ("zone", "normal", "expected"),
    [
        (BERLIN, "{rate: up to 25k/s}", None),
        (BERLIN, "{rate: up to 26k/s}", "26k/s is normal at any time: a 26k"),
        (BERLIN, "{rate: at least 26k/s}", "at least 26k/s is normal at any time: a 26k"),
        (
            BERLIN,
            "{rate: up to 26k/s, windows: [{at: 02:00-03:00, rate: up to 1/s}]}",
            "26k/s is normal outside the windows: a 26k",
        ),
        ("UTC", window("09:10-09:20"), "30k/s is normal at 09:10-09:20 UTC: a 30k"),
        (KOLKATA, window("09:10-09:20"), "30k/s is normal at 03:40-03:50 UTC: a 30k"),
        (
            BERLIN,
            window("09:10-09:20"),
            "30k/s is normal at 08:10-08:20 UTC, in summer 07:10: a 30k",
        ),
        (
            "Europe/Dublin",
            window("09:10-09:20"),
            "30k/s is normal at 09:10-09:20 UTC, in summer 08:10: a 30k",
        ),
        (
            SYDNEY,
            window("02:00-03:00 weekdays"),
            "30k/s is normal at 15:00-16:00 UTC, in southern winter 16:00, from Sun to Thu: a 30k",
        ),
        (
            "Africa/Casablanca",
            window("09:10-09:20"),
            "30k/s is normal at 08:10-08:20 UTC, from 2027-02-07 to 2027-03-13 09:10: a 30k",
        ),
        (
            BERLIN,
            window("00:30-03:00 1st"),
            "30k/s is normal at 23:30-02:00 UTC, in summer 22:30, on the last of the month: a 30k",
        ),
        (
            "UTC",
            window("00:30-03:00 1st"),
            "30k/s is normal at 00:30-03:00 UTC on the 1st of the month: a 30k",
        ),
        (
            "UTC",
            window("07:00-08:00 mon wed"),
            "30k/s is normal at 07:00-08:00 UTC on Mon and Wed: a 30k",
        ),
        (
            "UTC",
            window("07:00-08:00 weekend"),
            "30k/s is normal at 07:00-08:00 UTC at weekends: a 30k",
        ),
        (
            "UTC",
            window("00:00-24:00 for 24h weekend"),
            "30k/s is normal at 00:00 for 2d UTC on Sat: a 30k",
        ),
        (
            BERLIN,
            window("22:00-06:00"),
            "30k/s is normal at 21:00-05:00 UTC, in summer 20:00: a 30k",
        ),
        (
            BERLIN,
            window("every 15min for 2min"),
            "30k/s is normal every 15min for 2min from 00:00 UTC: a 30k",
        ),
        (
            BERLIN,
            window("every 6h for 2h"),
            "30k/s is normal every 6h for 2h from 05:00 UTC, in summer from 04:00: a 30k",
        ),
        (
            BERLIN,
            window("every 1min for 5s"),
            "30k/s is normal every 1min for 5s from 00:00 UTC: a 30k",
        ),
        (
            BERLIN,
            window("every 1h for 5min from 18:00 weekdays"),
            "30k/s is normal every 1h for 5min from 17:00 to 22:05 UTC, in summer from 16:00, "
            "on weekdays: a 30k",
        ),
        (
            "UTC",
            window("every 12h for 90s"),
            "30k/s is normal at 00:00-00:01:30 and 12:00-12:01:30 UTC: a 30k",
        ),
        (
            BERLIN,
            window("09:10-09:20", ", from: 2027-02-01, until: 2027-05-01"),
            "30k/s is normal at 08:10-08:20 UTC, in summer 07:10, "
            "from 2027-02-01 until 2027-05-01: a 30k",
        ),
        (
            BERLIN,
            window("09:10-09:20", ", from: 2027-02-01, until: 2027-02-01"),
            "30k/s is normal at 08:10-08:20 UTC on 2027-02-01: a 30k",
        ),
        (BERLIN, window("09:10-09:20", ", until: 2026-11-23"), None),
        (BERLIN, window("09:10-09:20", ", from: 2027-11-26"), None),
    ],
)
def test_when_it_is_too_much(zone: str, normal: str, expected: str | None) -> None:
    assert said(platform({"a": (zone, normal)})) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (  # one clock stands still: they meet in winter alone
            (LOS_ANGELES, window("09:10-09:15", rate="up to 20k/s")),
            (KOLKATA, window("22:40-22:45", rate="up to 9k/s")),
            "29k/s is normal at 17:10-17:15 UTC in winter, when windows of a and b coincide: "
            "a 20k, b 9k",
        ),
        (  # both are set, in different weeks
            (LOS_ANGELES, window("09:10-09:15", rate="up to 20k/s")),
            (BERLIN, window("18:10-18:20", rate="up to 9k/s")),
            "29k/s is normal at 17:10-17:15 UTC, in summer 16:10, "
            "when windows of a and b coincide: a 20k, b 9k",
        ),
        (  # more than the limit even before they meet
            ("UTC", window("09:10-09:20", rate="up to 26k/s")),
            ("UTC", window("every 15min for 2min", rate="up to 9k/s")),
            "35k/s is normal at 09:15-09:17 UTC, when windows of a and b coincide: a 26k, b 9k; "
            "still 26k/s at 09:10-09:15 and 09:17-09:20 UTC",
        ),
        (  # a few times of many
            (BERLIN, window("09:10-09:15", rate="up to 20k/s")),
            (BERLIN, window("every 1min for 5s", rate="up to 9k/s")),
            "29k/s is normal every 1min for 5s from 08:10 to 08:14:05 UTC, in summer from 07:10, "
            "when windows of a and b coincide: a 20k, b 9k",
        ),
        (  # through midnight
            ("UTC", window("22:00-04:00", rate="up to 20k/s")),
            ("UTC", window("every 1h for 5min", rate="up to 9k/s")),
            "29k/s is normal every 1h for 5min from 22:00 to 03:05 UTC, "
            "when windows of a and b coincide: a 20k, b 9k",
        ),
        (  # all day, but for a while
            ("UTC", window("every 10min for 1min", rate="up to 26k/s")),
            ("UTC", window("09:00-17:00", rate="up to 9k/s")),
            "35k/s is normal every 10min for 1min from 09:00 to 16:51 UTC, "
            "when windows of a and b coincide: a 26k, b 9k; "
            "still 26k/s every 10min for 1min from 17:00 to 08:51 UTC",
        ),
        (  # on some days only
            ("UTC", window("09:10-09:20 mon-wed", rate="up to 20k/s")),
            ("UTC", window("09:15-10:00 wed-sun", rate="up to 9k/s")),
            "29k/s is normal at 09:15-09:20 UTC on Wed, when windows of a and b coincide: "
            "a 20k, b 9k",
        ),
        (
            ("UTC", "{rate: up to 24k/s}"),
            ("UTC", "{rate: up to 2k/s}"),
            "26k/s is normal at any time: a 24k, b 2k",
        ),
    ],
)
def test_whose_windows_coincide(a: tuple[str, str], b: tuple[str, str], expected: str) -> None:
    assert said(platform({"b": b, "a": a})) == [expected.replace("of a and b", "of b and a")]


def test_several_windows_of_one() -> None:
    windows = (
        "{at: 09:10-09:20, rate: up to 26k/s}, {at: 19:10-19:20, rate: up to 26k/s}, "
        "{at: 21:10-21:40, rate: up to 25.5k/s, from: 2027-01-01}"
    )
    text = platform({"a": ("UTC", f"{{rate: up to 2/s, windows: [{windows}]}}")})
    assert said(text) == [
        "26k/s is normal at 09:10-09:20 UTC: a 26k; also at 19:10; "
        "still 25.5k/s at 21:10-21:40 UTC from 2027-01-01"
    ]


def test_many_are_named_by_the_largest() -> None:
    services = {f"s{n}": ("UTC", f"{{rate: up to {n + 2}k/s}}") for n in range(11)}
    (message,) = said(platform(services))
    assert message.startswith("77k/s is normal at any time: s10 12k, s9 11k,")
    assert message.endswith("s3 5k, 3 more 9k")


def test_rates_are_told_in_the_unit_of_the_limit_and_never_look_alike() -> None:
    slow = platform({"a": ("UTC", "{rate: up to 26/min}")}, takes="25/min")
    assert said(slow) == ["topic/t takes 25/min, but 26/min is normal at any time: a 26"]
    near = platform({"a": ("UTC", "{rate: up to 25.01k/s}")})
    assert said(near)[0].startswith("topic/t takes 25000/s, but 25010/s is normal")


OTHERS = """\
platform: p
teams: {a: {chat: c}}
services:
  one: {owner: a, writes: [left, right], normal: {rate: up to 20/s}}
  app: {owner: a, reads: both, writes: back, limits: {rate: 15/s}, normal: {rate: up to 1/s}}
topics: {left: {}, right: {}, both: {}, back: {}}
stores: {all: {owner: a, limits: {rate: 30/s}}}
jobs:
  join: {owner: a, limits: {rate: 15/s}, writes: {both: {from: [left, right]}}}
  copy:
    owner: a
    reads: [both, right]
    writes: {store/all: SELECT * FROM both UNION ALL SELECT * FROM right}
"""


def test_limits_of_services_jobs_and_stores() -> None:
    """A service's rate is that of all its topics; what comes twice counts twice."""
    assert [p.message for p in problems(OTHERS)] == [
        "service/app takes 15/s, but 20/s is normal at any time: one 20",
        "job/join takes 15/s, but 20/s is normal at any time: one 20",
        "store/all takes 30/s, but 40/s is normal at any time: one 40 (2 times)",
    ]


def test_what_is_added_up_or_not_said_on_the_way_is_a_warning() -> None:
    unsaid = "jobs: {j: {owner: a, reads: raw, writes: t}}\n"
    raw = platform({"a": ("UTC", "{rate: up to 30k/s}")}).replace("writes: t", "writes: raw")
    raw = raw.replace("topics:", "topics:\n  raw: {}")
    (problem,) = problems(f"{raw}{unsaid}")
    assert problem.level == "warning"
    assert problem.message.endswith(
        "but up to 30k/s is normal at any time: a 30k. "
        "What becomes of it on the way is not said: declare a normal"
    )
    added = unsaid.replace("writes: t", "writes: {t: SELECT COUNT(*) FROM raw GROUP BY k}")
    (problem,) = problems(f"{raw}{added}")
    assert problem.level == "warning"
    assert problem.message.endswith("a 30k. Aggregation makes it less: declare a normal")


def test_it_is_an_error_where_what_is_not_added_up_is_too_much_alone() -> None:
    text = platform({"a": ("UTC", "{rate: up to 26k/s}"), "b": ("UTC", "{rate: up to 1k/s}")})
    text = text.replace("owner: b, writes: t", "owner: b, writes: raw").replace(
        "topics:", "topics:\n  raw: {}"
    )
    (problem,) = problems(f"{text}jobs: {{j: {{owner: a, reads: raw, writes: t}}}}\n")
    assert problem.level == "error"
    assert problem.message.endswith("but up to 27k/s is normal at any time: a 26k, b 1k")


def test_a_declared_normal_replaces_the_sum_downstream_too() -> None:
    text = OTHERS.replace("both: {}", "both: {normal: {rate: up to 4/s}}")
    assert [p.message for p in problems(text)] == [
        "job/join takes 15/s, but 20/s is normal at any time: one 20",
    ]


def test_an_environment_may_have_a_limit_of_its_own() -> None:
    text = platform(
        {"a": ("UTC", "{rate: up to 26k/s}")},
        takes="30k/s",
        more="environments:\n  small: {topics: {t: {limits: {rate: 20k/s}}}}\n  large: {}\n",
    )
    assert problems(text, "large") == []
    (problem,) = problems(text, "small")
    assert (problem.at.line, problem.at.column) == (9, 39)
    assert problem.message == (
        "topic/t takes 20k/s in small, but 26k/s is normal at any time: a 26k"
    )


def test_where_traffic_is_scaled_limits_are_as_well() -> None:
    text = platform({"a": ("UTC", "{rate: up to 20k/s}")})
    assert problems(f"{text}environments: {{sandbox: {{traffic: {{scale: 2}}}}}}\n") == []
