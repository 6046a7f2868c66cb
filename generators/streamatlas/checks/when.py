"""When something recurs, in words: clock times in UTC, what the seasons change, days and dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from streamatlas.graph.windows import zone
from streamatlas.model.units import say_duration

_DAY = timedelta(days=1)
_MOST = 3
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Time = tuple[datetime, datetime]
State = tuple[timedelta | None, ...]
Range = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Recurring:
    """What comes at `times`, in UTC and by time, as the clocks of `zones` say.

    It may come from the day `since` to the day `until`, both included.
    """

    times: tuple[Time, ...]
    zones: tuple[str, ...]
    since: date
    until: date

    def clock(self, like: timedelta | None = None) -> str:
        """`17:10-17:15 UTC, in summer 16:10`; what is as long as `like` by its begin alone."""
        zones = [name for name in self.zones if _changes(name, self.since, self.until)]
        by_state: dict[State, list[Time]] = {}
        for time in self.times:
            by_state.setdefault(_state(zones, time[0]), []).append(time)
        clauses = [_clause(zones, state, times) for state, times in by_state.items()]
        missing = {_state(zones, noon) for noon in _noons(self.since, self.until)} - by_state.keys()
        return _one_text(clauses, like, partly=bool(missing))

    @property
    def length(self) -> timedelta:
        """How long it lasts the first time."""
        return self.times[0][1] - self.times[0][0]


@dataclass(frozen=True, slots=True)
class _Clause:
    """When something comes while the clocks are as they are; `season` is empty where
    that has no name, then `dates` are its first and last day.
    """

    season: str
    dates: tuple[date, date]
    ranges: tuple[Range, ...]
    days: str


def _clause(zones: Sequence[str], state: State, times: Sequence[Time]) -> _Clause:
    counts: Counter[Range] = Counter()
    for begin, end in times:
        since_midnight = begin - begin.replace(hour=0, minute=0, second=0)
        counts[since_midnight, end - begin] += 1
    dates = sorted({begin.date() for begin, _ in times})
    alike = [d for d in _dates(dates[0], dates[-1]) if _state(zones, _noon(d)) == state]
    season = _season(zones, state, dates[0])
    return _Clause(season, (dates[0], dates[-1]), tuple(sorted(counts)), _days(dates, alike))


def _one_text(clauses: Sequence[_Clause], like: timedelta | None, *, partly: bool) -> str:
    """The first clause, and those of other seasons where the clock or the days are others."""
    first, *others = clauses
    different = [c for c in others if (c.ranges, c.days) != (first.ranges, first.days)]
    text = f"{_ranges(first.ranges, like)}{'' if like else ' UTC'}{_spaced(first.days)}"
    if not different and not partly:
        return text
    if not different or partly:
        text += f" {_named(first)}"
    same = first.ranges[0][1] if len(first.ranges) == 1 else None
    said = [f", {_named(c)} {_ranges(c.ranges, like or same)}{_spaced(c.days)}" for c in different]
    more = f" and {len(said) - _MOST} times more" if len(said) > _MOST else ""
    return text + "".join(said[:_MOST]) + more


def _named(clause: _Clause) -> str:
    return clause.season or f"from {clause.dates[0]} to {clause.dates[1]}"


def _spaced(text: str) -> str:
    return f" {text}" if text else ""


# -- clock times -----------------------------------------------------------------------------


def _ranges(ranges: Sequence[Range], like: timedelta | None) -> str:
    """`17:10-17:15`, `05:00-05:10 and 17:00-17:10`, `every 15min for 2min from 00:00`."""
    if len(ranges) > _MOST and (every := _period(ranges)):
        begin, length = ranges[0]
        return f"every {say_duration(every)} for {say_duration(length)} from {_clock(begin)}"
    said = [_range(one, like) for one in ranges[:_MOST]]
    if len(ranges) > _MOST:
        return f"{', '.join(said)} and {len(ranges) - _MOST} more"
    return several(said)


def _period(ranges: Sequence[Range]) -> timedelta | None:
    """How far apart ranges are that go through the whole day at even distances."""
    steps = {after[0] - before[0] for before, after in pairwise(ranges)}
    every = steps.pop()
    even = not steps and every * len(ranges) == _DAY
    return every if even and len({length for _, length in ranges}) == 1 else None


def _range(one: Range, like: timedelta | None) -> str:
    begin, length = one
    if length == like:
        return _clock(begin)
    if length > _DAY:
        return f"{_clock(begin)} for {say_duration(length)}"
    return f"{_clock(begin)}-{_clock((begin + length) % _DAY or _DAY)}"


def _clock(since_midnight: timedelta) -> str:
    seconds = int(since_midnight.total_seconds())
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text


# -- seasons ---------------------------------------------------------------------------------


def _state(zones: Iterable[str], at: datetime) -> State:
    """How far each zone's clock is ahead at that moment."""
    return tuple(at.astimezone(zone(name)).utcoffset() for name in zones)


def _changes(name: str, since: date, until: date) -> bool:
    return len({_state([name], noon) for noon in _noons(since, until)}) > 1


def _season(zones: Sequence[str], state: State, on: date) -> str:
    """`in summer`, `in winter`, the same of the south; empty where the zones do not agree."""
    january, july = (_state(zones, datetime(on.year, month, 15, tzinfo=UTC)) for month in (1, 7))
    ahead = [_ahead(*both) for both in zip(january, july, strict=True)]
    if len(set(ahead)) != 1 or not ahead[0] or state not in (january, july):
        return ""
    summer = state == (july if ahead[0] == "north" else january)
    where = "" if ahead[0] == "north" else "southern "
    return f"in {where}{'summer' if summer else 'winter'}"


def _ahead(january: timedelta | None, july: timedelta | None) -> str:
    """On which half of the earth a clock is as it is; empty where January and July are alike."""
    if january is None or july is None or january == july:
        return ""
    return "north" if january < july else "south"


# -- days ------------------------------------------------------------------------------------


def _days(dates: Sequence[date], alike: Sequence[date]) -> str:
    """On which of the days that are alike something comes; empty if on all of them.

    A day or two may be missing: an hour that is skipped, a clock that is set at midnight.
    """
    if len(alike) - len(dates) <= min(2, len(alike) // 10):
        return ""
    weekdays = {day.weekday() for day in dates}
    fit = sum(day.weekday() in weekdays for day in alike)
    if len(dates) > len(weekdays) and fit - len(dates) <= min(2, fit // 10):
        return _weekdays(weekdays)
    if len(dates) > 1 and all(day.day == 1 for day in dates):
        return "on the 1st of the month"
    if len(dates) > 1 and all((day + _DAY).day == 1 for day in dates):
        return "on the last of the month"
    if len(dates) <= _MOST:
        return f"on {several([str(day) for day in dates])}"
    return f"on {len(dates)} days, first on {dates[0]}"


def _weekdays(weekdays: set[int]) -> str:
    if weekdays == set(range(5)):
        return "on weekdays"
    if weekdays == {5, 6}:
        return "at weekends"
    return f"on {several([_WEEKDAYS[day] for day in sorted(weekdays)])}"


def _dates(first: date, last: date) -> list[date]:
    return [first + n * _DAY for n in range((last - first).days + 1)]


def _noons(first: date, last: date) -> list[datetime]:
    return [_noon(day) for day in _dates(first, last)]


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def several(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
