"""A job's words: what holds for all outputs is put into each."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Query, Ref
from streamatlas.model import declared
from streamatlas.model.positions import Positions
from streamatlas.model.problem import Position


def named_inputs(
    job: declared.Job, name: str, positions: Positions
) -> Iterator[tuple[str, Position]]:
    """What the queries of a job read besides its own steps, as written and where."""
    own = _own_names(job)
    for section, parts in (("steps", job.steps), ("writes", job.writes)):
        for part, words in parts.items():
            path = ("jobs", name, section, part)
            for index, source in enumerate(words.from_):
                if source not in job.steps:
                    at = positions.item((*path, "from"), index, source)
                    yield own.get(source, source), at
            for other in words.enrich:
                yield own.get(other, other), positions.key(*path, "enrich", other)


def steps(job: declared.Job) -> dict[str, Query]:
    """The named queries that later ones read."""
    return {name: _query(words, job) for name, words in job.steps.items()}


def queries(job: declared.Job) -> dict[Ref, Query]:
    """The query of each output that has one, by the output's reference."""
    return {
        _full(name): _with_shared(_query(words, job), words, job)
        for name, words in job.writes.items()
        if words.select or words.from_
    }


def _own_names(job: declared.Job) -> dict[str, str]:
    """What the job calls an input `as`: it may say so in `from` and `enrich` too."""
    return {facts.as_: name for name, facts in job.reads.items() if facts.as_}


def _query(words: declared.Words, job: declared.Job) -> Query:
    own = _own_names(job)
    return Query(
        select=words.select,
        sources=tuple(s if s in job.steps else _full(own.get(s, s)) for s in words.from_),
        dedupe=bool(words.dedupe),
        where=words.where,
        set=dict(words.set),
        enrich={_full(own.get(other, other)): on for other, on in words.enrich.items()},
        tumble=words.tumble,
        group_by=words.group_by,
    )


def _with_shared(query: Query, words: declared.Words, job: declared.Job) -> Query:
    """Five words beside `writes` hold for each output that does not say otherwise."""
    if query.select:
        return query
    return Query(
        sources=query.sources,
        dedupe=bool(job.dedupe if words.dedupe is None else words.dedupe),
        where=query.where or job.where,
        set=query.set or dict(job.set),
        enrich=query.enrich,
        tumble=query.tumble or job.tumble,
        group_by=query.group_by or job.group_by,
    )


def _full(name: str) -> Ref:
    return name if "/" in name else f"topic/{name}"
