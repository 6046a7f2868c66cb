"""Kafka topics of one environment, with configuration as Kafka names it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from streamatlas.graph.graph import Topic
from streamatlas.targets.file import Facts, File
from streamatlas.targets.listing import listing
from streamatlas.targets.placed import folders

NAME = "kafka-topics"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/kafka/topics.yaml`, or one in the folder of each named cluster."""
    for folder, source in folders(facts.graph, "kafka"):
        topics = [declared(t) for t in facts.graph.topics.values() if t.source == source.ref]
        yield File(f"{folder}/topics.yaml", listing(topics))


def declared(topic: Topic) -> dict[str, object]:
    """A topic as it is listed; what says nothing is left out."""
    facts = {
        "name": topic.id,
        "owner": topic.owner,
        "doc": topic.doc,
        "partitions": topic.partitions,
        "replication": topic.replication,
        "config": config(topic),
    }
    return {key: value for key, value in facts.items() if value != ""}


def config(topic: Topic) -> dict[str, str]:
    """The topic's configuration, as a broker takes it and reads it back."""
    kept = str(topic.retention // timedelta(milliseconds=1))
    if topic.compacted:
        # Deletions stay as long as records of other topics do: so long may a reader be down.
        settings = {"cleanup.policy": "compact", "delete.retention.ms": kept}
    else:
        settings = {"cleanup.policy": "delete", "retention.ms": kept}
    if topic.replication > 1:
        settings["min.insync.replicas"] = str(topic.replication - 1)
    return settings
