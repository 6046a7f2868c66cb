"""Windows that a clock put forward leaves out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory import graph_of
from streamatlas.checks import window_dst
from streamatlas.graph.clock import skipped
from streamatlas.model.units import At, at

TODAY = date(2026, 11, 24)


def said(zone: str, window: str, today: date = TODAY) -> list[str]:
    text = (
        f"platform: p\nteams: {{t: {{chat: c, timezone: {zone}}}}}\ntopics: {{a: {{owner: t, "
        f"normal: {{rate: up to 1/s, windows: [{{rate: 1-2/s, {window}}}]}}}}}}\n"
    )
    return [problem.message for problem in window_dst.check(graph_of(text), today)]


LA, BERLIN = "America/Los_Angeles", "Europe/Berlin"


@pytest.mark.parametrize(
    ("zone", "window", "message"),
    [
        (LA, "02:00-03:00", "02:00-03:00 does not exist on 2027-03-14 in America/Los_Angeles"),
        (BERLIN, "02:59-03:00", "02:59-03:00 does not exist on 2027-03-28 in Europe/Berlin"),
        (BERLIN, "02:30-03:30", "only 30min of 02:30-03:30 exist on 2027-03-28 in Europe/Berlin"),
        (BERLIN, "22:00-02:30", "only 4h of 22:00-02:30 exist on 2027-03-28 in Europe/Berlin"),
        (
            "Australia/Lord_Howe",
            "02:10-02:20",
            "02:10-02:20 does not exist on 2027-10-03 in Australia/Lord_Howe",
        ),
        (
            "Africa/Casablanca",
            "02:10-02:40 sun",
            "02:10-02:40 does not exist on 2027-03-14 in Africa/Casablanca",
        ),
        (
            "America/Havana",
            "00:10-00:20",
            "00:10-00:20 does not exist on 2027-03-14 in America/Havana",
        ),
        (
            BERLIN,
            "every 6h for 5min from 02:10",
            "02:10-02:15 does not exist on 2027-03-28 in Europe/Berlin",
        ),
    ],
)
def test_a_begin_or_an_end_that_no_clock_shows(zone: str, window: str, message: str) -> None:
    assert said(zone, f"at: '{window}'") == [message]


@pytest.mark.parametrize(
    ("zone", "window"),
    [
        (LA, "at: 09:10-09:15"),
        (LA, "at: 01:30-02:00"),
        (LA, "at: 03:00-03:30"),
        (LA, "at: 01:30-03:30"),  # spans the hour: begin and end exist
        (LA, "at: 01:30-01:45"),  # comes twice in autumn, which does no harm
        (LA, "at: 02:10-02:15 mon-sat"),  # clocks change on a Sunday
        (LA, "at: 02:10-02:15, until: 2027-03-13"),
        (LA, "at: 02:10-02:15, from: 2027-03-15"),
        (LA, "at: every 15min for 2min"),
        (LA, "at: every 1h for 5min from 00:05"),
        ("UTC", "at: 02:10-02:15"),
        ("Asia/Kolkata", "at: 02:10-02:15"),
        (BERLIN, "at: '22:00-02:30 sun'"),  # ends on a Monday
    ],
)
def test_what_exists_every_day(zone: str, window: str) -> None:
    assert said(zone, window) == []


def test_an_hour_that_moves_a_clock_by_less_is_told() -> None:
    assert len(said("Australia/Lord_Howe", "at: every 1h for 5min from 00:05")) == 1


def test_it_looks_ahead_for_a_year_and_a_day() -> None:
    assert said(LA, "at: 02:10-02:15", date(2026, 3, 8))[0].split()[5] == "2026-03-08"
    assert said(LA, "at: 02:10-02:15", date(2026, 3, 12)) == []
    assert said(LA, "at: 02:10-02:15", date(2026, 3, 13))[0].split()[5] == "2027-03-14"
    dated = "at: 02:10-02:15, from: 2028-01-01"
    assert said(LA, dated, date(2027, 3, 11)) == []
    assert len(said(LA, dated, date(2027, 3, 12))) == 1


def test_announced_work_is_looked_at_too() -> None:
    text = (
        "platform: p\nteams: {t: {chat: c, timezone: Europe/Berlin}}\ntopics: {a: {owner: t}}\n"
        "maintenance:\n  - {of: topic/a, at: 02:00-02:30, date: %s}\n"
    )
    (problem,) = window_dst.check(graph_of(text % "2027-03-28"), TODAY)
    assert str(problem) == (
        "topology.yaml:5:23: warning: 02:00-02:30 does not exist on 2027-03-28 in Europe/Berlin "
        "(window-dst)"
    )
    assert list(window_dst.check(graph_of(text % "2027-03-27"), TODAY)) == []
    assert list(window_dst.check(graph_of(text % "2026-03-29"), TODAY)) == []


def test_what_a_clock_leaves_out() -> None:
    (gap,) = skipped(BERLIN, date(2027, 3, 28), date(2027, 3, 28))
    assert (gap.begin, gap.end) == (datetime(2027, 3, 28, 2), datetime(2027, 3, 28, 3))
    assert skipped(BERLIN, date(2027, 3, 29), date(2028, 3, 25)) == ()
    assert len(skipped("Africa/Casablanca", date(2026, 1, 1), date(2028, 12, 31))) == 3


# -- the same, slowly ------------------------------------------------------------------------

ZONES = (LA, BERLIN, "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca", "Asia/Tokyo")


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment.astimezone(zone).replace(tzinfo=None) == wall


def first_cut(at: At, zone: ZoneInfo) -> date | None:
    """The first day, from the wall clock of each day, on which a begin or an end is missing."""
    for ahead in range(-1, 367):
        day = TODAY + timedelta(days=ahead)
        begin = datetime(day.year, day.month, day.day) + at.start
        end = begin + at.length
        missing = [begin] if not exists(begin, zone) else []
        if not (exists(end, zone) or exists(end - timedelta(seconds=1), zone)):
            missing.append(end)
        if missing and missing[0].date() >= TODAY:
            return missing[0].date()
    return None


@given(
    st.sampled_from(ZONES),
    st.integers(0, 47),
    st.sampled_from([5, 10, 30, 60, 90, 150, 600]),
    st.integers(0, 29),
)
@settings(max_examples=60)
def test_it_is_what_every_single_day_says(zone: str, half: int, minutes: int, late: int) -> None:
    begin = datetime(2026, 1, 1) + timedelta(minutes=30 * half + late)
    text = f"{begin:%H:%M}-{begin + timedelta(minutes=minutes):%H:%M}"
    day = first_cut(at(text), ZoneInfo(zone))
    found = said(zone, f"at: '{text}'")
    assert [message.split(" on ")[1].split()[0] for message in found] == ([str(day)] if day else [])
