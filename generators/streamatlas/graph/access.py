"""What each principal may do in Kafka: the smallest set with which it works.

Kafka denies by default, and Read and Write imply Describe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from streamatlas.graph.graph import Edge, Graph, Job, Ref, Service

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


def principals(graph: Graph, kafka: Ref = "") -> tuple[str, ...]:
    """Everyone who needs a user: the collector, jobs, and services that touch a topic."""
    return tuple(sorted({acl.principal for acl in acls(graph, kafka)}))


def acls(graph: Graph, kafka: Ref = "") -> tuple[Acl, ...]:
    """All permissions on one cluster, or on all of them together; each once, sorted."""
    on_it = {topic.ref for topic in graph.topics.values() if kafka in ("", topic.source)}
    found = set(_collector())
    nodes: tuple[Service | Job, ...] = (*graph.services.values(), *graph.jobs.values())
    for node in nodes:
        found.update(_touched(graph, node, on_it))
    return tuple(sorted(found))


def _collector() -> Iterator[Acl]:
    yield Acl(COLLECTOR, "cluster", "kafka-cluster", "literal", "Describe")
    yield Acl(COLLECTOR, "group", "*", "literal", "Describe")
    yield Acl(COLLECTOR, "topic", "*", "literal", "Describe")
    yield Acl(COLLECTOR, "topic", "*", "literal", "DescribeConfigs")


def _touched(graph: Graph, node: Service | Job, topics: Collection[Ref]) -> Iterator[Acl]:
    for edge in graph.inputs(node.ref):
        if edge.origin in topics:
            yield Acl(edge.principal, "topic", _name(edge.origin), "literal", "Read")
            yield Acl(edge.principal, "group", edge.group, "literal", "Read")
    for edge in graph.outputs(node.ref):
        if edge.target in topics:
            yield Acl(edge.principal, "topic", _name(edge.target), "literal", "Write")
            yield from _transactions(node, edge)


def _transactions(node: Service | Job, edge: Edge) -> Iterator[Acl]:
    """Their names begin with the job's id; what is written at least once has none."""
    if isinstance(node, Job) and edge.guarantee == "exactly-once":
        yield Acl(edge.principal, "transactional-id", f"{node.id}/", "prefixed", "Write")


def _name(topic: Ref) -> str:
    return topic.removeprefix("topic/")
