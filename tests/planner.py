"""Flink's own planner, asked what it would do with a job; nothing in the plan is connected to."""

from __future__ import annotations

import re

from streamatlas.graph.graph import Graph, Job, Source
from streamatlas.operate.gateway import connect
from streamatlas.operate.jobs import filled
from streamatlas.sql.script import script
from streamatlas.sql.statements import split

# Each of them keeps every key for as long as the job keeps state.
COSTLY = ("OverAggregate", "ChangelogNormalize", "upsertMaterialize=[true]")


def planned(source: Source, graph: Graph, job: Job) -> str:
    """The optimized plan of a job; raises OperateError with what the planner refuses."""
    text = script(graph, job)
    known = dict.fromkeys(re.findall(r"(?<!\$)\$(\w+)", text), 'it\'s a "secret" \\')
    known |= {"POSTGRES_ADDRESS": "jdbc:postgresql://127.0.0.1:1/x", "FLINK_STATE": "file:///x"}
    *prepare, insert = split(text)
    with connect(source) as session:
        for statement in prepare:
            session.run(filled(statement, known))
        page = session.run(filled(insert.replace("EXECUTE", "EXPLAIN", 1), known))
    plan = str(page["results"]["data"][0]["fields"][0])
    return plan.partition("== Optimized Execution Plan ==")[2]


def cost(plan: str) -> dict[str, int]:
    """How often the plan has something costly."""
    return {name: plan.count(name) for name in COSTLY if name in plan}
