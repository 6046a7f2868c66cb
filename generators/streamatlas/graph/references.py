"""Every place where a topology names something that must be declared elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.edges import full, said
from streamatlas.graph.graph import Ref, Reference
from streamatlas.model import declared
from streamatlas.model.positions import Positions

_SECTIONS = {"services": "service", "topics": "topic", "jobs": "job", "stores": "store"}


def references(topology: declared.Topology, positions: Positions) -> Iterator[Reference]:
    """All of them, each with its position; what they name may or may not exist."""
    for edge in said(topology, positions):
        yield Reference(edge.origin, edge.at)
        yield Reference(edge.target, edge.at)
    yield from _of_nodes(topology, positions)
    yield from _of_edges(topology, positions)
    yield from _of_schemas(topology, positions)
    yield from _of_people(topology, positions)
    yield from _of_environments(topology, positions)


def _of_nodes(topology: declared.Topology, positions: Positions) -> Iterator[Reference]:
    for section in _SECTIONS:
        nodes: dict[str, declared.Node] = getattr(topology, section)
        for name, node in nodes.items():
            if node.owner:
                yield _at(f"team/{node.owner}", positions, section, name, "owner")
            if node.deprecated and node.deprecated.use:
                ref = full(node.deprecated.use, _SECTIONS[section])
                yield _at(ref, positions, section, name, "deprecated", "use")
            schema = getattr(node, "schema_", "")
            if schema:
                yield _at(f"schema/{schema}", positions, section, name, "schema")


def _of_edges(topology: declared.Topology, positions: Positions) -> Iterator[Reference]:
    for section in ("services", "jobs"):
        nodes: dict[str, declared.Service | declared.Job] = getattr(topology, section)
        for name, node in nodes.items():
            for side in ("reads", "writes"):
                for other, facts in getattr(node, side).items():
                    if facts.watched_by:
                        path = (section, name, side, other, "watched-by")
                        yield _at(f"team/{facts.watched_by}", positions, *path)


def _of_schemas(topology: declared.Topology, positions: Positions) -> Iterator[Reference]:
    for name, schema in topology.schemas.items():
        if schema.like:
            yield _at(f"schema/{schema.like}", positions, "schemas", name, "like")


def _of_people(topology: declared.Topology, positions: Positions) -> Iterator[Reference]:
    for name, view in topology.views.items():
        yield _at(view.of, positions, "views", name, "of")
        for index, ref in enumerate(view.collapsed):
            yield Reference(ref, positions.item(("views", name, "collapsed"), index, ref))
    for index, work in enumerate(topology.maintenance):
        for place, ref in enumerate(work.of):
            yield Reference(ref, positions.item(("maintenance", index, "of"), place, ref))


def _of_environments(topology: declared.Topology, positions: Positions) -> Iterator[Reference]:
    for name, environment in topology.environments.items():
        for section, kind in _SECTIONS.items():
            for node in getattr(environment, section):
                at = positions.key("environments", name, section, node)
                yield Reference(f"{kind}/{node}", at)


def _at(ref: Ref, positions: Positions, *path: str | int) -> Reference:
    return Reference(ref, positions.value(*path))
