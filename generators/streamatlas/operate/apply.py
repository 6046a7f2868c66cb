"""`apply`: make each server what is declared, without deleting anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from streamatlas.graph import access, names, secrets
from streamatlas.graph.graph import Graph, Source, Store
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
            _kafka(graph, source, environ, _named(source, say))
        stores = [store for store in graph.stores.values() if store.source == source.ref]
        if stores:
            _postgres(stores, source, environ, _named(source, say))


def _named(source: Source, say: Say) -> Say:
    """Of a named cluster each line says which."""
    return (lambda line: say(f"{names.label(source.ref)}: {line}")) if source.cluster else say


def _kafka(graph: Graph, source: Source, environ: Mapping[str, str], say: Say) -> None:
    declared = [topic for topic in graph.topics.values() if topic.source == source.ref]
    admin = Admin(secrets.filled(source, environ), environ)
    new = topics.plan(declared, topics.running(admin, (topic.id for topic in declared)))
    topics.apply(admin, _told(new, say))
    portal = users.Login(secrets.fill(source.user, environ), source.password.removeprefix("$"))
    operator = users.Login(admin.user, admin.variable)
    wanted = acls.of_portal(access.acls(graph, source.ref), portal.user)
    passwords = users.plan({acl.principal for acl in wanted}, portal, operator)
    users.apply(admin, passwords, environ)
    say(f"set {len(passwords)} passwords of Kafka users")
    acls.apply(admin, _told(acls.plan(wanted, acls.running(admin)), say))


def _postgres(declared: list[Store], source: Source, environ: Mapping[str, str], say: Say) -> None:
    with tables.connect(secrets.filled(source, environ)) as connection:
        steps = tables.plan(declared, tables.running(connection))
        tables.apply(connection, _told(steps, say), ddl(declared))


def _told(steps: tuple[Step[T], ...], say: Say) -> tuple[Step[T], ...]:
    for step in steps:
        say(str(step))
    return steps
