"""Whether a job has ever run: its consumer group has committed offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from confluent_kafka import Consumer, TopicPartition

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job, Topic
from streamatlas.operate.kafka import TIMEOUT, Admin


def committed(graph: Graph, job: Job, environ: Mapping[str, str]) -> bool:
    """True where a group of the job has a committed offset in a topic; raises OperateError."""
    read: dict[tuple[str, str], list[Topic]] = {}
    for edge in graph.inputs(job.ref):
        if topic := graph.topics.get(edge.origin.removeprefix("topic/")):
            read.setdefault((topic.source, edge.group), []).append(topic)
    return any(
        _any_offset(Admin(secrets.filled(graph.sources[ref], environ), environ), group, topics)
        for (ref, group), topics in sorted(read.items())
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
