"""From what the file says to what is meant: every default is applied here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from streamatlas.graph import platform, servers
from streamatlas.graph.edges import Said, edges, full, said
from streamatlas.graph.graph import (
    Deprecated,
    Graph,
    Job,
    Limits,
    Normal,
    Ref,
    Schema,
    Service,
    Store,
    Topic,
)
from streamatlas.graph.names import MAIN, sql
from streamatlas.graph.normals import normal
from streamatlas.graph.queries import queries, steps
from streamatlas.graph.references import references
from streamatlas.graph.schemas import schemas
from streamatlas.load.topology import Loaded
from streamatlas.model import declared
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position, Problem
from streamatlas.model.units import Keep

PARTITIONS = 12
RETENTION = timedelta(days=7)
IDLE_TIMEOUT = timedelta(minutes=1)
CHECKPOINT_INTERVAL = timedelta(seconds=30)
CHECKPOINT_TIMEOUT = timedelta(minutes=5)
RESTART = (timedelta(seconds=1), timedelta(minutes=2))
TASKMANAGER_MEMORY = 2**30
SAVEPOINTS = Keep(count=3)
WORST_OUTAGE = timedelta(days=3)
NO_ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class _Known:
    """What every node is resolved against; `owners` are those of files."""

    topology: declared.Topology
    environment: declared.Environment
    positions: Positions
    owners: Mapping[str, str]
    schemas: Mapping[str, Schema]

    def owner(self, section: str, name: str, own: str) -> str:
        """The owner that a node names, else that of the file it stands in."""
        return own or self.owners.get(self.positions.key(section, name).file, "")

    def override(self, kind: str, name: str) -> declared.NodeOverride:
        """What the environment changes of a node."""
        there: Mapping[str, declared.NodeOverride] = getattr(self.environment, f"{kind}s")
        return there.get(name, declared.NodeOverride())

    def timezone(self, team: str) -> str:
        """The team's time zone."""
        found = self.topology.teams.get(team)
        return (found.timezone if found else None) or "UTC"


def resolve(loaded: Loaded, environment: str) -> Graph:
    """The graph of what was loaded, in one environment; raises ValueError if nothing was."""
    topology = loaded.topology
    if topology is None:
        raise ValueError("this topology did not load")
    there = topology.environments.get(environment, declared.Environment())
    known = _Known(topology, there, loaded.positions, loaded.owners, schemas(topology))
    written = said(topology, loaded.positions)
    services = {name: _service(known, name, s) for name, s in topology.services.items()}
    jobs = {name: _job(known, name, job) for name, job in topology.jobs.items()}
    stores = {name: _store(known, name, store) for name, store in topology.stores.items()}
    owners = {n.ref: n.owner for nodes in (services, jobs, stores) for n in nodes.values()}
    active = {n.ref: n for nodes in (services, jobs) for n in nodes.values()}
    writers = _writers(written, owners)
    topics = {n: _topic(known, n, t, writers) for n, t in topology.topics.items()}
    owners |= {topic.ref: topic.owner for topic in topics.values()}
    flows = tuple(edges(written, owners, active))
    placed: tuple[servers.Placed, ...] = (*topics.values(), *jobs.values(), *stores.values())
    return Graph(
        platform=topology.platform,
        doc=topology.doc,
        chat=topology.chat,
        edit=topology.edit,
        environment=environment,
        digest=loaded.digest,
        services=services,
        topics=topics,
        jobs=jobs,
        stores=stores,
        edges=flows,
        sources=servers.sources(there, servers.owners(placed, flows, topology.teams)),
        schemas=known.schemas,
        references=tuple(references(topology, loaded.positions)),
        positions=loaded.positions,
        **platform.people(topology, loaded.positions),
        **platform.operation(there),
    )


def unknown(loaded: Loaded, environment: str) -> tuple[Problem, ...]:
    """A problem where there is no environment of that name; `sandbox` is always there."""
    known = {"sandbox", *(loaded.topology.environments if loaded.topology else ())}
    if environment in known or loaded.topology is None:
        return ()
    message = f"no environment '{environment}'; there is {', '.join(sorted(known))}"
    return (Problem(loaded.positions.key("environments"), NO_ENVIRONMENT, message),)


class _Common(TypedDict):
    """What every node has, by the names of its fields."""

    kind: str
    id: str
    owner: str
    doc: str
    timezone: str
    at: Position
    normal: Normal | None
    limits: Limits
    deprecated: Deprecated | None
    was: tuple[str, ...]
    also: tuple[str, ...]
    links: Mapping[str, str]


def _common(known: _Known, kind: str, name: str, node: declared.Node, owner: str) -> _Common:
    zone = known.timezone(owner)
    return _Common(
        kind=kind,
        id=name,
        owner=owner,
        doc=node.doc,
        timezone=zone,
        at=known.positions.key(f"{kind}s", name),
        normal=normal(node.normal, zone),
        limits=_limits(node.limits, known.override(kind, name).limits),
        deprecated=_deprecated(kind, node.deprecated),
        was=node.was,
        also=node.also,
        links=dict(node.links),
    )


def _limits(own: declared.Limits | None, there: declared.Limits | None) -> Limits:
    """An environment's limits replace those of the node, one by one."""
    own, there = own or declared.Limits(), there or declared.Limits()
    return Limits(there.rate or own.rate, there.size or own.size)


def _deprecated(kind: str, said: declared.Deprecated | None) -> Deprecated | None:
    if said is None:
        return None
    return Deprecated(said.until, full(said.use, kind) if said.use else "", said.why)


def _service(known: _Known, name: str, service: declared.Service) -> Service:
    owner = known.owner("services", name, service.owner)
    return Service(
        **_common(known, "service", name, service, owner),
        principal=service.principal or name,
        group=service.group or name,
    )


def _topic(
    known: _Known, name: str, topic: declared.Topic, writers: Mapping[Ref, set[str]]
) -> Topic:
    # Else the one team that owns all who write it; none where they are several.
    several = writers.get(f"topic/{name}", set())
    sole = next(iter(several)) if len(several) == 1 else ""
    owner = known.owner("topics", name, topic.owner) or sole
    there = known.environment.topics.get(name, declared.TopicOverride())
    return Topic(
        **_common(known, "topic", name, topic, owner),
        source=servers.cluster_ref("kafka", topic.cluster, known.environment.kafka),
        schema=known.schemas.get(topic.schema_),
        partitions=there.partitions or topic.partitions or PARTITIONS,
        replication=there.replication or topic.replication or _replication(known, topic.cluster),
        retention=there.retention or topic.retention or RETENTION,
        compacted=bool(topic.compacted),
        format=topic.format or "json",
        wall_clock=topic.timezone,
        idle_timeout=topic.idle_timeout or IDLE_TIMEOUT,
        skips_bad=topic.bad_records == "skip",
    )


def _writers(written: tuple[Said, ...], owners: Mapping[Ref, str]) -> dict[Ref, set[str]]:
    """Who owns those that write each node."""
    found: dict[Ref, set[str]] = {}
    for edge in written:
        found.setdefault(edge.target, set()).add(owners.get(edge.origin, ""))
    return found


def _replication(known: _Known, cluster: str) -> int:
    clusters = known.environment.kafka
    server = clusters.get(declared.ONLY) or clusters.get(cluster or MAIN)
    return (server.replication if server else None) or 1


def _store(known: _Known, name: str, store: declared.Store) -> Store:
    owner = known.owner("stores", name, store.owner)
    return Store(
        **_common(known, "store", name, store, owner),
        source=servers.cluster_ref("postgres", store.cluster, known.environment.postgres),
        engine=store.kind or "postgres",
        schema=known.schemas.get(store.schema_),
        table=store.table or sql(name),
    )


def _job(known: _Known, name: str, job: declared.Job) -> Job:
    owner = known.owner("jobs", name, job.owner)
    there = known.environment.jobs.get(name, declared.JobOverride())
    return Job(
        **_common(known, "job", name, job, owner),
        source=servers.cluster_ref("flink", job.cluster, known.environment.flink),
        principal=job.principal or name,
        group=job.group or name,
        parallelism=there.parallelism or job.parallelism or 1,
        taskmanager_memory=there.taskmanager_memory or job.taskmanager_memory or TASKMANAGER_MEMORY,
        checkpoint_interval=(
            there.checkpoint_interval or job.checkpoint_interval or CHECKPOINT_INTERVAL
        ),
        checkpoint_timeout=CHECKPOINT_TIMEOUT,
        restart=job.restart or RESTART,
        guarantee=job.guarantee or "exactly-once",
        state_ttl=job.state_ttl,
        savepoints=job.savepoints or SAVEPOINTS,
        worst_outage=job.worst_outage or WORST_OUTAGE,
        steps=steps(job),
        queries=queries(job),
    )
