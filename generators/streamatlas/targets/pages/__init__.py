"""Pages of teams, services, topics, jobs, stores and servers, and the index of them all."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.targets.file import Facts, File
from streamatlas.targets.pages import (
    catalogue,
    environments,
    job,
    maintenance,
    service,
    source,
    store,
    team,
    topic,
    triage_index,
    views,
)

NAME = "pages"


def generate(facts: Facts) -> Iterator[File]:
    """A page for everything that has a name."""
    graph = facts.graph
    yield catalogue.page(graph)
    yield triage_index.page(facts)
    yield environments.page(facts)
    yield maintenance.page(graph)
    yield views.page(graph)
    yield from (team.page(facts, node) for node in graph.teams.values())
    yield from (service.page(facts, node) for node in graph.services.values())
    yield from (topic.page(facts, node) for node in graph.topics.values())
    yield from (job.page(facts, node) for node in graph.jobs.values())
    yield from (store.page(facts, node) for node in graph.stores.values())
    yield from (source.page(facts, server) for server in graph.sources.values())
