"""Flink SQL: a whole script for each job that has a query."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.sql.script import script
from streamatlas.targets.file import Facts, File

NAME = "flink-sql"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/flink/JOB.sql`; a job without a query is documented and watched only."""
    graph = facts.graph
    for job in graph.jobs.values():
        if text := script(graph, job):
            yield File(f"definitions/{graph.environment}/flink/{job.id}.sql", text)
