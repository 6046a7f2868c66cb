"""No record for longer than is normal.

Reads: end offsets. A service is seen in the topics that only it writes; a topic in itself.
True when: none of them moved for `silent-after`. The clock starts at the newest record's time
when the portal starts, and leaves out the time in which Kafka did not answer, and windows whose
low end is 0.
Opens at once, closes after 2 polls. Gives CRITICAL.
Misses: one silent partition of many.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.graph.windows import excused
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status

ID = "silent"
KINDS = ("service", "topic")


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the node has been silent for too long."""
    normal = view.graph.node(ref).normal
    topics = view.own_topics(ref) if ref.startswith("service/") else (ref,)
    if normal is None or normal.silent_after is None or not topics:
        return None
    if any(view.topic(topic) is None or topic not in view.past.quiet for topic in topics):
        return Finding(Status.UNKNOWN, "end offsets not known")
    since = max(view.past.quiet[topic] for topic in topics)
    silence = view.now - since - excused(normal, since, view.now)
    limit = normal.silent_after
    seconds = limit.total_seconds()
    evidence = (Evidence("last record age", silence.total_seconds(), seconds, "s", view.now),)
    if silence <= limit:
        return Finding(Status.OK, evidence=evidence)
    reason = f"no record for {words.span(silence)}; silent-after is {words.span(limit)}"
    return Finding(Status.CRITICAL, reason, evidence, since)
