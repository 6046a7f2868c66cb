"""Where the platform runs: servers, metrics, commands, and what is different in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from streamatlas.graph.graph import Graph, Job, Limits, Metrics, Node, Source, Topic
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import anchor, front_matter, html, inline
from streamatlas.targets.pages import parts, promises, said
from streamatlas.targets.words import duration, limits, size

_ROOT = "../../"
_SERVERS = ("Server", "Address", "Signs in", "Also")
_CHANGES = ("Here", "What", "Is")
_SECTIONS = {"services": "service", "topics": "topic", "jobs": "job", "stores": "store"}
_EXPORTERS = {
    "portal": "by this portal",
    "kminion": "by KMinion",
    "kafka-exporter": "by kafka-exporter",
}


def page(facts: Facts) -> File:
    """A section for each environment; the one that this portal shows says so."""
    meta = {"title": "Environments", "description": "Where it runs, and what is different there"}
    blocks = [
        "# Environments",
        '<p class="sa-lead">The same platform in every place where it runs. '
        "What begins with $ is a secret or an address that is filled in when it is needed.</p>",
    ]
    for graph in facts.environments or (facts.graph,):
        blocks += _environment(graph, graph.environment == facts.graph.environment)
    head = front_matter({**meta, "section": "catalogue"})
    return File("docs/catalog/environments.md", head + "\n\n".join(blocks) + "\n")


def _environment(graph: Graph, here: bool) -> Iterator[str]:
    yield f"## {inline(graph.environment)}"
    shown = " (this one)" if here else ""
    yield parts.listed(
        {
            "Portal": (anchor(graph.portal) if graph.portal else "not said") + shown,
            "Traffic": _traffic(graph),
            "Metrics": _metrics(graph.metrics),
            **_deploy(graph),
        }
    )
    rows = (parts.row(_SERVERS, _server(source)) for source in graph.sources.values())
    yield parts.table(f"Servers of {graph.environment}", _SERVERS, rows)
    changes = tuple(_changes(graph))
    if changes:
        rows = (parts.row(_CHANGES, cells) for cells in changes)
        yield parts.table(f"What is different in {graph.environment}", _CHANGES, rows)
    yield said.place(graph, graph.positions.key("environments", graph.environment))


def _traffic(graph: Graph) -> str:
    if not graph.traffic:
        return "nothing is sent from here: it comes from the services themselves"
    return f"made up; rates and limits are {graph.scale:g} times those that are declared"


def _metrics(metrics: Metrics) -> str:
    if metrics.exporter == "portal" and not metrics.address:
        return "those of the portal itself"
    kept = f", kept at {anchor(metrics.address)}" if metrics.address else ""
    return f"exported {_EXPORTERS[metrics.exporter]}{kept}{promises.note('metrics')}"


def _deploy(graph: Graph) -> dict[str, str]:
    """Commands around each job that is replaced; nothing where there are none."""
    deploy = graph.deploy
    if not deploy.before and not deploy.after:
        return {}
    within = f"within {duration(deploy.within)}"
    commands = {"Before a job is replaced": deploy.before, "After it": deploy.after}
    return {
        when: f"{parts.code(command)} {within}" if command else ""
        for when, command in commands.items()
    }


def _server(source: Source) -> tuple[str, ...]:
    return (
        parts.name(source.ref),
        parts.code(source.address),
        signs_in(source),
        "; ".join(f"{what} {parts.code(value)}" for what, value in _further(source) if value),
    )


def signs_in(source: Source) -> str:
    """As whom the portal signs in, and where the secret is; never the secret itself."""
    if source.token:
        return f"with the token in {parts.code(source.token)}"
    if not source.user:
        return "without a name"
    secret = f", password in {parts.code(source.password)}" if source.password else ""
    return f"as {parts.code(source.user)}{secret}"


def _further(source: Source) -> tuple[tuple[str, str], ...]:
    return (
        ("SQL gateway", source.gateway),
        ("state in", source.state),
        ("authority", source.ca),
        ("certificate", source.cert),
        ("key in", source.key),
    )


def _changes(graph: Graph) -> Iterator[tuple[str, ...]]:
    """Every fact that the environment overrides, as it is there."""
    for path in graph.positions.keys:
        if len(path) != 5 or path[:2] != ("environments", graph.environment):
            continue
        _, _, section, name, key = map(str, path)
        ref = f"{_SECTIONS.get(section, section)}/{name}"
        if key in _SAID and parts.exists(graph, ref):
            said_of = _SAID[key](graph.node(ref))
            yield parts.node_link(ref, _ROOT), html(key) + promises.note(key), said_of


def _of_topic(say: Callable[[Topic], str]) -> Callable[[Node], str]:
    return lambda node: say(node) if isinstance(node, Topic) else ""


def _of_job(say: Callable[[Job], str]) -> Callable[[Node], str]:
    return lambda node: say(node) if isinstance(node, Job) else ""


def _limits(node: Node) -> str:
    found: Limits = node.limits
    return limits(found)


_SAID: Mapping[str, Callable[[Node], str]] = {
    "partitions": _of_topic(lambda topic: str(topic.partitions)),
    "replication": _of_topic(lambda topic: str(topic.replication)),
    "retention": _of_topic(lambda topic: duration(topic.retention)),
    "parallelism": _of_job(lambda job: str(job.parallelism)),
    "taskmanager-memory": _of_job(lambda job: size(job.taskmanager_memory)),
    "checkpoint-interval": _of_job(lambda job: duration(job.checkpoint_interval)),
    "limits": _limits,
}
