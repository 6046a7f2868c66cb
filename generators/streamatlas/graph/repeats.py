"""What comes again and again, kept as one: its first time, how far apart, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from streamatlas.graph.changes import Second, Span

_DAY = 86_400


@dataclass(frozen=True, slots=True, order=True)
class Repeated:
    """A span that comes `times` times in all, each `every` seconds after the one before."""

    begin: Second
    end: Second
    every: Second = _DAY
    times: int = 1


def sample(cut: Span, period: Second) -> Span:
    """As much of a stretch as shows all of it: two periods, where all are alike.

    Of these the second shows how long lasts what begins in the first.
    """
    begin, end = cut
    return (begin, min(end, begin + 2 * period))


def repeated(span: Span, cut: Span, period: Second) -> list[Repeated]:
    """What was found in the sample of a stretch, in all of it.

    What touches an end of the stretch is apart: it may go on beyond.
    """
    if sample(cut, period) == cut:
        return [Repeated(*span)]
    (begin, end), (first, last) = cut, span
    if first == begin:
        return [Repeated(first, end if last == begin + 2 * period else last)]
    if first > begin + period:
        return []
    times = -(-(end - first) // period)
    newest = first + (times - 1) * period
    if newest + last - first < end:
        return [Repeated(first, last, period, times)]
    before = [Repeated(first, last, period, times - 1)] if times > 1 else []
    return [*before, Repeated(newest, end)]


def touching(found: Iterable[Repeated]) -> list[Repeated]:
    """By time, those that come once and touch as one."""
    several = [one for one in found if one.times > 1]
    spans: list[Span] = []
    for begin, end in sorted((one.begin, one.end) for one in found if one.times == 1):
        if spans and spans[-1][1] == begin:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return sorted([*several, *(Repeated(*span) for span in spans)])


def within(found: Iterable[Repeated], begin: Second, end: Second) -> list[Repeated]:
    """What is open between two moments; of what lasts for days the part between them.

    What only runs into the first day began on the one before: it counts if nothing else does.
    """
    inside = [one for one in found if one.begin < end and begin < one.end]
    begun = [one for one in inside if one.begin >= begin or one.end >= begin + _DAY]
    return [_between(one, begin, end) for one in begun or inside]


def _between(one: Repeated, begin: Second, end: Second) -> Repeated:
    until = end if one.end >= end + _DAY else one.end
    return one if one.times > 1 else Repeated(max(one.begin, begin), until)
