"""Dates and time zones as people write them: text in, a value or `UnitError` out."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from streamatlas.model.units import UnitError

# Names that people write and that either follow no daylight saving or are no zone at all.
_ADVICE = {
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "HST": "Pacific/Honolulu",
    "BST": "Europe/London",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MET": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "WET": "Europe/Lisbon",
    "WEST": "Europe/Lisbon",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
}
_FIXED = ("EST", "MST", "HST")
_NO_PLACE = ("Factory",)  # the clock of a machine that nobody has set
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEARS = range(1971, 2200)
"""The years whose clocks are known, with the year before and after."""


def timezone(text: str) -> str:
    """An IANA name, such as `Europe/Berlin` or `UTC`."""
    if advice := _ADVICE.get(text.upper()):
        why = "has no daylight saving" if text in _FIXED else "is an abbreviation"
        raise UnitError("timezone", f"'{text}' {why}; use {advice}")
    if not _is_zone(text):
        raise UnitError("timezone", f"no time zone '{text}'{_near_zone(text)}")
    return text


def _is_zone(text: str) -> bool:
    if text in _NO_PLACE or _ZONE.fullmatch(text) is None:
        return False
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of zones
        return False
    return True


def _near_zone(text: str) -> str:
    from zoneinfo import available_timezones

    zones = sorted(zone for zone in available_timezones() if _may_be_meant(zone))
    near = {zone.lower(): zone for zone in zones}.get(text.lower()) or _alike(text, zones)
    return f"; did you mean '{near}'?" if near else "; write Europe/Berlin"


def _may_be_meant(zone: str) -> bool:
    return zone not in (*_ADVICE, *_NO_PLACE) and _ZONE.fullmatch(zone) is not None


def _alike(text: str, zones: list[str]) -> str | None:
    """The zone whose name, or whose city, is spelled much like the text."""
    from difflib import get_close_matches

    last = {zone.rpartition("/")[2]: zone for zone in zones}
    known = [*sorted(last.values()), *last]
    near = get_close_matches(text[:60].replace(" ", "_"), known, 1, 0.75)
    return last.get(near[0], near[0]) if near else None


def day(text: str) -> date:
    """`2026-12-05`, in one of `YEARS`."""
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise UnitError("date", f"'{text}' is no date: write 2026-12-05")
    if found.year not in YEARS:
        years = f"from {YEARS[0]} to {YEARS[-1]}"
        raise UnitError("date", f"'{text}' is too far off: the years {years} are known here")
    return found


def agreed(text: str) -> str:
    """`2026-11-02 with vault's lead`."""
    when, _, who = text.partition(" with ")
    day(when)
    if not who.strip():
        raise UnitError("date", f"'{text}' says not with whom: write {when} with NAME")
    return text
