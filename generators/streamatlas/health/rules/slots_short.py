"""Flink has no free slot, and a declared job waits.

Reads: slots of `/overview`; state and tasks of the declared jobs.
True when: no slot is free and a job that Flink knows does not run with all its tasks. A job
that Flink does not know is job-missing: it waits for nobody.
Opens after 2 polls, closes after 2. Gives CRITICAL.
False alarm: while the cluster starts.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.rules.job_not_running import stopped
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status

ID = "slots-short"
KINDS = ("source",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether jobs wait for slots on this Flink."""
    if view.graph.sources[ref].kind != "flink":
        return None
    cluster = view.cluster(ref)
    if cluster is None:
        return Finding(Status.UNKNOWN, "slots not known")
    jobs = [view.live(job.ref) for job in view.graph.jobs.values() if job.source == ref]
    waiting = sum(job is not None and stopped(job) for job in jobs)
    at = view.snapshot.clusters[ref].at
    evidence = (
        Evidence("slots available", cluster.slots_available, 1, "", at),
        Evidence("slots total", cluster.slots_total, None, "", at),
        Evidence("TaskManagers", cluster.taskmanagers, None, "", at),
        Evidence("jobs waiting", waiting, 0, "", at),
    )
    if cluster.slots_available > 0 or not waiting:
        return Finding(Status.OK, evidence=evidence)
    wait = words.many(waiting, "job waits", "jobs wait")
    reason = f"0 of {cluster.slots_total} slots free, {wait}"
    return Finding(Status.CRITICAL, f"{reason}; {_taskmanagers(cluster.taskmanagers)}", evidence)


def _taskmanagers(count: int) -> str:
    return words.many(count, "TaskManager") if count else "no TaskManager"
