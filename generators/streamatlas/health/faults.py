"""From marks to faults, and what of them is put down to causes that are over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from streamatlas.graph.graph import Ref
from streamatlas.health.causes import explanations
from streamatlas.health.past import Echo, Mark
from streamatlas.health.spread import Fault
from streamatlas.health.thresholds import AFTERMATH, RECOVERY
from streamatlas.health.view import View
from streamatlas.health.waves import WAVE
from streamatlas.health.wiring import Wiring
from streamatlas.model.judged import Status

Marks = Mapping[tuple[Ref, str], Mark]


def confirmed(wiring: Wiring, marks: Marks, dark: Collection[Ref]) -> dict[tuple[Ref, str], Mark]:
    """The marks, where a pending one is opened by a fault that it explains.

    Flink may notice a lost TaskManager in its jobs a poll before it counts the slots: the job
    must not be blamed for as long.
    """
    pending = {
        _fault(key, mark): key
        for key, mark in marks.items()
        if mark.pending and key[0] not in dark and WAVE[key[1]] != "none"
    }
    opened = set(faults(marks, dark))
    explained = explanations(wiring, [*opened, *pending]) if pending and opened else {}
    sure = [key for fault, key in pending.items() if opened & set(explained.get(fault, ()))]
    return {**marks, **{key: replace(marks[key], open=True) for key in sure}}


def faults(marks: Marks, dark: Collection[Ref]) -> tuple[Fault, ...]:
    """Every open mark of an element that can be judged."""
    return tuple(
        _fault(key, mark) for key, mark in marks.items() if mark.open and key[0] not in dark
    )


def _fault(key: tuple[Ref, str], mark: Mark) -> Fault:
    status = mark.finding.status if mark.finding else Status.WARNING
    return Fault(*key, status, mark.since)


def echoes(view: View, marks: Marks) -> tuple[Echo, ...]:
    """Causes that are over, and may still have followers."""
    over = [
        Echo(replace(root, status=Status.WARNING), view.now)
        for root in view.past.roots
        if WAVE[root.rule] != "none" and _closed(marks, root)
    ]
    kept = [e for e in view.past.echoes if _closed(marks, e.fault)]
    return tuple(e for e in (*kept, *over) if view.now - e.since < RECOVERY)


def needed(wiring: Wiring, found: Iterable[Fault], candidates: Iterable[Echo]) -> tuple[Echo, ...]:
    """Those echoes that explain a fault which neither a present one nor a younger echo does."""
    real, newest = tuple(found), sorted(candidates, key=lambda echo: echo.since, reverse=True)
    explains = explanations(wiring, [*real, *(echo.fault for echo in newest)])
    alone = set(real) - {other for fault in real for other in explains[fault]}
    used = []
    for echo in newest:
        if alone & set(explains[echo.fault]):
            used.append(echo)
            alone -= set(explains[echo.fault])
    return tuple(used)


def remembered(now: datetime, candidates: Iterable[Echo], used: Iterable[Echo]) -> tuple[Echo, ...]:
    """The echoes for the next poll: with followers, or so young that some may yet come."""
    return tuple(echo for echo in candidates if echo in used or now - echo.since < AFTERMATH)


def _closed(marks: Marks, fault: Fault) -> bool:
    mark = marks.get((fault.element, fault.rule))
    return mark is None or mark.open is False
