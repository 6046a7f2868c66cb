"""A declared job does not run.

Reads: `/jobs/overview`, by name.
True when: no job of that name lives. One without a script is not judged in the sandbox while
Flink knows none: nobody starts it there.
Opens after 2 polls, closes after 1. Gives CRITICAL.
False alarm: a deploy takes the job away for a moment; shorter than two polls it is not seen.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status
from streamatlas.model.observed import RunningJob

ID = "job-missing"
KINDS = ("job",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether Flink runs a job of this name."""
    jobs = view.fresh(view.snapshot.jobs, ref)
    if jobs is None:
        return Finding(Status.UNKNOWN, "state not known")
    if view.elsewhere(ref):
        return None
    if view.live(ref):
        return Finding(Status.OK)
    last = jobs[0] if jobs else None
    state = Evidence("state", last.state if last else "none", "RUNNING", "", view.now)
    return Finding(
        Status.CRITICAL, f"not running; {_ending(last)}", (state,), last.ended_at if last else None
    )


def _ending(last: RunningJob | None) -> str:
    if last is None:
        return "Flink knows no job of this name"
    at = f" {words.clock(last.ended_at)}" if last.ended_at else ""
    why = f": {last.exceptions[0].cause}" if last.state == "FAILED" and last.exceptions else ""
    return f"{last.state.lower()}{at}{why}"
