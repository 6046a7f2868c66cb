"""A job restarts again and again.

Reads: the job's restarts without rescales, the times of its exceptions, and how often it was
restored; the most of the three counts. A state that flips is no signal: between two polls it
may have gone round many times.
True when: 3 restarts within 10 min, or within five of the longest restart delays if that is
longer. A new job of the same name counts from 0.
Opens at once; closes when there was none for 3 min, or for the longest restart delay if that is
longer, and a checkpoint was completed since. Gives CRITICAL, with the first innermost cause.
Misses: fewer restarts; see job-not-running.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from streamatlas.graph.graph import Job, Ref
from streamatlas.health import words
from streamatlas.health.past import Finding, Sample
from streamatlas.health.remember import restart_window
from streamatlas.health.thresholds import ROWS
from streamatlas.health.view import View, growth
from streamatlas.model.judged import Evidence, Status
from streamatlas.model.observed import JobException, RunningJob

ID = "restart-loop"
KINDS = ("job",)
SAME = timedelta(seconds=1)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the job is in a loop of restarts."""
    if view.fresh(view.snapshot.jobs, ref) is None:
        return Finding(Status.UNKNOWN, "restarts not known")
    job = view.live(ref)
    if job is None:
        return None
    count, window = restarts(view, ref), restart_window(view.graph, ref)
    limit = ROWS[ID].count
    evidence = Evidence("restarts", count, limit, f"in {words.span(window)}", view.now)
    looping = count >= limit or view.open(ref, ID)
    if not looping or _settled(view, view.graph.jobs[job.name], job):
        return Finding(Status.OK, evidence=(evidence,))
    causes = view.past.exceptions.get(ref, ())
    why = f": {causes[0].cause}" if causes else ""
    begun = causes[0].at if causes else None
    held = f"limit {limit}" if count >= limit else "not settled yet"
    reason = f"{words.many(count, 'restart')} in {words.span(window)}, {held}{why}"
    return Finding(Status.CRITICAL, reason, (evidence,), begun)


def restarts(view: View, ref: Ref) -> int:
    """Restarts within the window: the most that any of the three signals shows."""
    counted = max(
        growth(list(samples)) if samples else 0.0
        for samples in (_samples(view, ref, "restarts"), _samples(view, ref, "restored"))
    )
    return max(int(counted), _failures(view.past.exceptions.get(ref, ())))


def _failures(thrown: tuple[JobException, ...]) -> int:
    """What is thrown within a second is one failure, seen by several tasks."""
    return bool(thrown) + sum(b.at - a.at >= SAME for a, b in pairwise(thrown))


def _samples(view: View, ref: Ref, counter: str) -> tuple[Sample, ...]:
    return view.past.samples.get((ref, counter), ())


def _settled(view: View, job: Job, running: RunningJob) -> bool:
    """Whether the last restart is long ago and a checkpoint was completed since."""
    last = _last_restart(view, job.ref)
    done = running.checkpoints.latest_completed_at if running.checkpoints else None
    if last is None:
        return True
    wait = max(ROWS[ID].settled, job.restart[1])
    return view.clock(job.ref, running) - last > wait and done is not None and done > last


def _last_restart(view: View, ref: Ref) -> datetime | None:
    thrown = [e.at for e in view.past.exceptions.get(ref, ())]
    for counter in ("restarts", "restored"):
        samples = _samples(view, ref, counter)
        pairs = pairwise(samples)
        thrown += [after.at for before, after in pairs if after.value > before.value]
    return max(thrown, default=None)
