"""A job's whole Flink SQL, as it is shown on a page, planned by a test and run.

Secrets, and in the sandbox addresses, are `$NAME`: they are filled in when a statement is sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from streamatlas.graph.graph import Graph, Job
from streamatlas.model.observed import DIGEST
from streamatlas.sql import queries, sources
from streamatlas.sql.scope import scope
from streamatlas.sql.text import config, indent, literal, secret

_DIGEST = re.compile(r"^SET 'pipeline\.global-job-parameters' = .*\n", re.MULTILINE)


def script(graph: Graph, job: Job) -> str:
    """The job's script with its digest; empty for a job that is documented and watched only.

    That is one without a query, or one of whose inputs and outputs the fields are not known.
    """
    known = scope(graph, job)
    if known is None:
        return ""
    name, *settings = _settings(graph, job)
    views, inserts = queries.statements(known)
    body = "\n\n".join(["\n".join(settings), *sources.statements(known), *views, _set(inserts)])
    head = f"-- generated from topology.yaml: edit that\n{name}\n"
    mark = _setting("pipeline.global-job-parameters", f"{DIGEST}:{digest(head + body)}")
    return f"{head}{mark}\n{body}"


def runnable(graph: Graph) -> tuple[Job, ...]:
    """The jobs that have a script; whatever else is a job is documented and watched only."""
    return tuple(job for job in graph.jobs.values() if scope(graph, job) is not None)


def digest(script: str) -> str:
    """The first 16 hexadecimal digits of the script's SHA-256, without the digest's own line."""
    return hashlib.sha256(_DIGEST.sub("", script).encode()).hexdigest()[:16]


def _setting(key: str, value: str) -> str:
    return f"SET {literal(key)} = {literal(value)};"


def _settings(graph: Graph, job: Job) -> Iterator[str]:
    """What holds for the whole job; its name comes first."""
    shortest, longest = job.restart
    yield _setting("pipeline.name", job.id)
    yield _setting("parallelism.default", str(job.parallelism))
    yield _setting("table.local-time-zone", "UTC")
    if job.state_ttl:
        yield _setting("table.exec.state.ttl", config(job.state_ttl))
    # In two phases a window counts one late record where there are seven.
    yield _setting("table.optimizer.agg-phase-strategy", "ONE_PHASE")
    yield _setting("execution.checkpointing.interval", config(job.checkpoint_interval))
    yield _setting("execution.checkpointing.timeout", config(job.checkpoint_timeout))
    folder = secret(f"{graph.sources[job.source].state}/{job.id}/checkpoints")
    yield f"SET 'execution.checkpointing.dir' = {folder};"
    retention = "execution.checkpointing.externalized-checkpoint-retention"
    yield _setting(retention, "RETAIN_ON_CANCELLATION")
    yield _setting("restart-strategy.type", "exponential-delay")
    yield _setting("restart-strategy.exponential-delay.initial-backoff", config(shortest))
    yield _setting("restart-strategy.exponential-delay.max-backoff", config(longest))
    # Flink's own hour would let some faults of one day add up to the longest delay.
    yield _setting("restart-strategy.exponential-delay.reset-backoff-threshold", "10 min")


def _set(inserts: list[str]) -> str:
    body = "\n\n".join(map(indent, inserts))
    return f"EXECUTE STATEMENT SET BEGIN\n\n{body}\n\nEND;\n"
