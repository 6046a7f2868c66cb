"""A job lives, but not with all its tasks.

Reads: state and tasks of `/jobs/overview`.
True when: the state is not RUNNING, or a task neither runs nor has finished.
Opens after 2 polls, closes after 2. Gives WARNING; CRITICAL once it lasts longer than the job's
longest restart delay and 30 s.
False alarm: a large state takes long to restore.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.thresholds import ROWS
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status
from streamatlas.model.observed import RunningJob

ID = "job-not-running"
KINDS = ("job",)
FINE = frozenset({"running", "finished", "total"})


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the job runs with all its tasks."""
    if view.fresh(view.snapshot.jobs, ref) is None:
        return Finding(Status.UNKNOWN, "state not known")
    job = view.live(ref)
    if job is None:
        return None
    if not stopped(job):
        return Finding(Status.OK)
    mark = view.past.marks.get((ref, ID))
    lasts = view.now - (mark.since if mark and mark.since else view.now)
    limit = view.graph.jobs[ref.partition("/")[2]].restart[1] + ROWS[ID].settled
    status = Status.CRITICAL if lasts > limit else Status.WARNING
    evidence = (
        Evidence("state", job.state, "RUNNING", "", view.now),
        Evidence("not running for", lasts.total_seconds(), limit.total_seconds(), "s", view.now),
    )
    return Finding(status, f"{_state(job)} for {words.span(lasts)}", evidence)


def stopped(job: RunningJob) -> bool:
    """Whether a live job is not at work."""
    return job.state != "RUNNING" or any(
        count for state, count in job.tasks.items() if state not in FINE
    )


def _state(job: RunningJob) -> str:
    if job.state != "RUNNING":
        return job.state
    return f"{job.tasks.get('running', 0)} of {sum(_tasks(job))} tasks run"


def _tasks(job: RunningJob) -> list[int]:
    return [count for state, count in job.tasks.items() if state != "total"]
