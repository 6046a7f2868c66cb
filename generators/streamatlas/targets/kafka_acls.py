"""Kafka ACLs of one environment: the smallest set with which every principal works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from streamatlas.graph.access import acls
from streamatlas.targets.file import Facts, File
from streamatlas.targets.listing import listing
from streamatlas.targets.placed import folders

NAME = "kafka-acls"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/kafka/acls.yaml`, or one in the folder of each named cluster.

    Each declared ACL holds for every host.
    """
    for folder, source in folders(facts.graph, "kafka"):
        found = acls(facts.graph, source.ref)
        entries = [{k: v for k, v in asdict(acl).items() if k != "host"} for acl in found]
        yield File(f"{folder}/acls.yaml", listing(entries))
