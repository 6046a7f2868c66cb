"""The servers of an environment. One that is not named is found in the process environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from streamatlas.graph.graph import Edge, Job, Ref, Source, Store, Topic
from streamatlas.graph.names import MAIN, setting
from streamatlas.model import declared

Placed: TypeAlias = Topic | Job | Store
S = TypeVar("S", bound=declared.Server)


def sources(environment: declared.Environment, owners: Mapping[Ref, str]) -> dict[Ref, Source]:
    """Flink, Kafka and PostgreSQL, and named clusters as `source/kafka.edge`.

    `owners` has who owns each that carries something; the empty reference whose the others are.
    A PostgreSQL that is neither declared nor needed is none.
    """
    needed = environment.postgres or any(ref.startswith("source/postgres") for ref in owners)
    databases = _clusters(environment.postgres, declared.Server()) if needed else ()
    found = (
        *(_flink(name, server) for name, server in _clusters(environment.flink, declared.Flink())),
        *(_kafka(name, server) for name, server in _clusters(environment.kafka, declared.Kafka())),
        *(_server("postgres", name, server) for name, server in databases),
    )
    return {s.ref: replace(s, owner=owners.get(s.ref) or owners[""]) for s in found}


def cluster_ref(kind: str, cluster: str, named: Mapping[str, declared.Server]) -> Ref:
    """The source that a node is on; `named` holds the clusters that the environment names.

    Where it names none, all is on the only one.
    """
    if not named or declared.ONLY in named:
        return f"source/{kind}"
    return f"source/{kind}.{cluster or MAIN}"


def owners(nodes: Iterable[Placed], edges: Iterable[Edge], teams: Iterable[str]) -> dict[Ref, str]:
    """The team that owns most nodes on each source, the first id where they are several.

    A job is on the Kafka of its topics too. The empty reference has the team that owns most jobs.
    """
    placed = {node.ref: node for node in nodes}
    counts: dict[Ref, Counter[str]] = {}
    for source, ref in sorted(set(_places(placed, edges))):
        counts.setdefault(source, Counter())[placed[ref].owner] += 1
    most = {source: _most(count) for source, count in counts.items()}
    running = _most(Counter(n.owner for n in placed.values() if isinstance(n, Job)))
    return {"": running or next(iter(teams), ""), **most}


def _places(placed: Mapping[Ref, Placed], edges: Iterable[Edge]) -> Iterator[tuple[Ref, Ref]]:
    """Sources, and what is on them."""
    yield from ((node.source, ref) for ref, node in placed.items())
    for edge in edges:
        for one, other in ((edge.origin, edge.target), (edge.target, edge.origin)):
            job, topic = placed.get(one), placed.get(other)
            if isinstance(job, Job) and isinstance(topic, Topic):
                yield topic.source, job.ref


def _most(count: Counter[str]) -> str:
    named = {team: number for team, number in count.items() if team}
    return min(named, key=lambda team: (-named[team], team), default="")


def _clusters(named: Mapping[str, S], only: S) -> Iterable[tuple[str, S]]:
    return (named or {declared.ONLY: only}).items()


def _server(kind: str, cluster: str, server: declared.Server) -> Source:
    """Without an address, whatever is not said of it is looked for in the process environment."""
    user, password = server.user, server.password or ""
    if not server.address and kind != "flink":
        user = user or f"${setting(kind, cluster, 'user')}"
        password = password or f"${setting(kind, cluster, 'password')}"
    address = server.address or f"${setting(kind, cluster, 'address')}"
    return Source(kind, "", address, user, password, cluster=cluster)


def _kafka(cluster: str, server: declared.Kafka) -> Source:
    found = _server("kafka", cluster, server)
    return replace(found, ca=server.ca, cert=server.cert, key=server.key)


def _flink(cluster: str, server: declared.Flink) -> Source:
    return replace(
        _server("flink", cluster, server),
        gateway=server.gateway or f"${setting('flink', cluster, 'gateway')}",
        state=server.state or f"${setting('flink', cluster, 'state')}",
        token=server.token or "",
        ca=server.ca,
    )
