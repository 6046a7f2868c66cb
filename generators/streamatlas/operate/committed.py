"""Whether a job has ever run: its consumer group has committed offsets."""

from __future__ import annotations

from collections.abc import Mapping

from confluent_kafka import ConsumerGroupTopicPartitions

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job
from streamatlas.operate.kafka import TIMEOUT, Admin


def committed(graph: Graph, job: Job, environ: Mapping[str, str]) -> bool:
    """True where the job's group has a committed offset in any topic; raises OperateError."""
    inputs = {edge.origin for edge in graph.inputs(job.ref)}
    refs = {topic.source for topic in graph.topics.values() if topic.ref in inputs}
    return any(
        _any_offset(Admin(secrets.filled(graph.sources[ref], environ), environ), job.group)
        for ref in sorted(refs)
    )


def _any_offset(admin: Admin, group: str) -> bool:
    def read() -> ConsumerGroupTopicPartitions:
        asked = admin.client.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
        answer: ConsumerGroupTopicPartitions = asked[group].result(TIMEOUT)
        return answer

    answer = admin.ask(f"read the offsets of group {group}", read)
    return any(partition.offset >= 0 for partition in answer.topic_partitions)
