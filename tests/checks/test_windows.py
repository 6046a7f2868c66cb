"""Checks of single windows: gaps, dates, lower bounds and numbers of records."""

from __future__ import annotations

from datetime import date

import pytest

from factory import graph_of
from streamatlas.checks import records, required, window_dates, window_gap
from streamatlas.graph.graph import Graph

TODAY = date(2026, 11, 24)


def graph(*windows: str) -> Graph:
    lines = "".join(f"    - {{{window}}}\n" for window in windows)
    return graph_of(
        "platform: p\nteams: {t: {chat: c}}\ntopics:\n a:\n  owner: t\n"
        f"  normal:\n   rate: up to 5/s\n   windows:\n{lines}"
    )


def gaps(*windows: str, today: date = TODAY) -> list[str]:
    base = "at: 09:10-09:15, rate: 1-2/s, required: yes"
    found = window_gap.check(graph(*(f"{base}, {window}" for window in windows)), today)
    return [f"{p.at.line}: {p.message.removeprefix('no required window covers ')}" for p in found]


OLD, NEW = "until: 2027-01-31", "from: 2027-02-08"


@pytest.mark.parametrize(
    ("windows", "found"),
    [
        ((OLD, NEW), ["10: 2027-02-01 to 2027-02-07, after line 9"]),
        ((NEW, OLD), ["9: 2027-02-01 to 2027-02-07, after line 10"]),
        ((OLD, "from: 2027-02-02"), ["10: 2027-02-01, after line 9"]),
        ((OLD, "from: 2027-02-01"), []),
        ((OLD, "from: 2027-01-15"), []),
        ((OLD,), []),
        ((NEW,), []),
        ((OLD, NEW, "why: always"), []),
        (
            (OLD, f"{NEW}, until: 2027-03-31", "from: 2027-04-02"),
            ["10: 2027-02-01 to 2027-02-07, after line 9", "11: 2027-04-01, after line 10"],
        ),
        # The one that ends last counts, not the one that began last.
        (
            (OLD, "from: 2027-01-01, until: 2027-01-10", "from: 2027-02-02"),
            ["11: 2027-02-01, after line 9"],
        ),
    ],
)
def test_days_without_a_required_window(windows: tuple[str, ...], found: list[str]) -> None:
    assert gaps(*windows) == found


def test_windows_that_need_not_be_filled_leave_no_gap() -> None:
    found = graph(f"at: 09:10-09:15, rate: 1-2/s, {OLD}", f"at: 09:10-09:15, rate: 1-2/s, {NEW}")
    assert list(window_gap.check(found, TODAY)) == []


def test_a_gap_that_is_past_or_far_away_is_not_told() -> None:
    assert len(gaps(OLD, NEW, today=date(2027, 2, 7))) == 1
    assert gaps(OLD, NEW, today=date(2027, 2, 8)) == []
    assert len(gaps(OLD, NEW, today=date(2026, 1, 31))) == 1
    assert gaps(OLD, NEW, today=date(2026, 1, 30)) == []


def test_days_on_which_neither_begins_are_no_gap() -> None:
    weekdays = "at: 09:10-09:15 weekdays, rate: 1-2/s, required: yes"
    friday, monday = f"{weekdays}, until: 2027-01-29", f"{weekdays}, from: 2027-02-01"
    assert list(window_gap.check(graph(friday, monday), TODAY)) == []
    (found,) = window_gap.check(graph(friday, f"{weekdays}, from: 2027-02-06"), TODAY)
    assert found.message == "no required window covers 2027-02-01 to 2027-02-05, after line 9"


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (
            "at: 09:10-09:15, from: 2027-02-02, until: 2027-02-01",
            "until 2027-02-01 is before from 2027-02-02: write the later day under until",
        ),
        (
            "at: 09:10-09:15 1st, from: 2027-02-02, until: 2027-02-28",
            "'09:10-09:15 1st' never begins from 2027-02-02 until 2027-02-28",
        ),
        (
            "at: 09:10-09:15 sat, from: 2027-02-01, until: 2027-02-05",
            "'09:10-09:15 sat' never begins from 2027-02-01 until 2027-02-05",
        ),
        ("at: 09:10-09:15 1st, from: 2027-02-02, until: 2027-03-01", None),
        ("at: 09:10-09:15, from: 2027-02-01, until: 2027-02-01", None),
        ("at: 09:10-09:15 last, from: 2027-02-02", None),
        ("at: 09:10-09:15 last, until: 2027-02-02", None),
        ("at: 09:10-09:15 last, from: 2000-01-01, until: 2199-12-31", None),
    ],
)
def test_a_window_is_open_on_some_day(window: str, message: str | None) -> None:
    found = [problem.message for problem in window_dates.check(graph(window))]
    assert found == ([message] if message else [])


@pytest.mark.parametrize(
    ("window", "why"),
    [
        ("rate: up to 20k/s, required: yes", "'up to 20k/s' is true of silence"),
        ("rate: 0-20k/s, required: yes", "'0-20k/s' is true of silence"),
        ("records: 1M-2M, required: yes", "write its rate, such as 8k-20k/s"),
        ("rate: at least 1/min, required: yes", None),
        ("rate: up to 20k/s", None),
        ("rate: up to 20k/s, required: no", None),
    ],
)
def test_what_is_required_has_a_lower_bound(window: str, why: str | None) -> None:
    found = [p.message for p in required.check(graph(f"at: 09:10-09:15, {window}"))]
    assert found == ([f"a required window needs a lower bound: {why}"] if why else [])


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (
            "at: 09:10-09:15, rate: 8k-20k/s, records: 8M-9M",
            "8k-20k/s for 5min is 2.4M-6M records, never 8M",
        ),
        (
            "at: 09:10-09:15, rate: 8k-20k/s, records: up to 2M",
            "8k-20k/s for 5min is 2.4M-6M records, never only 2M",
        ),
        (
            "at: 09:10-09:15, rate: up to 10/s, records: at least 3,001",
            "up to 10/s for 5min is up to 3k records, never 3k",
        ),
        (
            "at: 22:00-02:00, rate: at least 60/min, records: 10-20",
            "at least 60/min for 4h is at least 14.4k records, never only 20",
        ),
        (
            "at: every 1h for 90s, rate: 1-2/s, records: 181-200",
            "1-2/s for 1min 30s is 90-180 records, never 181",
        ),
        ("at: 09:10-09:15, rate: 8k-20k/s, records: 6M-7M", None),
        ("at: 09:10-09:15, rate: 8k-20k/s, records: 1M-2.4M", None),
        ("at: 09:10-09:15, rate: 8k-20k/s, records: 1M-2M, required: yes", None),
        ("at: 09:10-09:15, rate: at least 8k/s, records: at least 9G", None),
        ("at: 09:10-09:15, records: 1M-2M", None),
        ("at: 09:10-09:15, rate: 8k-20k/s", None),
    ],
)
def test_records_that_the_rate_can_give(window: str, message: str | None) -> None:
    text = window.replace("3,001", "'at least 3,001'").replace("at least 'at", "'at")
    found = [problem.message for problem in records.check(graph(text))]
    assert found == ([message] if message else [])
