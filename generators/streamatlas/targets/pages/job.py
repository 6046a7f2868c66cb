"""The page of a Flink job."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Job
from streamatlas.sql.script import script
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import fence
from streamatlas.targets.pages import frame, parts, promises, said
from streamatlas.targets.words import duration, kept, size


def page(facts: Facts, job: Job) -> File:
    """Everything that is declared of the job, and the script that runs."""
    where = frame.Page(job.ref)
    actions = (
        parts.triage_button(job.ref, frame.triage_address(facts, "job", job.ref, where)),
        parts.button("On the map", f"{where.root}catalog/map/?from={job.ref}"),
    )
    banner = said.banner(facts.graph, job, where.root)
    head = frame.head(where, job.doc, _facts(facts.graph, job, where), actions, banner)
    return frame.write(where, job.doc, head, _blocks(facts, job, where))


def _facts(graph: Graph, job: Job, where: frame.Page) -> dict[str, str]:
    latency = job.normal.latency if job.normal else None
    return {
        "Owner": parts.team_link(graph, job.owner, where.root),
        "Promised latency": duration(latency) if latency else "",
        "Checkpoint": f"every {duration(job.checkpoint_interval)}",
        "Parallelism": str(job.parallelism),
        "Remembers": duration(job.state_ttl) if job.state_ttl else "",
        "Runs on": parts.server_link(job.source, where.root),
        **said.of(job),
    }


def _blocks(facts: Facts, job: Job, where: frame.Page) -> Iterator[str]:
    graph = facts.graph
    yield frame.is_it_fine(where)
    yield frame.whose(graph, job, where)
    yield frame.flows(facts, job, where)
    yield frame.what_is_normal(graph, job, where)
    yield frame.what_to_do(facts, job, where)
    yield _use(graph, job, where)
    text = script(graph, job)
    yield frame.defined(graph, job, fence(text, "sql") if text else _WATCHED)


_WATCHED = "No query is declared: this job is documented and watched, and deployed elsewhere.\n"


def _use(graph: Graph, job: Job, where: frame.Page) -> str:
    """How it is deployed, and how it comes back after a failure."""
    shortest, longest = job.restart
    values = {
        "Deploy": parts.code(f"streamatlas deploy {job.id} --env {graph.environment}"),
        "Restarts": f"after {duration(shortest)}, then later and later, up to {duration(longest)}",
        "Delivers": job.guarantee,
        "Savepoints": f"keep {kept(job.savepoints)}",
        "Worst outage": f"{duration(job.worst_outage)} down, and nothing is lost",
        "Memory": f"{size(job.taskmanager_memory)} a TaskManager"
        f"{promises.note('taskmanager-memory')}",
        "Kafka user": parts.code(job.principal),
        "Kafka group": parts.code(job.group),
    }
    return "## How to use it\n\n" + parts.listed(values)
