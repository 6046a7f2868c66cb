"""A declared topic does not exist.

Reads: the full list of topics (asking for one by name may create it).
True when: Kafka answered and the topic is not in the list.
Opens after 2 polls, closes after 2. Gives CRITICAL.
False alarm: the portal's user may not describe it.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health.past import Finding
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status
from streamatlas.model.observed import ABSENT

ID = "topic-missing"
KINDS = ("topic",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the topic is there."""
    reading = view.snapshot.topics.get(ref)
    if reading is not None and reading.missing == ABSENT:
        return Finding(Status.CRITICAL, ABSENT, (Evidence("exists", False, None, "", view.now),))
    if view.topic(ref) is None:
        return Finding(Status.UNKNOWN, "not known")
    return Finding(Status.OK)
