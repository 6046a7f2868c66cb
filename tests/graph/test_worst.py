"""When several normals together are above a limit, over many days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

import factory
from streamatlas.graph.graph import Normal, Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.windows import expected
from streamatlas.graph.worst import Spell, above
from streamatlas.model.units import Range, at

ZONES = ("America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
TEXTS = (
    "01:30-02:30",
    "22:00-02:00",
    "22:00-02:00 weekdays",
    "00:00-24:00 for 24h sun",
    "every 6h for 5h from 04:00",
    "every 1h for 50min",
    "every 30min for 10min from 22:00 sat",
    "20:00-06:00 1st",
    "23:00-03:00 last",
    "09:10-09:15 mon wed",
)
DATES = st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2026, 12, 15)))
HOUR = timedelta(hours=1)


def is_in(spell: Spell, now: datetime) -> bool:
    at = int(now.timestamp())
    return any(
        one.begin + n * one.every <= at < one.end + n * one.every
        for one in spell.times
        for n in range(one.times)
    )


def coming(spell: Spell) -> int:
    return sum(one.times for one in spell.times)


@st.composite
def normals(draw: st.DrawFn) -> Normal:
    ranges = st.sampled_from([Range(0, 2), Range(1, 5), Range(2, 9)])
    windows = st.builds(Window, st.sampled_from(TEXTS).map(at), ranges, since=DATES, until=DATES)
    found = draw(st.lists(windows, max_size=3))
    return factory.normal(draw(ranges), draw(st.sampled_from(ZONES)), windows=tuple(found))


@settings(max_examples=60)
@given(st.lists(normals(), min_size=1, max_size=3), st.integers(1, 20))
def test_spells_are_the_moments_at_which_the_sum_is_highest(
    several: list[Normal], limit: int
) -> None:
    """Two months with a change of the clock, looked at every 25 minutes."""
    begin = datetime(2026, 10, 10, tzinfo=UTC)
    end = begin + timedelta(days=60)
    shares = tuple(Share(f"service/{n}", "topic/t", normal) for n, normal in enumerate(several))
    spells = above(shares, limit + 0.5, begin, end)
    now = begin + timedelta(days=1)  # what began before is not told of
    while now < end:
        total = sum(expected(normal, now).high or 0 for normal in several)
        found = [spell.rate for spell in spells if is_in(spell, now)]
        told = total > limit + 0.5 and total >= spells[-1].rate
        assert found == ([total] if told else [])
        now += timedelta(minutes=25)


def test_the_highest_comes_first_and_of_equals_the_first() -> None:
    windows = tuple(
        Window(at(text), Range(0, high))
        for text, high in (
            ("09:00-10:00", 5),
            ("07:00-08:00", 9),
            ("05:00-06:00", 9),
            ("11:00-12:00", 4),
        )
    )
    share = Share("service/s", "topic/t", factory.normal(Range(0, 1), "UTC", windows=windows))
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    spells = above((share,), 3, begin, begin + timedelta(days=3))
    assert [(s.rate, s.times[0].begin // 3600 % 24, coming(s)) for s in spells] == [
        (9, 5, 3),
        (9, 7, 3),
        (5, 9, 3),
    ]
    assert [[window.at.text for _, window in spell.windows] for spell in spells] == [
        ["05:00-06:00"],
        ["07:00-08:00"],
        ["09:00-10:00"],
    ]


def test_one_service_by_two_ways_counts_by_the_one_that_brings_most() -> None:
    normal = factory.normal(Range(0, 3), "UTC")
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    shares = (
        Share("service/s", "topic/a", normal),
        Share("service/s", "topic/b", normal, copies=2),
    )
    (spell,) = above(shares, 5, begin, begin + timedelta(days=3))
    assert (spell.rate, spell.windows) == (6, ())
    assert above(shares, 6, begin, begin + timedelta(days=3)) == ()


def test_what_comes_each_minute_of_a_year_is_told_in_a_few_parts() -> None:
    windows = (Window(at("every 1min for 5s"), Range(0, 9)), Window(at("09:00-10:00"), Range(0, 1)))
    share = Share(
        "service/s", "topic/t", factory.normal(Range(0, 1), "Europe/Berlin", windows=windows)
    )
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    spells = above((share,), 3, begin, begin + timedelta(days=366))
    assert sum(map(coming, spells)) == 366 * 1440
    assert sum(len(spell.times) for spell in spells) < 20_000


def test_what_runs_into_the_first_day_counts_if_nothing_else_does() -> None:
    """And what was higher before does not count."""
    last, gone = date(2026, 11, 30), date(2026, 11, 29)
    windows = (
        Window(at("06:00-07:00"), Range(0, 9), until=last),
        Window(at("08:00-09:00"), Range(0, 8), until=gone),
        Window(at("22:00-02:00"), Range(0, 5), until=last),
    )
    share = Share("service/s", "topic/t", factory.normal(Range(0, 1), "UTC", windows=windows))
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    (spell,) = above((share,), 3, begin, begin + timedelta(days=366))
    assert (spell.rate, coming(spell)) == (5, 1)
    assert is_in(spell, begin)
    assert not is_in(spell, begin - timedelta(seconds=1))


def test_of_many_sets_of_windows_that_come_to_the_same_the_first_are_told() -> None:
    starts = [f"{n // 10:02}:{n % 10 * 6:02}" for n in range(200)]
    windows = [Window(at(f"{a}-{b}"), Range(0, 6)) for a, b in pairwise(starts)]
    shares = tuple(
        Share(f"service/{n}", "topic/t", factory.normal(Range(0, 5), "UTC", windows=(window,)))
        for n, window in enumerate(windows)
    )
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    spells = above(shares, 995.5, begin, begin + timedelta(days=366))
    assert {spell.rate for spell in spells} == {996}
    assert 4 < len(spells) < 100
    assert all(is_in(spells[n], begin + n * timedelta(days=20, minutes=6)) for n in range(5))
