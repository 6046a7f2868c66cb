"""`apply`: make the cluster what is declared, without deleting anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from streamatlas.graph import access, secrets
from streamatlas.graph.graph import Graph, Source
from streamatlas.operate import acls, tables, topics, users
from streamatlas.operate.kafka import Admin
from streamatlas.operate.step import Say, Step
from streamatlas.sql.tables import ddl

T = TypeVar("T")


def apply(graph: Graph, environ: Mapping[str, str], say: Say) -> None:
    """Users, topics, ACLs and tables of one environment; jobs are `start`'s and `deploy`'s.

    Raises OperateError (UnreachableError where a server does not answer) in plain words.
    """
    for source in graph.sources.values():
        if source.kind == "kafka":
            _kafka(graph, source, environ, say)
        if source.kind == "postgres" and graph.stores:
            _postgres(graph, source, environ, say)


def _kafka(graph: Graph, source: Source, environ: Mapping[str, str], say: Say) -> None:
    declared = [topic for topic in graph.topics.values() if topic.source == source.ref]
    admin = Admin(secrets.filled(source, environ), environ)
    new = topics.plan(declared, topics.running(admin, (topic.id for topic in declared)))
    topics.apply(admin, _told(new, say))
    portal = secrets.fill(source.user, environ)
    collector = users.Login(portal, source.password.removeprefix("$"))
    passwords = users.plan(access.principals(graph), collector, admin.user)
    users.apply(admin, passwords, environ)
    say(f"set {len(passwords)} passwords of Kafka users")
    acls.apply(admin, _told(acls.plan(access.acls(graph), acls.running(admin)), say))


def _postgres(graph: Graph, source: Source, environ: Mapping[str, str], say: Say) -> None:
    declared = [store for store in graph.stores.values() if store.source == source.ref]
    with tables.connect(secrets.filled(source, environ)) as connection:
        steps = tables.plan(declared, tables.running(connection))
        tables.apply(connection, _told(steps, say), ddl(graph))


def _told(steps: tuple[Step[T], ...], say: Say) -> tuple[Step[T], ...]:
    for step in steps:
        say(str(step))
    return steps
