"""Changes of what is normal, worked out from the edges of windows."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

import factory
from streamatlas.graph.changes import bands, changes, moment, second, spans
from streamatlas.graph.graph import Normal, Window
from streamatlas.graph.windows import expected, occurrences
from streamatlas.model.units import Range, at

ZONES = ("America/Los_Angeles", "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana", "UTC")
DAYS = st.one_of(
    st.sampled_from([date(2026, 11, 1), date(2027, 3, 14), date(2026, 10, 4), date(2027, 2, 7)]),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
TEXTS = (
    "01:30-02:30",
    "22:00-02:00 weekdays",
    "00:00-24:00 for 24h sun",
    "every 15min for 2min",
    "every 6h for 5h from 04:00",
    "02:10-02:15 1st",
    "every 1h for 90s",
)


@st.composite
def normals(draw: st.DrawFn) -> Normal:
    dates = st.one_of(st.none(), st.sampled_from([date(2026, 10, 30), date(2027, 3, 14)]))
    windows = draw(
        st.lists(
            st.builds(
                Window,
                st.sampled_from(TEXTS).map(at),
                st.sampled_from([Range(2, 9), Range(1, 5), Range(7)]),
                required=st.booleans(),
                since=dates,
                until=dates,
            ),
            max_size=3,
        )
    )
    return factory.normal(Range(1, 3), draw(st.sampled_from(ZONES)), windows=tuple(windows))


@given(normals(), DAYS, st.integers(0, 3000), st.integers(1, 2000))
def test_a_band_holds_until_it_changes(normal: Normal, day: date, minute: int, length: int) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    end = begin + timedelta(minutes=length)
    held = bands(normal, begin, end)
    assert held[0].begin <= begin and end <= held[-1].end
    assert all(one.end == other.begin for one, other in itertools.pairwise(held))
    for number in range(0, length * 60, 271):
        now = begin + timedelta(seconds=number)
        (there,) = [one for one in held if one.begin <= now < one.end]
        assert there.band == expected(normal, now)


@given(st.sampled_from(TEXTS), st.sampled_from(ZONES), DAYS)
def test_spans_are_the_occurrences_of_the_days_around(text: str, zone: str, day: date) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = begin + timedelta(days=2)
    days = [day + timedelta(days=n) for n in range(-3, 5)]
    pieces = [piece for d in days for piece in occurrences(at(text), zone, d)]
    wanted = {minute for a, b in pieces for minute in range(second(a), second(b), 30)}
    found = spans(Window(at(text), Range()), zone, second(begin), second(end))
    inside = range(second(begin), second(end))
    assert {m for a, b in found for m in range(a, b, 30)} == {m for m in wanted if m in inside}


def test_a_year_of_one_window() -> None:
    window = Window(at("09:10-09:15"), Range(), until=date(2027, 1, 31))
    begin, end = datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 11, 25, tzinfo=UTC)
    found = spans(window, "America/Los_Angeles", second(begin), second(end))
    assert len(found) == 69
    assert f"{moment(found[-1][1]):%Y-%m-%d %H:%M}" == "2027-01-31 17:15"


def test_changes_of_several_at_one_moment_are_one() -> None:
    each = [[(10, 20), (20, 30)], [(20, 25)], [(0, 5), (40, 50)]]
    assert changes(each, 0, 50) == [
        (0, (2,)),
        (5, ()),
        (10, (0,)),
        (20, (0, 1)),
        (25, (0,)),
        (30, ()),
        (40, (2,)),
    ]
