"""From what the file says to what is meant: every default is applied here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from streamatlas.graph import servers
from streamatlas.graph.edges import Said, edges, said
from streamatlas.graph.graph import (
    Graph,
    Job,
    Normal,
    Schema,
    Service,
    Store,
    Team,
    Topic,
    Window,
)
from streamatlas.graph.names import sql
from streamatlas.graph.queries import queries, steps
from streamatlas.graph.references import references
from streamatlas.graph.schemas import schemas
from streamatlas.load.topology import Loaded
from streamatlas.model import declared
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Problem
from streamatlas.model.units import Keep, Range

SILENT_AFTER = timedelta(minutes=5)
GRACE = timedelta(minutes=5)
REVIEW_EVERY = timedelta(days=180)
PARTITIONS = 12
RETENTION = timedelta(days=7)
IDLE_TIMEOUT = timedelta(minutes=1)
CHECKPOINT_INTERVAL = timedelta(seconds=30)
RESTART = (timedelta(seconds=1), timedelta(minutes=2))
TASKMANAGER_MEMORY = 2**30
SAVEPOINTS = 3
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
    topics = {n: _topic(known, n, t, written, owners) for n, t in topology.topics.items()}
    owners |= {topic.ref: topic.owner for topic in topics.values()}
    traffic = there.traffic
    return Graph(
        platform=topology.platform,
        doc=topology.doc,
        chat=topology.chat,
        environment=environment,
        digest=loaded.digest,
        scale=(traffic.scale if traffic else None) or 1.0,
        traffic=traffic is not None,
        teams={name: _team(known, name, team) for name, team in topology.teams.items()},
        services=services,
        topics=topics,
        jobs=jobs,
        stores=stores,
        edges=tuple(edges(written, owners)),
        sources=servers.sources(topology, there),
        glossary={word: term.doc for word, term in topology.glossary.items()},
        positions=loaded.positions,
        schemas=known.schemas,
        references=tuple(references(topology, loaded.positions)),
    )


def unknown(loaded: Loaded, environment: str) -> tuple[Problem, ...]:
    """A problem where there is no environment of that name; `sandbox` is always there."""
    known = {"sandbox", *(loaded.topology.environments if loaded.topology else ())}
    if environment in known or loaded.topology is None:
        return ()
    message = f"no environment '{environment}'; there is {', '.join(sorted(known))}"
    return (Problem(loaded.positions.key("environments"), NO_ENVIRONMENT, message),)


def _team(known: _Known, name: str, team: declared.Team) -> Team:
    return Team(
        id=name,
        chat=team.chat,
        on_call=team.on_call or team.chat,
        timezone=team.timezone or "UTC",
        doc=team.doc,
        at=known.positions.key("teams", name),
    )


def _service(known: _Known, name: str, service: declared.Service) -> Service:
    owner = known.owner("services", name, service.owner)
    zone = known.timezone(owner)
    return Service(
        kind="service",
        id=name,
        owner=owner,
        doc=service.doc,
        timezone=zone,
        at=known.positions.key("services", name),
        normal=_normal(service.normal, zone),
        principal=service.principal or name,
        group=service.group or name,
    )


def _topic(
    known: _Known,
    name: str,
    topic: declared.Topic,
    written: tuple[Said, ...],
    owners: Mapping[str, str],
) -> Topic:
    owner = known.owner("topics", name, topic.owner) or _writers_owner(name, written, owners)
    zone = known.timezone(owner)
    there = known.environment.topics.get(name, declared.TopicOverride())
    cluster = servers.cluster_ref("kafka", topic.cluster, known.environment.kafka)
    return Topic(
        kind="topic",
        id=name,
        owner=owner,
        doc=topic.doc,
        timezone=zone,
        at=known.positions.key("topics", name),
        normal=_normal(topic.normal, zone),
        source=cluster,
        schema=known.schemas.get(topic.schema_),
        partitions=there.partitions or topic.partitions or PARTITIONS,
        replication=there.replication or topic.replication or _replication(known, topic.cluster),
        retention=there.retention or topic.retention or RETENTION,
        compacted=bool(topic.compacted),
        wall_clock=topic.timezone,
        idle_timeout=topic.idle_timeout or IDLE_TIMEOUT,
        skips_bad=topic.bad_records == "skip",
    )


def _writers_owner(name: str, written: tuple[Said, ...], owners: Mapping[str, str]) -> str:
    """The one team that owns all who write a topic; none where they are several."""
    writers = {owners.get(edge.origin, "") for edge in written if edge.target == f"topic/{name}"}
    return writers.pop() if len(writers) == 1 else ""


def _replication(known: _Known, cluster: str) -> int:
    clusters = known.environment.kafka
    server = clusters.get(cluster or servers.MAIN) or clusters.get(servers.MAIN)
    return (server.replication if server else None) or 1


def _store(known: _Known, name: str, store: declared.Store) -> Store:
    owner = known.owner("stores", name, store.owner)
    zone = known.timezone(owner)
    return Store(
        kind="store",
        id=name,
        owner=owner,
        doc=store.doc,
        timezone=zone,
        at=known.positions.key("stores", name),
        normal=_normal(store.normal, zone),
        source=servers.cluster_ref("postgres", store.cluster, known.environment.postgres),
        engine=store.kind or "postgres",
        schema=known.schemas.get(store.schema_),
        table=store.table or sql(name),
    )


def _job(known: _Known, name: str, job: declared.Job) -> Job:
    owner = known.owner("jobs", name, job.owner)
    zone = known.timezone(owner)
    there = known.environment.jobs.get(name, declared.JobOverride())
    return Job(
        kind="job",
        id=name,
        owner=owner,
        doc=job.doc,
        timezone=zone,
        at=known.positions.key("jobs", name),
        normal=_normal(job.normal, zone),
        source=servers.cluster_ref("flink", job.cluster, known.environment.flink),
        principal=job.principal or name,
        group=job.group or name,
        parallelism=there.parallelism or job.parallelism or 1,
        taskmanager_memory=there.taskmanager_memory or job.taskmanager_memory or TASKMANAGER_MEMORY,
        checkpoint_interval=(
            there.checkpoint_interval or job.checkpoint_interval or CHECKPOINT_INTERVAL
        ),
        restart=job.restart or RESTART,
        guarantee=job.guarantee or "exactly-once",
        state_ttl=job.state_ttl,
        savepoints=(job.savepoints or Keep()).count or SAVEPOINTS,
        steps=steps(job),
        queries=queries(job),
    )


def _normal(normal: declared.Normal | None, zone: str) -> Normal | None:
    if normal is None:
        return None
    rate = normal.rate or Range()
    return Normal(
        rate=rate,
        timezone=zone,
        silent_after=normal.silent_after or (SILENT_AFTER if rate.low > 0 else None),
        latency=normal.latency,
        grace=normal.grace or GRACE,
        alerts_at=normal.alerts_at,
        windows=tuple(_window(window) for window in normal.windows),
        agreed=normal.agreed,
        review_every=normal.review_every or REVIEW_EVERY,
    )


def _window(window: declared.Window) -> Window:
    return Window(
        at=window.at,
        rate=window.rate or Range(),
        records=window.records,
        required=bool(window.required),
        why=window.why,
        since=window.from_,
        until=window.until,
    )
