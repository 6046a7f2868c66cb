"""Every number that a verdict depends on, a row a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from streamatlas.model.observed import POLL

STALE = 2.5 * POLL
"""A reading older than this is not judged any more."""

STALE_MISSING = 1.5 * POLL
"""Nor is one that is missing now and was missing a poll ago: the last good one is this old."""

UNJUDGED = timedelta(minutes=10)
"""A node with a rule that could not be judged for so long is UNKNOWN."""

RECOVERY = timedelta(minutes=5)
"""How long what still fails after its cause is over is put down to that cause."""

AFTERMATH = timedelta(minutes=2)
"""A cause that is over and has no followers is forgotten after this."""

RATE_WINDOW = timedelta(seconds=60)
"""Over how long a rate is taken, and at least a third of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule opens after `opens` true polls and closes after `closes` false ones, in a row.

    `count` is the rule's own limit, if it counts; `within` and `settled` are times of the rule.
    """

    opens: int = 1
    closes: int = 1
    count: int = 0
    within: timedelta = timedelta()
    settled: timedelta = timedelta()


ROWS = {
    "source-unreachable": Row(opens=2, closes=1),
    "jobs-lost": Row(opens=1, closes=1),
    "slots-short": Row(opens=2, closes=2),
    "topic-missing": Row(opens=2, closes=2),
    "topic-drift": Row(opens=1, closes=1),
    "job-missing": Row(opens=2, closes=1),
    "restart-loop": Row(
        count=3, within=timedelta(minutes=10), settled=timedelta(minutes=3)
    ),  # within: at least five of the longest restart delays; settled: at least one
    "job-not-running": Row(
        opens=2, closes=2, settled=timedelta(seconds=30)
    ),  # CRITICAL after the longest restart delay and this
    "checkpoint-stale": Row(within=timedelta(seconds=30)),  # WARNING: two intervals and this
    "script-drift": Row(opens=1, closes=1),
    "silent": Row(opens=1, closes=2),
}
