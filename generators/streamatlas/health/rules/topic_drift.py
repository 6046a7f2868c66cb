"""A topic is not as declared.

Reads: the metadata of the topic: its number of partitions.
True when: it differs from the declared one.
Opens at once, closes at once. Gives WARNING.
Misses: facts that are not read; keys that are not declared are ignored.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health import words
from streamatlas.health.past import Finding
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status

ID = "topic-drift"
KINDS = ("topic",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the topic has the declared partitions."""
    state = view.topic(ref)
    if state is None:
        return Finding(Status.UNKNOWN, "partitions not known")
    declared = view.graph.topics[ref.partition("/")[2]].partitions
    at = view.snapshot.topics[ref].at
    evidence = (Evidence("partitions", state.partitions, declared, "", at),)
    if state.partitions == declared:
        return Finding(Status.OK, evidence=evidence)
    reason = f"{words.many(state.partitions, 'partition')}, declared {declared}"
    return Finding(Status.WARNING, reason, evidence)
