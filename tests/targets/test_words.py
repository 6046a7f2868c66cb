"""Numbers as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from streamatlas.model.units import Range
from streamatlas.targets import words


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=5), "5 s"),
        (timedelta(milliseconds=250), "250 ms"),
        (timedelta(), "0 s"),
        (timedelta(minutes=25), "25 min"),
        (timedelta(minutes=12, seconds=31), "12 min 31 s"),
        (timedelta(hours=26), "26 h"),
        (timedelta(days=6, hours=23, minutes=59), "6 d 23 h"),
        (timedelta(days=7), "7 d"),
    ],
)
def test_duration(length: timedelta, text: str) -> None:
    assert words.duration(length) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (Range(300, 1200), "300-1.2k/s"),
        (Range(0, 5), "up to 5/s"),
        (Range(5), "at least 5/s"),
        (Range(), "any"),
        (Range(8e3, 2e4), "8k-20k/s"),
        (Range(0.3, 12), "0.3-12/s"),
        (Range(999.9, 2.5e6), "1k-2.5M/s"),
        (Range(4, 4), "4/s"),
    ],
)
def test_rate(values: Range, text: str) -> None:
    assert words.rate(values) == text


def test_scaled_keeps_what_is_open() -> None:
    assert words.scaled(Range(300, None), 0.01) == Range(3, None)


def test_lists_and_counts() -> None:
    assert [words.several(names) for names in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (words.count(1, "job"), words.count(0, "job")) == ("1 job", "0 jobs")
    assert words.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
