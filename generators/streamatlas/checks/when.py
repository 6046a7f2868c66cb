"""When something recurs, in words: clock times in UTC, what the seasons change, days and dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from streamatlas.graph.changes import moment
from streamatlas.graph.repeats import Repeated
from streamatlas.graph.windows import zone
from streamatlas.model.units import say_duration

_DAY = timedelta(days=1)
_MOST = 3
# Between the changes of two clocks are so many days at most; what is so short is not told of.
_WEEKS = 35
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

State = tuple[timedelta | None, ...]
Range = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Recurring:
    """What comes at `times`, in UTC and by time, as the clocks of `zones` say.

    It may come from the day `since` to the day `until`, both included.
    """

    times: tuple[Repeated, ...]
    zones: tuple[str, ...]
    since: date
    until: date

    def clock(self, like: timedelta | None = None) -> str:
        """`at 17:10-17:15 UTC, in summer 16:10`; what is as long as `like` by its begin alone."""
        zones = [name for name in self.zones if _changes(name, self.since, self.until)]
        first, *others = _clauses(zones, self.times)
        others = _worth_saying(first, others)
        days = {clause.days for clause in (first, *others)}
        text = f"{_at(first.ranges, like)}{'' if like else ' UTC'}"
        text += _spaced(first.days) if len(days) > 1 or not others else ""
        text += f" {first.named}" if self._comes_not(zones) else ""
        said = [_other(first, one, like, with_days=len(days) > 1) for one in others]
        text += "".join(said[:_MOST])
        text += f" and {len(said) - _MOST} more" if len(said) > _MOST else ""
        return text if len(days) > 1 or not others or not first.days else f"{text}, {first.days}"

    def _comes_not(self, zones: Sequence[str]) -> bool:
        """Whether there are more than a few weeks in which the clocks never let it come."""
        states = Counter(_state(zones, noon) for noon in _noons(self.since, self.until))
        come = {_state(zones, moment(time.begin)) for time in self.times}
        return any(days > _WEEKS for state, days in states.items() if state not in come)

    @property
    def length(self) -> timedelta:
        """How long it lasts the first time."""
        return _length(self.times[0])


@dataclass(frozen=True, slots=True)
class _Clause:
    """When something comes while the clocks are as they are.

    `season` is empty where that has no name; then `dates` are its first and last day.
    """

    season: str
    dates: tuple[date, date]
    ranges: tuple[Range, ...]
    days: str

    @property
    def named(self) -> str:
        """`in summer`, `from 2027-03-14 to 2027-03-27`."""
        return self.season or f"from {self.dates[0]} to {self.dates[1]}"


def _clauses(zones: Sequence[str], times: Sequence[Repeated]) -> list[_Clause]:
    """One for each season, and one for each time in between that has no name."""
    runs: list[tuple[State, list[Repeated]]] = []
    seasons: dict[State, list[Repeated]] = {}
    for time in times:
        state = _state(zones, moment(time.begin))
        if state in seasons:
            seasons[state].append(time)
        elif runs and runs[-1][0] == state:
            runs[-1][1].append(time)
        else:
            runs.append((state, [time]))
            if _season(zones, state, moment(time.begin)):
                seasons[state] = runs[-1][1]
    return [_clause(zones, state, run) for state, run in runs]


def _clause(zones: Sequence[str], state: State, times: Sequence[Repeated]) -> _Clause:
    counts: Counter[Range] = Counter()
    for time in times:
        begin = moment(time.begin)
        since_midnight = begin - begin.replace(hour=0, minute=0, second=0)
        counts[since_midnight, _length(time)] += time.times
    # On the day of a change of the clock something may be longer or shorter for once.
    least = 3 if max(counts.values()) > 10 else 1
    ranges = tuple(sorted(one for one, count in counts.items() if count >= least))
    dates = _begun(times)
    alike = [day for day in _dates(dates[0], dates[-1]) if _state(zones, _noon(day)) == state]
    season = _season(zones, state, moment(times[0].begin))
    return _Clause(season, (dates[0], dates[-1]), ranges, _days(dates, alike))


def _length(time: Repeated) -> timedelta:
    return timedelta(seconds=time.end - time.begin)


def _begun(times: Sequence[Repeated]) -> list[date]:
    """The days on which something begins, by time; that comes every day, or every few."""
    day = 86_400
    several = {(time.begin // day, time.every // day, time.times) for time in times}
    days = {first + n * every for first, every, count in several for n in range(count)}
    return [moment(n * day).date() for n in sorted(days)]


def _worth_saying(first: _Clause, others: Sequence[_Clause]) -> list[_Clause]:
    """Those that differ from the first one; without a name, also from those of the seasons.

    A time without a name may be too short to tell its days.
    """
    named = {clause.ranges for clause in (first, *others) if clause.season}
    return [
        clause
        for clause in others
        if (
            (clause.ranges, clause.days) != (first.ranges, first.days)
            if clause.season
            else clause.ranges not in {first.ranges, *named}
        )
    ]


def _other(first: _Clause, one: _Clause, like: timedelta | None, *, with_days: bool) -> str:
    """`, in summer 17:10`: by the begin alone what is as long as before."""
    days = _spaced(one.days) if with_days else ""
    if _period(one.ranges) and _period(one.ranges) == _period(first.ranges):
        return f", {one.named} from {_clock(one.ranges[0][0])}{days}"
    same = first.ranges[0][1] if len(first.ranges) == 1 else None
    return f", {one.named} {_every(one.ranges) or _ranges(one.ranges, like or same)}{days}"


def _spaced(text: str) -> str:
    return f" {text}" if text else ""


# -- clock times -----------------------------------------------------------------------------


def _at(ranges: Sequence[Range], like: timedelta | None) -> str:
    """`at 17:10-17:15`, `every 15min for 2min from 00:00`."""
    return _every(ranges) or f"at {_ranges(ranges, like)}"


def _every(ranges: Sequence[Range]) -> str:
    """`every 15min for 2min from 00:00`, `every 1min for 5s from 17:10 to 17:14:05`.

    Empty where they do not come evenly, all day or for a few stretches of it.
    """
    groups = _evenly(ranges)
    if not groups:
        return ""
    every, length = groups[0][1][0] - groups[0][0][0], groups[0][0][1]
    text = f"every {say_duration(every)} for {say_duration(length)}"
    if every * len(ranges) == _DAY:
        return f"{text} from {_clock(ranges[0][0])}"
    said = (f"from {_clock(g[0][0])} to {_until(g[-1][0] + length)}" for g in groups)
    return f"{text} {several(list(said))}"


def _period(ranges: Sequence[Range]) -> tuple[timedelta, timedelta, int] | None:
    """How far apart ranges are that come evenly, how long each is, and how many they are."""
    groups = _evenly(ranges)
    if len(groups) != 1:
        return None
    return ranges[1][0] - ranges[0][0], ranges[0][1], len(ranges)


def _evenly(ranges: Sequence[Range]) -> list[list[Range]]:
    """Ranges in stretches in which they are as far apart; empty if those are too many to tell."""
    steps = [after[0] - before[0] for before, after in pairwise(ranges)]
    if len(ranges) <= _MOST or len({length for _, length in ranges}) > 1:
        return []
    ((step, _),) = Counter(steps).most_common(1)
    groups = [[ranges[0]]]
    for far, one in zip(steps, ranges[1:], strict=True):
        if far != step:
            groups.append([])
        groups[-1].append(one)
    if len(groups) > 1 and groups[-1][-1][0] + step == groups[0][0][0] + _DAY:
        groups[0] = [*groups.pop(), *groups[0]]  # through midnight
    return groups if len(groups) <= _MOST and min(map(len, groups)) > 1 else []


def _ranges(ranges: Sequence[Range], like: timedelta | None) -> str:
    """`17:10-17:15`, `05:00-05:10 and 17:00-17:10`."""
    said = [_range(one, like) for one in ranges[:_MOST]]
    if len(ranges) > _MOST:
        return f"{', '.join(said)} and {len(ranges) - _MOST} more"
    return several(said)


def _range(one: Range, like: timedelta | None) -> str:
    begin, length = one
    if length == like:
        return _clock(begin)
    if length > _DAY:
        return f"{_clock(begin)} for {say_duration(length)}"
    return f"{_clock(begin)}-{_until(begin + length)}"


def _until(since_midnight: timedelta) -> str:
    return _clock(since_midnight % _DAY or _DAY)


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


def _season(zones: Sequence[str], state: State, on: datetime) -> str:
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
    for first in weekdays:
        run = [(first + n) % 7 for n in range(len(weekdays))]
        if len(run) > 2 and set(run) == weekdays:
            return f"from {_WEEKDAYS[run[0]]} to {_WEEKDAYS[run[-1]]}"
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
