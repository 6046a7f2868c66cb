"""Windows of wall-clock time across daylight saving."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import factory
from streamatlas.graph.graph import Normal, Window
from streamatlas.graph.windows import Band, excused, expected, falls_on, occurrences, previous
from streamatlas.model.units import At, Range, at

ROWS = json.loads((Path(__file__).parent / "windows.json").read_text())["rows"]
ZONES = (
    "America/Los_Angeles",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Havana",
    "Pacific/Chatham",
    "UTC",
)
# Days around changes of the clock in the zones above, and ordinary ones.
DAYS = st.one_of(
    st.sampled_from([date(2026, 11, 1), date(2027, 3, 14), date(2026, 10, 25), date(2027, 3, 28)]),
    st.sampled_from([date(2026, 10, 4), date(2027, 4, 4), date(2027, 2, 7), date(2026, 9, 27)]),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda m: timedelta(minutes=m))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['timezone']} {r['at']} {r['day']}")
def test_every_known_row(row: dict[str, object]) -> None:
    found = occurrences(
        at(str(row["at"])), str(row["timezone"]), date.fromisoformat(str(row["day"]))
    )
    wanted = tuple((utc(a), utc(b)) for a, b in row["utc"])  # type: ignore[attr-defined]
    assert found == wanted


@pytest.mark.parametrize(
    ("zone", "text", "day", "wanted"),
    [
        ("America/Los_Angeles", "01:30-01:45", "2026-11-01", ["08:30-08:45", "09:30-09:45"]),
        ("America/Los_Angeles", "00:30-01:15", "2026-11-01", ["07:30-08:15", "09:00-09:15"]),
        ("America/Los_Angeles", "02:10-02:15", "2027-03-14", []),
        ("America/Los_Angeles", "01:30-03:30", "2027-03-14", ["09:30-10:30"]),
        ("Europe/Berlin", "22:00-02:30", "2026-10-24", ["20:00-00:30", "01:00-01:30"]),
        ("Australia/Lord_Howe", "01:45-02:10", "2027-04-04", ["14:45-15:00", "15:15-15:40"]),
        ("Australia/Lord_Howe", "01:45-02:10", "2026-10-04", ["15:15-15:30"]),
        (
            "Europe/Berlin",
            "every 6h for 30min",
            "2026-10-25",
            ["22:00-22:30", "05:00-05:30", "11:00-11:30", "17:00-17:30"],
        ),
    ],
)
def test_daylight_saving(zone: str, text: str, day: str, wanted: list[str]) -> None:
    found = occurrences(at(text), zone, date.fromisoformat(day))
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in found] == wanted


@st.composite
def recurring(draw: st.DrawFn) -> At:
    start, days = (
        draw(CLOCKS),
        draw(st.sampled_from(["daily", "weekend", "mon-thu", "1st", "last"])),
    )
    every = draw(st.sampled_from([None, 15, 60, 360]))
    longest = every - 1 if every else 24 * 60
    length = timedelta(minutes=draw(st.integers(1, longest)))
    parsed = at(f"00:00-00:01 {days}")
    return At(start, length, parsed.days, timedelta(minutes=every) if every else None)


@given(recurring(), st.sampled_from(ZONES), DAYS)
def test_equals_asking_the_wall_clock_at_every_minute(window: At, zone: str, day: date) -> None:
    assert occurrences(window, zone, day) == by_the_minute(window, zone, day)


def by_the_minute(window: At, zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """A slow reference that shares nothing with the code: look at the clock, minute by minute."""
    if not falls_on(window.days, day):
        return ()
    midnight = datetime(day.year, day.month, day.day)
    begin = midnight.replace(tzinfo=UTC) - timedelta(hours=30)
    moments = [begin + timedelta(minutes=m) for m in range(4 * 24 * 60)]
    walls = [(t, t.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for t in moments]
    pieces: list[tuple[datetime, datetime]] = []
    start = window.start
    while start < timedelta(days=1):
        low, high = midnight + start, midnight + start + window.length
        inside = [t for t, wall in walls if low <= wall < high]
        for t in inside:
            if pieces and pieces[-1][1] == t and t - timedelta(minutes=1) in inside:
                pieces[-1] = (pieces[-1][0], t + timedelta(minutes=1))
            else:
                pieces.append((t, t + timedelta(minutes=1)))
        start += window.every or timedelta(days=1)
    return tuple(sorted(pieces))


@given(recurring(), st.sampled_from(ZONES), DAYS, st.integers(0, 24 * 60))
def test_a_moment_is_expected_exactly_within_an_occurrence(
    window: At, zone: str, day: date, minute: int
) -> None:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    normal = factory.normal(Range(0, 1), zone, windows=(Window(window, Range(2, 3)),))
    days = [day + timedelta(days=n) for n in range(-3, 3)]
    pieces = [piece for d in days for piece in occurrences(window, zone, d)]
    is_open = bool(expected(normal, moment).windows)
    assert is_open == any(a <= moment < b for a, b in pieces)


VAULT = factory.normal(
    rate=Range(0, 5),
    timezone="America/Los_Angeles",
    windows=(
        Window(at("09:10-09:15"), Range(8e3, 2e4), required=True, until=date(2027, 1, 31)),
        Window(at("10:10-10:15"), Range(8e3, 2e4), required=True, since=date(2027, 2, 1)),
    ),
)


@pytest.mark.parametrize(
    ("moment", "high"),
    [
        ("2026-12-01T17:12Z", 2e4),
        ("2026-12-01T16:12Z", 5),
        ("2026-12-01T17:15Z", 5),
        ("2026-11-01T16:12Z", 5),
        ("2027-02-01T17:12Z", 5),
        ("2027-02-01T18:12Z", 2e4),
        ("2027-03-15T17:12Z", 2e4),
    ],
)
def test_vaults_batch(moment: str, high: float) -> None:
    band = expected(VAULT, utc(moment))
    assert (band.low, band.high) == (0, high)


def test_a_window_past_midnight_belongs_to_the_day_it_starts() -> None:
    late = Window(at("23:50-00:10"), Range(1, 2), until=date(2027, 1, 31))
    normal = factory.normal(Range(), "America/Los_Angeles", windows=(late,))
    assert expected(normal, utc("2027-02-01T08:09Z")).windows == (late,)
    assert expected(normal, utc("2027-02-01T08:10Z")).windows == ()
    assert expected(normal, utc("2027-02-02T07:55Z")).windows == ()


def test_the_last_of_a_day_may_run_into_the_next() -> None:
    normal = factory.normal(
        Range(), "UTC", windows=(Window(at("every 6h for 5h from 04:00"), Range(1, 2)),)
    )
    opened = [bool(expected(normal, utc(f"2026-12-01T{t}Z")).windows) for t in ("02:59", "03:00")]
    assert opened == [True, False]


def test_overlapping_windows_join() -> None:
    normal = factory.normal(
        Range(1, 5),
        "UTC",
        windows=(Window(at("09:00-10:00"), Range(3, 9)), Window(at("09:30-11:00"), Range(2, 7))),
    )
    assert [band(normal, minute) for minute in (0, 30, 60)] == [(3, 9), (2, 9), (2, 7)]


def band(normal: Normal, minute: int) -> tuple[float, float | None]:
    found = expected(normal, utc("2026-12-01T09:00Z") + timedelta(minutes=minute))
    return found.low, found.high


def test_a_window_without_an_upper_bound_has_none() -> None:
    windows = (Window(at("09:00-10:00"), Range(3)), Window(at("09:00-10:00"), Range(2, 7)))
    assert band(factory.normal(Range(1, 5), "UTC", windows=windows), 0) == (2, None)


def test_a_scaled_band() -> None:
    assert Band(100, 200).scaled(0.01) == Band(1, 2)
    assert Band(100, None).scaled(0.5) == Band(50, None)


def test_the_newest_batch_before_a_moment() -> None:
    first, second = VAULT.windows
    zone = VAULT.timezone
    wanted = (utc("2026-11-23T17:10Z"), utc("2026-11-23T17:15Z"))
    assert previous(first, zone, utc("2026-11-24T10:00Z")) == wanted
    assert previous(first, zone, utc("2026-11-23T17:10Z")) != wanted
    assert previous(first, zone, utc("2027-06-01T00:00Z")) == (
        utc("2027-01-31T17:10Z"),
        utc("2027-01-31T17:15Z"),
    )
    assert previous(second, zone, utc("2026-11-24T10:00Z")) is None


@given(recurring(), st.sampled_from(ZONES), DAYS)
def test_the_newest_is_the_newest(window: At, zone: str, day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    days = [day + timedelta(days=n) for n in range(-40, 3)]
    begun = [p for d in days for p in occurrences(window, zone, d) if p[0] < moment]
    found = previous(Window(window, Range()), zone, moment)
    assert found == (max(begun) if begun else found)


@given(
    st.sampled_from(ZONES), DAYS, CLOCKS, CLOCKS, st.integers(1, 700), st.sampled_from([None, 360])
)
def test_what_is_excused_is_every_minute_in_a_window_that_may_be_silent(
    zone: str, day: date, since: timedelta, start: timedelta, length: int, every: int | None
) -> None:
    stretch = timedelta(minutes=min(length, every or length))
    period = timedelta(minutes=every) if every else None
    window = Window(At(start, stretch, every=period), Range(0, 5))
    normal = factory.normal(Range(1, 2), zone, windows=(window,))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) + since
    minutes = [begin + timedelta(minutes=m) for m in range(2000)]
    slow = sum(bool(expected(normal, minute).windows) for minute in minutes)
    assert excused(normal, begin, begin + timedelta(minutes=2000)) == timedelta(minutes=slow)


def test_only_windows_that_may_be_silent_excuse() -> None:
    noon, end = datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 14, tzinfo=UTC)
    idle, busy = Window(at("12:30-13:00"), Range(0, 5)), Window(at("13:00-13:30"), Range(1, 5))
    duty = Window(at("13:10-13:40"), Range(0, 5), required=True)
    twice = Window(at("12:45-13:05"), Range(0, 9))
    normal = factory.normal(Range(1, 2), "UTC", windows=(idle, busy, duty, twice))
    assert excused(normal, noon, end) == timedelta(minutes=35)
