"""The servers of an environment. One that is not named is found in the process environment."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from streamatlas.graph.graph import Ref, Source
from streamatlas.model import declared

MAIN = "main"


def sources(topology: declared.Topology, environment: declared.Environment) -> dict[Ref, Source]:
    """Flink, Kafka and PostgreSQL, and named clusters as `source/kafka.edge`."""
    owner = _owner(topology)
    flink = [_flink(n, s, owner) for n, s in environment.flink.items()]
    kafka = [_kafka(n, s, owner) for n, s in environment.kafka.items()]
    postgres = [_server("postgres", n, s, owner) for n, s in environment.postgres.items()]
    found = (
        *(flink or [_found("flink", owner)]),
        *(kafka or [_found("kafka", owner)]),
        *(postgres or [_found("postgres", owner)]),
    )
    return {source.ref: source for source in found}


def cluster_ref(kind: str, cluster: str, named: object) -> Ref:
    """The source that a node is on; `named` holds the clusters that the environment names."""
    alone = cluster in ("", MAIN) or not isinstance(named, dict) or set(named) <= {MAIN}
    return f"source/{kind}" if alone else f"source/{kind}.{cluster}"


def _owner(topology: declared.Topology) -> str:
    """The team that owns most jobs runs the platform; the first team where there is no job."""
    owners = Counter(job.owner for job in topology.jobs.values() if job.owner)
    return next((team for team, _ in owners.most_common(1)), next(iter(topology.teams), ""))


def _found(kind: str, owner: str) -> Source:
    upper = kind.upper()
    if kind == "flink":
        gateway, state = "$FLINK_GATEWAY", "$FLINK_STATE"
        return Source(kind, owner, "$FLINK_ADDRESS", gateway=gateway, state=state)
    return Source(kind, owner, f"${upper}_ADDRESS", f"${upper}_USER", f"${upper}_PASSWORD")


def _named(cluster: str) -> str:
    return "" if cluster == MAIN else cluster


def _server(kind: str, cluster: str, server: declared.Server, owner: str) -> Source:
    return Source(
        kind,
        owner,
        server.address or f"${kind.upper()}_ADDRESS",
        server.user,
        server.password or "",
        cluster=_named(cluster),
    )


def _kafka(cluster: str, server: declared.Kafka, owner: str) -> Source:
    found = _server("kafka", cluster, server, owner)
    return replace(found, ca=server.ca, cert=server.cert, key=server.key)


def _flink(cluster: str, server: declared.Flink, owner: str) -> Source:
    return Source(
        "flink",
        owner,
        server.address or "$FLINK_ADDRESS",
        server.user,
        server.password or "",
        server.gateway or "$FLINK_GATEWAY",
        server.state or "$FLINK_STATE",
        _named(cluster),
        server.token or "",
        server.ca,
    )
