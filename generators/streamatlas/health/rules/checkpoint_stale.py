"""A job has not completed a checkpoint for too long; its exactly-once output waits for one.

Reads: `/jobs/:id/checkpoints`, on Flink's own clock.
True when: the last completed checkpoint (or, without one, the moment the job began to run) is
older than two intervals and 30 s, or the last checkpoint's duration if that is longer.
Opens at once, closes at once. Gives WARNING; CRITICAL after three intervals and the timeout.
False alarm: a slow first checkpoint.
"""

from __future__ import annotations

from datetime import timedelta

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.thresholds import ROWS
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status

ID = "checkpoint-stale"
KINDS = ("job",)


def judge(view: View, ref: Ref) -> Finding | None:
    """How long ago the last checkpoint was completed, against its interval."""
    running = view.live(ref)
    if view.fresh(view.snapshot.jobs, ref) is None:
        return Finding(Status.UNKNOWN, "checkpoints not known")
    if running is None or running.checkpoints is None:
        return None
    job = view.graph.jobs[ref.partition("/")[2]]
    done = running.checkpoints
    begun = done.latest_completed_at or running.running_since or running.started_at
    age = view.clock(ref, running) - begun
    interval = job.checkpoint_interval
    slack = max(ROWS[ID].within, done.latest_duration or timedelta())
    limits = (2 * interval + slack, 3 * interval + job.checkpoint_timeout)
    seconds = limits[0].total_seconds()
    evidence = (Evidence("last checkpoint age", age.total_seconds(), seconds, "s", view.now),)
    if age <= limits[0]:
        return Finding(Status.OK, evidence=evidence)
    status = Status.CRITICAL if age > limits[1] else Status.WARNING
    what = "last checkpoint" if done.latest_completed_at else "no checkpoint yet; runs since"
    reason = f"{what} {words.span(age)} ago; every {words.span(interval)}"
    return Finding(status, reason, evidence, begun)
