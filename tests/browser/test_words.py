"""Ages, numbers and names as the script writes them."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


class Live(Protocol):
    url: str


@pytest.fixture
def said(page: Page, live: Live) -> Any:
    """Calls a function of words.js in the page."""
    page.goto(live.url)

    def call(function: str, *arguments: object) -> Any:
        script = "([name, args]) => import('/assets/words.js').then(words => words[name](...args))"
        return page.evaluate(script, [function, list(arguments)])

    return call


def test_durations(said: Any) -> None:
    seconds = (-3, 14.9, 60, 124, 599, 600, 751, 3600, 32_640, 86_400, 601_200)
    assert [said("duration", each) for each in seconds] == [
        "0 s", "14 s", "1 min", "2 min 4 s", "9 min 59 s", "10 min", "12 min", "1 h",
        "9 h 4 min", "1 d", "6 d 23 h",
    ]  # fmt: skip


def test_quantities(said: Any) -> None:
    values = (
        (842, "/s"), (6.684, "/s"), (4100.4, "records/s"), (1_620_000, "records"),
        (48_211, ""), (0.25, ""), (751, "s"), (7, "in 10 min"), (None, "/s"),
        (False, ""), ("RUNNING", ""),
    )  # fmt: skip
    assert [said("quantity", *each) for each in values] == [
        "842/s", "6.7/s", "4.1k/s", "1.62M records", "48,211", "0.25",
        "12 min", "7 in 10 min", "no reading", "no", "RUNNING",
    ]  # fmt: skip


def test_clocks(said: Any) -> None:
    now = 1_795_486_446_000  # Tue 24 Nov 2026, 02:14:06 UTC
    assert said("clock", "2026-11-24T02:02:00Z", now) == "03:02 Berlin (02:02 UTC)"
    assert said("clock", "2026-11-24T02:02:09Z", now, True) == "03:02:09 Berlin (02:02:09 UTC)"
    assert said("clock", "2026-11-23T21:00:00Z", now) == "23 Nov 22:00 Berlin (21:00 UTC)"


def test_names_and_pages(said: Any) -> None:
    refs = ("job/usage-pipeline", "source/kafka.edge", "source/postgres", "job/a -> store/b")
    assert [said("name", ref) for ref in refs] == [
        "usage-pipeline", "Kafka edge", "PostgreSQL", "a to b",
    ]  # fmt: skip
    assert [said("page", ref) for ref in refs] == [
        "catalog/job/usage-pipeline/", "catalog/source/kafka.edge/",
        "catalog/source/postgres/", "catalog/store/b/",
    ]  # fmt: skip


def test_short_readings_for_the_map(said: Any) -> None:
    restarts = {"name": "restarts", "value": 7, "unit": "in 10 min"}
    age = {"name": "last record age", "value": 720, "unit": "s"}
    down = {"name": "not running for", "value": 50, "unit": "s"}
    assert [said("short", each) for each in (restarts, age, down)] == [
        "7 restarts/10 min",
        "12 min old",
        "not running 50 s",
    ]


def test_what_waits_is_told_apart_from_what_cannot_be_seen(said: Any) -> None:
    hit = {"status": "WARNING", "cause": "source/kafka"}
    dark = {"status": "UNKNOWN", "cause": "source/kafka"}
    report = {
        "overall": {"status": "CRITICAL"},
        "incidents": [{"cause": "source/kafka", "status": "CRITICAL"}],
        "sources": {"kafka": {"status": "CRITICAL"}},
        "nodes": {"job/a": hit, "topic/b": dark, "topic/c": dark},
        "edges": {},
    }
    assert said("headline", report) == (
        "Kafka fails. One thing waits for it. Two things cannot be seen."
    )
    assert said("headline", {**report, "nodes": {"topic/b": dark}}) == (
        "Kafka fails. One thing cannot be seen."
    )
    assert said("headline", {**report, "nodes": {}}) == "Kafka fails. Nothing else is hit."
    over = {**report, "sources": {"kafka": {"status": "OK"}}, "nodes": {"job/a": hit}}
    assert said("headline", over) == "Kafka is well again. One thing recovers."
