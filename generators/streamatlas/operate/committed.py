"""Whether a job has ever run: its consumer group has committed offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from confluent_kafka import Consumer, TopicPartition

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job, Topic
from streamatlas.operate.kafka import TIMEOUT, Admin


def committed(graph: Graph, job: Job, environ: Mapping[str, str]) -> bool:
    """True where the job's group has a committed offset in any topic; raises OperateError."""
    inputs = {edge.origin for edge in graph.inputs(job.ref)}
    topics = [topic for topic in graph.topics.values() if topic.ref in inputs]
    return any(
        _any_offset(
            Admin(secrets.filled(graph.sources[ref], environ), environ),
            job.group,
            (topic for topic in topics if topic.source == ref),
        )
        for ref in sorted({topic.source for topic in topics})
    )


def _any_offset(admin: Admin, group: str, topics: Iterable[Topic]) -> bool:
    """Asked as a member that never joins.

    The admin call for it ends the process when the group's coordinator has moved, as after
    each start of a broker (librdkafka issue 5040).
    """
    parts = [TopicPartition(topic.id, n) for topic in topics for n in range(topic.partitions)]
    member = Consumer({**admin.settings, "group.id": group})
    try:
        what = f"read the offsets of group {group}"
        found = admin.ask(what, lambda: member.committed(parts, timeout=TIMEOUT))
    finally:
        member.close()
    return any(partition.offset >= 0 for partition in found)
