"""What is named is declared, and edges lead to or from a topic or a store.

A name with a typing mistake would be a topic that nobody writes, or a team that nobody can page.
Data goes through a topic or a store, so that it can be kept, watched and read again.

```yaml
services:
  reports: {owner: data, reads: usage.hourli}
```

Write the name that is suggested, or declare it. Where several kinds are meant, the kind stands in
front:

```yaml
services:
  reports: {owner: data, reads: [usage.hourly, store/usage]}
```

No query reads one input twice in `from`, since each record would count twice, and nothing that is
deprecated is to be used instead of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from streamatlas.graph.graph import Edge, Graph, Job, Query, Reference, Store, Topic
from streamatlas.graph.names import SERVERS
from streamatlas.model.near import nearest
from streamatlas.model.positions import Path
from streamatlas.model.problem import Level, Problem

ID = "reference"
LEVEL: Level = "error"

# To find the nearest name costs time; who has so many mistakes has another problem.
_GUESSES = 100
_ACTIVE, _PASSIVE = ("service", "job"), ("topic", "store")
_SECTIONS = {"service": "services", "topic": "topics", "job": "jobs", "store": "stores"}


def check(graph: Graph) -> Iterator[Problem]:
    """Every name without a thing, with the nearest one that exists."""
    kinds = _kinds(graph)
    unknown = [r for r in graph.references if not _exists(r, kinds)]
    for index, reference in enumerate(unknown):
        yield Problem(reference.at, ID, _message(reference, kinds, index < _GUESSES), LEVEL)
    gone = {reference.ref for reference in unknown}
    for edge in graph.edges:
        if not {edge.origin, edge.target} & gone and not _is_edge(edge):
            message = f"{edge.ref} is no edge: a topic or a store is meant here"
            yield Problem(edge.at, ID, message, LEVEL)
    yield from _clusters(graph)
    yield from _repeated(graph)
    yield from _own_successors(graph)


def _kinds(graph: Graph) -> Mapping[str, Iterable[str]]:
    return {
        "service": graph.services,
        "topic": graph.topics,
        "job": graph.jobs,
        "store": graph.stores,
        "team": graph.teams,
        "schema": graph.schemas,
    }


def _exists(reference: Reference, kinds: Mapping[str, Iterable[str]]) -> bool:
    kind, _, name = reference.ref.partition("/")
    return name in kinds.get(kind, ())


def _message(reference: Reference, kinds: Mapping[str, Iterable[str]], guess: bool) -> str:
    kind, _, name = reference.ref.partition("/")
    if kind not in kinds:
        return _no_kind(reference.ref, kinds)
    said = f"no {kind} '{name}'"
    nodes = _SECTIONS if kind in _SECTIONS else ()
    if elsewhere := next((k for k in nodes if name in kinds[k]), None):
        return f"{said}; there is {elsewhere}/{name}"
    if written := _otherwise(kind, name, kinds):
        return f"{said}: write {written}"
    near = nearest(name, list(kinds[kind])) if guess else None
    return f"{said}; did you mean '{near}'?" if near else said


def _no_kind(ref: str, kinds: Mapping[str, Iterable[str]]) -> str:
    kind, slash, name = ref.partition("/")
    if slash and name in kinds.get(kind.lower().removesuffix("s"), ()):
        return f"no kind '{kind}': write {kind.lower().removesuffix('s')}/{name}"
    found = next((k for k, ids in kinds.items() if ref in ids), None)
    if found and not slash:
        return f"'{ref}' is of no kind: write {found}/{ref}"
    ways = "write service, topic, job, store or team"
    return (
        f"no kind '{kind}' in '{ref}': {ways}" if slash else f"no kind '{ref}': {ways}, and its id"
    )


def _otherwise(kind: str, name: str, kinds: Mapping[str, Iterable[str]]) -> str | None:
    """How to write what is there, for a name of several, or with ':' in place of '/'."""
    prefix, colon, rest = name.partition(":")
    if colon and rest in kinds.get(prefix, ()):
        return f"{prefix}/{rest}"
    several = [part for part in re.split(r"[\s,;]+", name) if part]
    if len(several) > 1 and all(part in kinds[kind] for part in several):
        return f"[{', '.join(several)}]"
    return None


def _is_edge(edge: Edge) -> bool:
    origin, target = edge.origin.partition("/")[0], edge.target.partition("/")[0]
    return (origin in _ACTIVE and target in _PASSIVE) or (origin in _PASSIVE and target in _ACTIVE)


def _clusters(graph: Graph) -> Iterator[Problem]:
    nodes: tuple[Topic | Job | Store, ...] = (
        *graph.topics.values(),
        *graph.jobs.values(),
        *graph.stores.values(),
    )
    for node in nodes:
        if node.source not in graph.sources:
            at = graph.positions.value(_SECTIONS[node.kind], node.id, "cluster")
            yield Problem(at, ID, _no_cluster(graph, node.source), LEVEL)


def _no_cluster(graph: Graph, source: str) -> str:
    kind, _, cluster = source.removeprefix("source/").partition(".")
    known = [s.cluster or "main" for s in graph.sources.values() if s.kind == kind]
    said = f"{graph.environment} has no {SERVERS[kind]} cluster '{cluster or 'main'}'"
    return f"{said}; it has {', '.join(known)}"


def _repeated(graph: Graph) -> Iterator[Problem]:
    """Inputs that a query puts together with themselves."""
    for job in graph.jobs.values():
        for path, query in _queries(graph, job):
            seen: set[str] = set()
            for index, source in enumerate(query.sources):
                if source in seen:
                    at = graph.positions.item((*path, "from"), index, source)
                    message = f"{source} is read twice here, so each record would count twice"
                    yield Problem(at, ID, f"{message}: leave it out", LEVEL)
                seen.add(source)


def _queries(graph: Graph, job: Job) -> Iterator[tuple[Path, Query]]:
    for name, query in job.steps.items():
        yield ("jobs", job.id, "steps", name), query
    for ref, query in job.queries.items():
        path = ("jobs", job.id, "writes", ref)
        short = ("jobs", job.id, "writes", ref.removeprefix("topic/"))
        yield path if path in graph.positions.keys else short, query


def _own_successors(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes():
        if node.deprecated and node.deprecated.use == node.ref:
            at = graph.positions.value(_SECTIONS[node.kind], node.id, "deprecated", "use")
            message = f"{node.ref} cannot take its own place: name another, or leave 'use' out"
            yield Problem(at, ID, message, LEVEL)
