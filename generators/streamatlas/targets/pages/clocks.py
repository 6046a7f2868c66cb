"""A window of wall-clock time, as it stands in UTC in January and in July."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from streamatlas.model.units import At
from streamatlas.targets.words import duration

MOST = 4
_DAY = timedelta(days=1)
YEAR = 2026
_SEASONS = (datetime(YEAR, 1, 15), datetime(YEAR, 7, 15))


def in_utc(at: At, zone: str) -> str:
    """One span, or both where the zone changes its clocks; of many a day the first and the last."""
    winter, summer = (_season(at, zone, season) for season in _SEASONS)
    return winter if winter == summer else f"{winter} in January, {summer} in July"


def _season(at: At, zone: str, season: datetime) -> str:
    offset = ZoneInfo(zone).utcoffset(season) or timedelta()
    if at.every is not None and at.start < at.every:
        # All day long there, so all day long here: only the first may be another.
        first = _span((at.start - offset) % at.every, at.length)
        return f"{first}, then every {duration(at.every)}"
    spans = [_span((start - offset) % _DAY, at.length) for start in _starts(at)]
    if len(spans) <= MOST or at.every is None:
        return ", ".join(spans)
    return f"{spans[0]}, then every {duration(at.every)}, the last {spans[-1]}"


def _starts(at: At) -> list[timedelta]:
    if at.every is None:
        return [at.start]
    count = -((at.start - _DAY) // at.every)
    return [at.start + n * at.every for n in range(count)]


def _span(start: timedelta, length: timedelta) -> str:
    return f"{_clock(start)}-{_clock((start + length) % _DAY)}"


def _clock(since_midnight: timedelta) -> str:
    hours, minutes = divmod(int(since_midnight.total_seconds()) // 60, 60)
    return f"{hours:02}:{minutes:02}"
