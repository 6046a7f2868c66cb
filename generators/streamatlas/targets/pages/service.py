"""The page of a service: an upstream product or a downstream application."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Service
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import html
from streamatlas.targets.pages import frame, parts, said
from streamatlas.targets.words import place


def page(facts: Facts, service: Service) -> File:
    """Everything that is declared of the service."""
    where = frame.Page(service.ref)
    head = frame.head(
        where,
        service.doc,
        _facts(facts.graph, service, where),
        _actions(facts.graph, service, where),
        said.banner(facts.graph, service, where.root),
    )
    return frame.write(where, service.doc, head, _blocks(facts, service, where))


def _actions(graph: Graph, service: Service, where: frame.Page) -> tuple[str, ...]:
    on_map = f"{where.root}catalog/map/?from={service.ref}"
    topic = _written(graph, service)
    if topic is None:
        return (parts.button("On the map", on_map, first=True),)
    manual = f"{where.root}catalog/manual/send-data/{topic}/"
    return parts.button("How it sends data", manual, first=True), parts.button("On the map", on_map)


def _written(graph: Graph, service: Service) -> str | None:
    """The first topic that it sends to and that has a manual."""
    names = (edge.target.removeprefix("topic/") for edge in graph.outputs(service.ref))
    topics = (graph.topics[name] for name in names if name in graph.topics)
    return next((topic.id for topic in topics if topic.schema), None)


def _facts(graph: Graph, service: Service, where: frame.Page) -> dict[str, str]:
    return {
        "Owner": parts.team_link(graph, service.owner, where.root),
        "Its clock": f"{html(place(service.timezone))} <small>({html(service.timezone)})</small>",
        **said.of(service),
    }


def _blocks(facts: Facts, service: Service, where: frame.Page) -> Iterator[str]:
    graph = facts.graph
    yield frame.is_it_fine(where)
    yield frame.whose(graph, service, where)
    yield frame.flows(facts, service, where)
    yield frame.what_is_normal(graph, service, where)
    yield frame.what_to_do(facts, service, where)
    yield _use(graph, service)
    yield said.place(graph, service.at)


def _use(graph: Graph, service: Service) -> str:
    """How it signs in to Kafka, where it does."""
    edges = graph.inputs(service.ref) + graph.outputs(service.ref)
    topics = [ref for e in edges for ref in (e.origin, e.target) if ref.startswith("topic/")]
    if not topics:
        return "## How to use it\n\nIt touches no topic, so it has no user in Kafka."
    values = {
        "Kafka user": parts.code(service.principal),
        "Password": f"from {parts.code('$' + names.secret(service.principal))}",
        "Kafka group": parts.code(service.group) if graph.inputs(service.ref) else "",
    }
    return "## How to use it\n\n" + parts.listed(values)
