"""Flink SQL: a whole script for each job that has a query."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.sql.script import script
from streamatlas.targets.file import Facts, File
from streamatlas.targets.placed import folder

NAME = "flink-sql"


def generate(facts: Facts) -> Iterator[File]:
    """`definitions/ENV/flink/JOB.sql`, below the folder of its cluster where that is named.

    A job without a query is documented and watched only.
    """
    graph = facts.graph
    for job in graph.jobs.values():
        if text := script(graph, job):
            yield File(f"{folder(graph, graph.sources[job.source])}/{job.id}.sql", text)
