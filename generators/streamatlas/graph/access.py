"""What each principal may do in Kafka: the smallest set with which it works.

Kafka denies by default, and Read and Write imply Describe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streamatlas.graph.graph import Graph, Job, Service

COLLECTOR = "streamatlas"
"""Whom the portal looks as."""

ADMIN = "admin"
"""The user in the sandbox who may do everything: no job or service can be it."""

PLAIN = "SASL_PLAINTEXT"
_LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")


def transport(address: str, environment: str = "") -> str:
    """The security protocol of a Kafka address: without TLS on the loopback only.

    An address that is still a `$NAME` is on the loopback in the sandbox, and nowhere else.
    """
    unfilled = environment == "sandbox" and address.startswith("$")
    return PLAIN if unfilled or address.startswith(_LOOPBACK) else "SASL_SSL"


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """One permission. `resource` is topic, group, cluster or transactional-id.

    `pattern` is literal or prefixed; the literal name `*` means every resource, and the host
    `*` every address. Declared ones hold for every host.
    """

    principal: str
    resource: str
    name: str
    pattern: str
    operation: str
    host: str = "*"


def principals(graph: Graph) -> tuple[str, ...]:
    """Everyone who needs a user: the collector, jobs, and services that touch a topic."""
    return tuple(sorted({acl.principal for acl in acls(graph)}))


def acls(graph: Graph) -> tuple[Acl, ...]:
    """All permissions, each once, sorted."""
    found = set(_collector())
    for service in graph.services.values():
        found.update(_touched(graph, service))
    for job in graph.jobs.values():
        found.update(_touched(graph, job))
        if _writes_topic(graph, job):
            found.add(Acl(job.principal, "transactional-id", f"{job.id}/", "prefixed", "Write"))
    return tuple(sorted(found))


def _collector() -> Iterator[Acl]:
    yield Acl(COLLECTOR, "cluster", "kafka-cluster", "literal", "Describe")
    yield Acl(COLLECTOR, "group", "*", "literal", "Describe")
    yield Acl(COLLECTOR, "topic", "*", "literal", "Describe")
    yield Acl(COLLECTOR, "topic", "*", "literal", "DescribeConfigs")


def _touched(graph: Graph, node: Service | Job) -> Iterator[Acl]:
    for edge in graph.inputs(node.ref):
        if topic := _topic(edge.origin):
            yield Acl(node.principal, "topic", topic, "literal", "Read")
            yield Acl(node.principal, "group", node.group, "literal", "Read")
    for edge in graph.outputs(node.ref):
        if topic := _topic(edge.target):
            yield Acl(node.principal, "topic", topic, "literal", "Write")


def _topic(ref: str) -> str:
    return ref.removeprefix("topic/") if ref.startswith("topic/") else ""


def _writes_topic(graph: Graph, job: Job) -> bool:
    return any(_topic(edge.target) for edge in graph.outputs(job.ref))
