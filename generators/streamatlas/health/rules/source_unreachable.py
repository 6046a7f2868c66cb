"""No valid answer from Flink, Kafka or PostgreSQL.

Reads: Flink's `/overview`, Kafka's full metadata, the statistics of PostgreSQL's tables.
True when: none of it came within the poll's deadline, or it was not understood.
Opens after 2 polls, closes after 1. Gives CRITICAL.
False alarm: all sources at once; then it is the portal that is cut off.
"""

from __future__ import annotations

from datetime import datetime

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.view import NOT_ASKED, View
from streamatlas.model.judged import Evidence, Status
from streamatlas.model.observed import DEADLINE

ID = "source-unreachable"
KINDS = ("source",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the source answered at this poll."""
    reading = view.snapshot.sources.get(ref, NOT_ASKED)
    if reading.missing is None:
        return Finding(Status.OK)
    begun = reading.at or _first_asked(view, ref)
    silent = view.now - begun
    limit = DEADLINE.total_seconds()
    reason = f"no answer for {words.span(silent)}: {reading.missing}"
    age = Evidence("last answer age", silent.total_seconds(), limit, "s", reading.at)
    return Finding(Status.CRITICAL, reason, (age,), begun)


def _first_asked(view: View, ref: Ref) -> datetime:
    mark = view.past.marks.get((ref, ID))
    return mark.since if mark and mark.since else view.now
