"""Flink answers again, but does not know the jobs that it ran before.

Reads: the ids of `/jobs/overview`, against those of the last polls.
True when: no id of before is known and a declared job does not live: a JobManager that was
started anew without high availability has forgotten them.
Opens at once, closes when every declared job lives. Gives CRITICAL.
Misses: a Flink that keeps its ids, as with high availability.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status

ID = "jobs-lost"
KINDS = ("source",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether this Flink has lost its jobs."""
    jobs = [job.ref for job in view.graph.jobs.values() if job.source == ref]
    if not jobs:
        return None
    if any(view.fresh(view.snapshot.jobs, job) is None for job in jobs):
        return Finding(Status.UNKNOWN, "jobs not known")
    absent = [job for job in jobs if view.live(job) is None and not view.elsewhere(job)]
    before = {job: view.past.samples[job, "restored"][-1].of for job in jobs if _seen(view, job)}
    known = any(_lists(view, job, jid) for job, jid in before.items())
    lost = bool(before) and not known
    if not absent or not (lost or view.open(ref, ID)):
        return Finding(Status.OK)
    count = Evidence("jobs lost", len(absent), 0, "", view.now)
    reason = f"JobManager lost {words.many(len(absent), 'job')}"
    return Finding(Status.CRITICAL, reason, (count,))


def _seen(view: View, job: Ref) -> bool:
    """Whether it ran when Flink answered last; Flink forgets by itself what ended long ago."""
    return bool(view.past.samples.get((job, "restored"))) and not view.open(job, "job-missing")


def _lists(view: View, ref: Ref, jid: str) -> bool:
    """Whether Flink still knows a job's id, be it alive or ended."""
    return any(job.jid == jid for job in view.fresh(view.snapshot.jobs, ref) or ())
