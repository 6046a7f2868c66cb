"""Incidents: one per first cause, from the moment it is seen until what it hit is well again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streamatlas.graph.graph import Ref
from streamatlas.health.causes import Cause
from streamatlas.health.verdicts import Judged
from streamatlas.health.waves import DRIFT, WAVE
from streamatlas.model.judged import Incident, Status

Key = tuple[Ref, str]


def incidents(judged: Judged) -> dict[Key, Incident]:
    """The open incidents; one that was open at the last poll keeps its id and its begin."""
    return dict(_open(judged))


def _open(judged: Judged) -> Iterator[tuple[Key, Incident]]:
    for cause in judged.diagnosis.causes:
        if cause.fault in judged.over and not cause.affected:
            continue
        group = "drift" if cause.fault.rule in DRIFT else "run"
        key = (cause.fault.element, group)
        yield key, _incident(judged, cause, judged.view.past.incidents.get(key))


def _incident(judged: Judged, cause: Cause, before: Incident | None) -> Incident:
    fault, now = cause.fault, judged.view.now
    opened = before.opened_at if before else now
    recovers = fault in judged.over
    unseen = tuple(sorted(ref for ref, dark in judged.dark.items() if dark.source == fault.element))
    return Incident(
        id=before.id if before else f"{now:%Y%m%dT%H%M%SZ}-{_slug(fault.element)}-{fault.rule}",
        cause=fault.element,
        rule=fault.rule,
        status=Status.WARNING if recovers else fault.status,
        opened_at=opened,
        reason="over; what it hit recovers" if recovers else _reason(judged, cause),
        affected=cause.affected,
        unseen=unseen if WAVE[fault.rule] == "source" else (),
        teams_hit=cause.teams_hit,
        runbook=judged.runbooks.get(fault.rule),
    )


def _reason(judged: Judged, cause: Cause) -> str:
    mark = judged.marks[cause.fault.element, cause.fault.rule]
    return mark.finding.reason if mark.finding else cause.fault.rule


def _slug(ref: Ref) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", ref)
