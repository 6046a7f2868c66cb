"""Values as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.model import calendar, field_types, units
from streamatlas.model.units import At, Days, Keep, Range, UnitError


def parser(name: str) -> Callable[[str], object]:
    room = next(m for m in (units, calendar, field_types) if hasattr(m, name))
    found: Callable[[str], object] = getattr(room, name)
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [("900", 900), ("1.2k", 1200), ("3M", 3e6), ("20,000", 20000), ("0", 0), ("2.5M", 2.5e6)],
)
def test_number(text: str, value: float) -> None:
    assert units.number(text) == value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15min", 900), ("26h", 93600), ("7d", 604800), ("24h30min", 88200)],
)
def test_duration(text: str, seconds: int) -> None:
    assert units.duration(text) == timedelta(seconds=seconds)
    assert units.duration(units.say_duration(timedelta(seconds=seconds))) == units.duration(text)


@given(st.integers(1, 10**8))
def test_a_duration_is_read_as_it_is_said(seconds: int) -> None:
    value = timedelta(seconds=seconds)
    assert units.duration(units.say_duration(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200-900/s", Range(200, 900)),
        ("300-1.2k/s", Range(300, 1200)),
        ("up to 5/s", Range(0, 5)),
        ("at least 1/min", Range(1 / 60, None)),
        ("24-48/d", Range(24 / 86400, 48 / 86400)),
        ("0-0/s", Range(0, 0)),
    ],
)
def test_rate(text: str, value: Range) -> None:
    assert units.rate(text) == value


def test_other_values() -> None:
    assert units.limit("25k/s") == 25_000
    assert units.limit("20/h") == 20 / 3600
    assert units.size("8GiB") == 8 * 2**30
    assert units.amounts("2.5M-5M") == Range(2.5e6, 5e6)
    assert units.restart("1s-2min") == (timedelta(seconds=1), timedelta(minutes=2))
    assert units.keep("5 or 30d") == Keep(5, timedelta(days=30))
    assert units.keep("5") == Keep(5)
    assert units.keep("30d") == Keep(0, timedelta(days=30))
    assert calendar.day("2026-12-05") == date(2026, 12, 5)
    assert field_types.field_type("decimal(18, 6)") == "decimal(18,6)"
    assert field_types.field_type("map<string,array<int>>") == "map<string,array<int>>"
    assert units.secret("$DB_PASSWORD") == "$DB_PASSWORD"


@pytest.mark.parametrize(
    ("text", "start", "length", "every"),
    [
        ("09:10-09:15", "9:10", "0:05", None),
        ("22:00-02:00", "22:00", "4:00", None),
        ("08:00-22:00 for 14h", "8:00", "14:00", None),
        ("00:00-24:00 for 1d", "0:00", "24:00", None),
        ("18:00-24:00", "18:00", "6:00", None),
        ("every 15min for 2min", "0:00", "0:02", 15),
        ("every 1h for 5min from 00:05", "0:05", "0:05", 60),
    ],
)
def test_at(text: str, start: str, length: str, every: int | None) -> None:
    period = timedelta(minutes=every) if every else None
    assert units.at(text) == At(clock(start), clock(length), Days(), period, text)


def clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("daily", Days()),
        ("weekdays", Days(frozenset(range(5)))),
        ("weekend", Days(frozenset((5, 6)))),
        ("tue", Days(frozenset((1,)))),
        ("mon-thu", Days(frozenset(range(4)))),
        ("fri-mon", Days(frozenset((4, 5, 6, 0)))),
        ("mon wed fri", Days(frozenset((0, 2, 4)))),
        ("1st", Days(month_day="1st")),
        ("last", Days(month_day="last")),
    ],
)
def test_days(text: str, days: Days) -> None:
    assert units.at(f"09:10-09:15 {text}").days == days


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        ("duration", "15", "'15' has no unit: write 15s, 15min or 15h"),
        ("duration", "5m", "'5m' is no duration: write 90s, 15min, 26h or 7d"),
        ("duration", "999999999d", "'999999999d' is longer than 100 years"),
        ("positive", "0s", "'0s' is no time at all: write 1s or more"),
        ("number", "1,2", "'1,2' is no number: write 900, 1.2k or 3M"),
        ("number", "\u0663", "'\u0663' is no number: write 900, 1.2k or 3M"),
        ("field_type", "varchar", "no type 'varchar'; did you mean 'string'?"),
        ("field_type", "VARCHAR(20)", "no type 'VARCHAR(20)'; did you mean 'string'?"),
        ("field_type", "text", "no type 'text'; did you mean 'string'?"),
        ("field_type", "long", "no type 'long'; did you mean 'bigint'?"),
        ("field_type", "float", "no type 'float'; did you mean 'double'?"),
        ("field_type", "datetime", "no type 'datetime'; did you mean 'timestamp'?"),
        ("field_type", "timestamp(3)", "no type 'timestamp(3)'; did you mean 'timestamp'?"),
        ("field_type", "DECIMAL(3,1)", "no type 'DECIMAL(3,1)'; did you mean 'decimal(3,1)'?"),
        ("field_type", "numeric", "no type 'numeric'; did you mean 'decimal(18,6)'?"),
        ("field_type", "decimal(39,2)", "no type 'decimal(39,2)': a decimal has 1 to 38 digits"),
        (
            "field_type",
            "decimal(5,6)",
            "no type 'decimal(5,6)': of 5 digits no 6 stand after the point",
        ),
        (
            "field_type",
            "colour",
            "no type 'colour': write bigint boolean bytes date double int string timestamp,"
            " decimal(18,6), array<string> or map<string,int>",
        ),
        ("whole", "0", "'0' is none at all: write 1 or more"),
        ("keep", "0", "'0' is none at all: write 1 or more"),
        ("size", "0GiB", "'0GiB' is no room at all: write 1B or more"),
        (
            "at",
            "09:00-09:00",
            "'09:00-09:00' ends where it starts: write the end after the start,"
            " or add 'for 1d' for all day",
        ),
        ("timezone", "localtime", "no time zone 'localtime'; write Europe/Berlin"),
        ("timezone", "Factory", "no time zone 'Factory'; write Europe/Berlin"),
        ("timezone", "utc", "no time zone 'utc'; did you mean 'UTC'?"),
        ("timezone", "CET", "'CET' is an abbreviation; use Europe/Berlin"),
        ("timezone", "est", "'est' is an abbreviation; use America/New_York"),
        ("fraction", "0", "'0' is no factor above 0: write 1 or 0.01"),
        ("yes_no", "on", "'on' is neither yes nor no: write true or false"),
        ("size", "8GB", "'8GB' is no size: write 512KiB, 8GiB or 2TiB"),
        (
            "rate",
            "5/s",
            "a normal rate is a range: write 'up to 5/s', '1-5/s' or 'at least 5/s'",
        ),
        ("rate", "1-5", "'1-5' is no rate: write 200/s, 5/min, 20/h or 1/d"),
        ("rate", "a-b/s", "'a-b/s' is no rate: write 900/s or 1.2k/s"),
        ("limit", "1-5/s", "'1-5/s' is a range, a limit is one number: write 25k/s"),
        ("amounts", "5M", "'5M' is one number: write a range, 2.5M-5M or up to 5M"),
        ("restart", "5s", "'5s' is no range of delays: write 1s-2min"),
        ("restart", "2min-1s", "'2min-1s' runs backwards: write 1s-2min"),
        ("keep", "some", "'some' says not what to keep: write 5, 30d or 5 or 30d"),
        ("day", "2026-02-30", "'2026-02-30' is no date: write 2026-12-05"),
        ("day", "5.12.2026", "'5.12.2026' is no date: write 2026-12-05"),
        (
            "day",
            "9999-12-31",
            "'9999-12-31' is too far off: the years from 1971 to 2199 are known here",
        ),
        (
            "agreed",
            "0001-01-01 with x",
            "'0001-01-01' is too far off: the years from 1971 to 2199 are known here",
        ),
        ("agreed", "2026-01-02", "'2026-01-02' says not with whom: write 2026-01-02 with NAME"),
        ("secret", "hunter2", "a secret comes from the environment"),
        (
            "at",
            "09:15-09:10",
            "'09:15-09:10' would last 23h 55min: write 09:10-09:15, or add 'for 23h 55min'",
        ),
        ("at", "08:00-09:00 for 2h", "'08:00-09:00' lasts 1h, not 2h"),
        ("at", "25:00-26:00", "'25:00' is no time of day: write 00:00 to 23:59"),
        ("at", "23:00-24:01", "'24:01' is no time of day: write 00:00 to 24:00"),
        ("at", "every 7h for 1h", "7h does not divide a day: write 15min, 1h or 6h"),
        ("at", "every 30s for 1s", "30s does not divide a day: write 15min, 1h or 6h"),
        (
            "at",
            "every 1h for 1h",
            "'every 1h for 1h' never ends: 'for' must be shorter than 'every'",
        ),
        (
            "at",
            "09:10-09:15 mondays",
            "'mondays' are no days: "
            "write weekdays, weekend, tue, mon-thu, mon wed fri, 1st or last",
        ),
        (
            "at",
            "noon",
            "'noon' is no window of time: "
            "write 09:10-09:15, 22:00-02:00 weekdays or every 15min for 2min",
        ),
    ],
)
def test_what_is_wrong_and_what_to_write(parse: str, text: str, message: str) -> None:
    with pytest.raises(UnitError) as error:
        parser(parse)(text)
    assert str(error.value) == message


@pytest.mark.parametrize("text", ["decimal(39,6)", "decimal(6,7)", "text", "array<>", "int;drop"])
def test_a_type_that_is_none(text: str) -> None:
    with pytest.raises(UnitError, match="no type"):
        field_types.field_type(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.5, "0.5"),
        (5 / 3, "1.67"),
        (950, "950"),
        (999.6, "1k"),
        (25_900, "25.9k"),
        (20_000, "20k"),
        (2_400_000, "2.4M"),
        (999_999, "1M"),
        (3e9, "3G"),
    ],
)
def test_a_number_is_said_in_three_digits(value: float, text: str) -> None:
    assert units.say_number(value) == text


def test_a_range_keeps_what_was_written_and_equals_one_without() -> None:
    assert units.rate("0-20k/s").text == "0-20k/s"
    assert units.amounts("up to 5M").text == "up to 5M"
    assert units.rate("60-120/min") == units.rate("1-2/s") == Range(1, 2)


PARSERS = ("number", "whole", "fraction", "yes_no", "duration", "size", "restart", "keep", "limit")
MORE = ("rate", "amounts", "timezone", "day", "agreed", "at", "field_type", "secret")
LETTERS = st.text("0123456789kMs/-:., minhdevryforupto<>()$EST\u0663\n", max_size=20)


@given(st.sampled_from(PARSERS + MORE), LETTERS | st.text(max_size=10))
def test_any_text_is_a_value_or_a_mistake(parse: str, text: str) -> None:
    try:
        parser(parse)(text)
    except UnitError as error:
        assert str(error)
