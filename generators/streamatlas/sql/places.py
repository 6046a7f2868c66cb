"""Where the words of a job's queries were written."""

from __future__ import annotations

from streamatlas.graph.graph import Graph, Job
from streamatlas.model.positions import Path
from streamatlas.model.problem import Position

Part = tuple[str, str]
"""`steps` or `writes`, and the step's name or the output's reference."""


def path(graph: Graph, job: Job, part: Part, *keys: str | int) -> Path:
    """The path of a word: with its output or step, else beside `writes` for all outputs.

    Where the word itself was not written that is the path of the nearest that was.
    """
    written = graph.positions.values
    own = own_path(graph, job, part)
    places = [own] if part[0] == "steps" else [own, ("jobs", job.id)]
    for place in places:
        for words in (keys, keys[:1]):
            if words and (*place, *words) in written:
                return (*place, *words)
        if keys == ("select",) and place in written:
            return place
    return own


def own_path(graph: Graph, job: Job, part: Part) -> Path:
    """The path of an output or step itself, which may be written with its kind or without."""
    section, name = part
    for written in (name, name.removeprefix("topic/")):
        if ("jobs", job.id, section, written) in graph.positions.keys:
            return ("jobs", job.id, section, written)
    return ("jobs", job.id)


def at(graph: Graph, job: Job, part: Part, *keys: str | int) -> Position:
    """Where a word stands, or the nearest that was written."""
    return graph.positions.value(*path(graph, job, part, *keys))


def inside(graph: Graph, job: Job, part: Part, key: Path, text: str, offset: int) -> Position:
    """Where a character of a text in a word stands."""
    return graph.positions.inside(path(graph, job, part, *key), text, offset)
