"""Whether a job has ever run: its consumer group has committed offsets.

Asked as a consumer of that group which joins nothing. An AdminClient's
`list_consumer_group_offsets` ends the whole process (librdkafka, SIGSEGV) when the group's
coordinator has just moved or is loading, as it is after every start of Kafka.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from confluent_kafka import Consumer, TopicPartition

from streamatlas.graph import secrets
from streamatlas.graph.graph import Graph, Job, Topic
from streamatlas.operate.kafka import TIMEOUT, Admin, login


def committed(graph: Graph, job: Job, environ: Mapping[str, str]) -> bool:
    """True where the job's group has a committed offset in any topic; raises OperateError."""
    origins = {edge.origin for edge in graph.inputs(job.ref)}
    inputs = [topic for topic in graph.topics.values() if topic.ref in origins]
    return any(
        _any_offset(graph, ref, job.group, [t for t in inputs if t.source == ref], environ)
        for ref in sorted({topic.source for topic in inputs})
    )


def _any_offset(
    graph: Graph, ref: str, group: str, topics: Iterable[Topic], environ: Mapping[str, str]
) -> bool:
    admin = Admin(secrets.filled(graph.sources[ref], environ), environ)
    user, password = environ["KAFKA_ADMIN_USER"], environ["KAFKA_ADMIN_PASSWORD"]
    consumer = Consumer({**login(admin.address, user, password), "group.id": group})
    asked = [TopicPartition(topic.id, n) for topic in topics for n in range(topic.partitions)]
    try:
        answer: list[TopicPartition] = admin.ask(
            f"read the offsets of group {group}", lambda: consumer.committed(asked, TIMEOUT)
        )
    finally:
        consumer.close()
    return any(partition.offset >= 0 for partition in answer)
