"""Kafka ACLs of one environment: the smallest set with which every principal works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from streamatlas.graph.access import acls
from streamatlas.targets.file import Facts, File
from streamatlas.targets.listing import listing

NAME = "kafka-acls"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/kafka/acls.yaml`; each declared ACL holds for every host."""
    graph = facts.graph
    entries = [
        {key: value for key, value in asdict(acl).items() if key != "host"} for acl in acls(graph)
    ]
    yield File(f"definitions/{graph.environment}/kafka/acls.yaml", listing(entries))
