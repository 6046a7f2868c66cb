"""How a job's query makes its output of its inputs: what adds records, what waits, what adds up.

Words are read as the SQL they become. Free SQL is read for the few forms that matter here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from streamatlas.graph import names
from streamatlas.graph.graph import Graph, Job, Query, Ref
from streamatlas.graph.memo import once

_NONE = timedelta(0)
_SILENT = re.compile(r"--[^\n]*|/\*.*?\*/|(?<!INTERVAL )'(?:[^']|'')*'", re.S | re.I)
_WINDOW = re.compile(r"\b(?:TUMBLE|HOP|CUMULATE|SESSION)\s*\(", re.I)
_INTERVAL = re.compile(r"\bINTERVAL\s+'(\d{1,9})'\s*(SECOND|MINUTE|HOUR|DAY)", re.I)
_ADDS_UP = re.compile(r"\bGROUP\s+BY\b|\bSELECT\s+DISTINCT\b", re.I)
_LOOKED_UP = re.compile(r"\bJOIN\s+`?(\w+)`?\s+(?:AS\s+)?(?:\w+\s+)?FOR\s+SYSTEM_TIME\b", re.I)
_BY_TIME = re.compile(r"\bMATCH_RECOGNIZE\b", re.I)


@dataclass(frozen=True, slots=True)
class Way:
    """From one input of a job to one output.

    `adds` is not so of what rows are only enriched from. `by_time` where rows wait for the
    event time of this input, `window` for how long a window gathers them at most. `adds_up`
    where only totals come through, `unsaid` where the job does not say what it does.
    """

    input: Ref
    adds: bool = True
    by_time: bool = False
    window: timedelta = _NONE
    adds_up: bool = False
    unsaid: bool = False


@once
def ways(graph: Graph) -> Mapping[tuple[Ref, Ref], tuple[Way, ...]]:
    """The ways into each output of each job, by job and output; each input once."""
    found = {}
    for job in graph.jobs.values():
        inputs = {edge.origin: edge.name for edge in graph.inputs(job.ref)}
        for edge in graph.outputs(job.ref):
            query = job.queries.get(edge.target)
            if query is None:
                said = tuple(_unsaid(ref) for ref in inputs)
            else:
                said = _merged(_of(job, query, inputs, _is_plain(graph, edge.target)))
            found[job.ref, edge.target] = tuple(way for way in said if way.input in inputs)
    return found


def _unsaid(ref: Ref) -> Way:
    return Way(ref, adds=not ref.startswith("store/"), unsaid=True)


def _is_plain(graph: Graph, output: Ref) -> bool:
    """Whether an output is windowed where it is added up by time, not a running total."""
    topic = graph.topics.get(output.removeprefix("topic/"))
    return topic is not None and topic.ref == output and not topic.compacted


def _of(job: Job, query: Query, inputs: Mapping[Ref, str], windowed: bool) -> Iterator[Way]:
    """Every way through the query and the steps that it names, each once.

    `inputs` are the names in SQL of what the job reads.
    """
    waiting = list(_through(job, query, inputs, Way(""), windowed))
    seen = set()
    while waiting:
        way = waiting.pop()
        if way in seen:
            continue
        seen.add(way)
        if way.input in job.steps:
            waiting += _through(job, job.steps[way.input], inputs, way, windowed=True)
        else:
            yield way


def _through(
    job: Job, query: Query, inputs: Mapping[Ref, str], after: Way, windowed: bool
) -> Iterator[Way]:
    """The ways into one query, whose rows then go the way `after`."""
    if query.select:
        yield from _free(job, query.select, inputs, after)
        return
    gathers = query.tumble if query.tumble and windowed else _NONE
    on_time = bool(gathers) or any(ref.startswith("topic/") for ref in query.enrich)
    way = replace(
        after,
        by_time=after.by_time or on_time,
        window=max(after.window, gathers),
        adds_up=after.adds_up or query.tumble is not None or bool(query.group_by),
    )
    yield from (replace(way, input=source) for source in query.sources)
    yield from (replace(way, input=ref, adds=False) for ref in query.enrich)


def _free(job: Job, select: str, inputs: Mapping[Ref, str], after: Way) -> Iterator[Way]:
    text = _SILENT.sub(" ", select)
    words = set(re.findall(r"\w+", text))
    looked_up = set(_LOOKED_UP.findall(text))
    topics = {name for ref, name in inputs.items() if ref.startswith("topic/")}
    windowed = _WINDOW.search(text) is not None
    on_time = windowed or bool(looked_up & topics) or _BY_TIME.search(text) is not None
    way = replace(
        after,
        by_time=after.by_time or on_time,
        window=max(after.window, _longest(text) if windowed else _NONE),
        adds_up=after.adds_up or windowed or _ADDS_UP.search(text) is not None,
    )
    for ref, name in (*inputs.items(), *((step, names.sql(step)) for step in job.steps)):
        if name in words:
            yield replace(way, input=ref, adds=after.adds and name not in looked_up)


def _longest(text: str) -> timedelta:
    lengths = (timedelta(**{f"{unit.lower()}s": int(n)}) for n, unit in _INTERVAL.findall(text))
    return max(lengths, default=_NONE)


def _merged(found: Iterator[Way]) -> tuple[Way, ...]:
    """Each input once, by name: it adds, waits or is added up as its ways say together."""
    by_input: dict[Ref, list[Way]] = {}
    for way in found:
        by_input.setdefault(way.input, []).append(way)
    return tuple(_together(by_input[ref]) for ref in sorted(by_input))


def _together(several: list[Way]) -> Way:
    adding = [way for way in several if way.adds]
    return Way(
        several[0].input,
        adds=bool(adding),
        by_time=any(way.by_time for way in several),
        window=max(way.window for way in several),
        # One way on which nothing is added up is enough for all records to come through.
        adds_up=all(way.adds_up for way in adding or several),
    )
