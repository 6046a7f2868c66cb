"""The bands of `expected`, minute by minute around every change of the clock in twelve zones."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from random import Random

from by_the_minute import MINUTE, Bounds, Sender, Stretch, clock_changes, minutes
from factory import graph_of
from streamatlas.cli.expected import rows
from streamatlas.graph.graph import Graph

ZONES = (
    "Africa/Cairo",  # at midnight
    "Africa/Casablanca",  # back for Ramadan
    "America/Havana",  # at midnight
    "America/Los_Angeles",
    "America/Sao_Paulo",  # no longer
    "America/St_Johns",  # half an hour off
    "Antarctica/Troll",  # by two hours
    "Asia/Kolkata",  # never
    "Australia/Lord_Howe",  # by half an hour
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",  # winter is the exception
)
AROUND = timedelta(hours=3)
CHANGES = sorted({change for zone in ZONES for change in clock_changes(zone, 2026, 2027)})
SHAPES = (
    "01:30-02:30",
    "02:10-02:15",
    "02:10-02:40 sun",
    "00:00-24:00 for 24h sun",
    "22:00-02:30",
    "23:30-00:45 weekend",
    "00:15-03:15 1st",
    "20:00-06:00 last",
    "every 30min for 10min",
    "every 60min for 7min from 00:05 fri-sun",
    "every 360min for 30min",
    "01:00-05:00 mon wed sun",
    "00:30-01:15 weekdays",
)


def sender(number: int, random: Random) -> Sender:
    """A service with a few windows; one in six knows no upper bound for one of them."""
    windows = tuple(
        Stretch(
            at,
            low=random.randrange(1, 50),
            high=None if random.randrange(18) == 0 else random.randrange(50, 900),
            required=random.randrange(3) == 0,
            since=date(2026, 6, 1) if random.randrange(4) == 0 else date.min,
            until=date(2027, 10, 30) if random.randrange(4) == 0 else date.max,
        )
        for at in random.sample(SHAPES, 3)
    )
    return Sender(ZONES[number], (0, 40) if number % 2 else (5, 60), windows)


def written(number: int, one: Sender) -> str:
    """The service as it stands in the file."""
    low, high = one.base
    windows = ", ".join(map(window, one.windows))
    normal = f"{{rate: {low}-{high}/s, windows: [{windows}]}}"
    return f"  s{number}: {{owner: t{number}, writes: raw.{number}, normal: {normal}}}"


def window(one: Stretch) -> str:
    rate = f"at least {one.low}/s" if one.high is None else f"{one.low}-{one.high}/s"
    facts = [f"at: {one.at}", f"rate: {rate}", f"required: {str(one.required).lower()}"]
    facts += [f"from: {one.since}"] if one.since > date.min else []
    facts += [f"until: {one.until}"] if one.until < date.max else []
    return f"{{{', '.join(facts)}}}"


def platform(senders: list[Sender]) -> Graph:
    """A topic a service, passed on; four zones by event time; all of them into a store."""
    every = range(len(senders))
    raw, clean = ([f"{kind}.{n}" for n in every] for kind in ("raw", "clean"))
    return graph_of(
        "\n".join(
            [
                "platform: clocks",
                "teams:",
                *(f"  t{n}: {{chat: c, timezone: {s.zone}}}" for n, s in enumerate(senders)),
                "services:",
                *(written(n, one) for n, one in enumerate(senders)),
                "schemas:",
                "  e: {id: k, time: at, out-of-order: 4min, fields: {k: string, at: timestamp}}",
                "topics:",
                *(f"  {name}: {{schema: e, partitions: 3, idle-timeout: 2min}}" for name in raw),
                *(f"  {name}: {{schema: e, owner: t0, partitions: 5}}" for name in clean),
                "  tens: {schema: e, owner: t0, partitions: 2}",
                "stores: {all: {owner: t0, schema: e}}",
                "jobs:",
                "  pass: {owner: t0, parallelism: 2, checkpoint-interval: 1min, writes: {",
                *(f"    clean.{n}: {{from: raw.{n}, dedupe: true}}," for n in every),
                "  }, state-ttl: 1d}",
                "  add: {owner: t0, checkpoint-interval: 3min, state-ttl: 1d, writes: {",
                f"    store/all: {{from: [{', '.join(clean)}]}},",
                f"    tens: {{from: [{', '.join(raw[:4])}], tumble: 10min, group-by: k}} }} }}",
            ]
        ),
        "production",
    )


def total(senders: list[Sender], at: datetime, held: int, markers: float = 0) -> Bounds:
    """A sum of what the senders sent in the last minutes."""
    highs = [one.highest(at - held * MINUTE, at) for one in senders]
    known = [high for high in highs if high is not None]
    return 0, round(sum(known) + markers, 6) if len(known) == len(highs) else None


def slow(senders: list[Sender], node: str, at: datetime) -> Bounds:
    """What judging says of this platform's nodes.

    A transaction is seen after a checkpoint, 1min or 3min later, and leaves a marker a partition
    and task; `tens` waits 4min for late records, 2min for silent ones and 10min for its window.
    """
    if node == "store/all":
        return total(senders, at, 1)
    if node == "topic/tens":
        return total(senders[:4], at, 4 + 2 + 10 + 3, markers=2 / 180)
    kind, one = node.rstrip("0123456789"), senders[int(re.sub(r"\D", "", node))]
    if kind == "service/s":
        return one.band(at)
    if kind == "topic/raw.":
        return total([one], at, 0)
    return total([one], at, 1, markers=5 * 2 / 60)


def test_every_zone_is_looked_at() -> None:
    still = [zone for zone in ZONES if not clock_changes(zone, 2026, 2027)]
    assert still == ["America/Sao_Paulo", "Asia/Kolkata"]
    assert len(CHANGES) >= 30


def test_every_minute_around_every_change_of_the_clock() -> None:
    random = Random(1)
    senders = [sender(number, random) for number in range(len(ZONES))]
    graph = platform(senders)
    for change in CHANGES:
        # The zones whose clock is set, and one other.
        numbers = {n for n, zone in enumerate(ZONES) if change in clock_changes(zone, 2026, 2027)}
        numbers.add(random.randrange(len(ZONES)))
        kinds = ("service/s", "topic/raw.", "topic/clean.")
        for node in [*(f"{kind}{n}" for n in numbers for kind in kinds), "topic/tens", "store/all"]:
            begin, end = change - AROUND, change + AROUND
            got = [bounds(row) for row in rows(graph, graph.node(node), begin, end, MINUTE)]
            wanted = [slow(senders, node, at) for at in minutes(begin, end)]
            assert got == wanted, (node, change)


def bounds(row: str) -> Bounds:
    said = json.loads(row)
    return said["low"], said["high"]
