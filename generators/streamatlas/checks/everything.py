"""All that is wrong with a topology: its form, and its sense in every environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from streamatlas.checks import (
    CHECKS,
    batch_in_stream,
    changelog,
    cycle,
    due,
    fields,
    owner,
    reference,
    repeats,
    run,
    sql,
    state,
    undeclared,
    units,
    unread_topic,
    unwatched,
)
from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.project import runbooks
from streamatlas.load.runbook import load_runbooks
from streamatlas.load.topology import Loaded, load_topology
from streamatlas.model.problem import Problem

# They complain of what is not there; where a name is wrong or a part unread, it may well be.
_OF_ABSENCE = (owner, unread_topic, unwatched)
_OF_PRESENCE = tuple(check for check in CHECKS if check not in _OF_ABSENCE)
# They say the same in every environment, and take long enough to be asked only once.
_ALIKE = (sql, undeclared, fields, repeats, units, changelog, state, cycle, batch_in_stream)
_OF_ENVIRONMENT = tuple(check for check in _OF_PRESENCE if check not in _ALIKE)


def problems(path: Path, today: date | None = None) -> tuple[Problem, ...]:
    """Every problem of the file, of all it includes and of the runbooks beside it.

    Each once, by position; files are named relative to the folder of the main one.

    With `today` also what is due on that day; a build asks without, since it has no date.
    """
    return judged(load_topology(path), path.parent, today)


def judged(loaded: Loaded, folder: Path, today: date | None = None) -> tuple[Problem, ...]:
    """The same of what was loaded; `folder` is that of the main file."""
    _, of_runbooks = load_runbooks(runbooks(folder))
    found = {*loaded.problems, *of_runbooks}
    first, checks = None, _OF_PRESENCE
    for graph in _graphs(loaded):
        found.update(run(graph, checks), due(graph, today) if today else ())
        first, checks = first or graph, _OF_ENVIRONMENT
    if first and not loaded.problems and not any(p.rule == reference.ID for p in found):
        found.update(run(first, _OF_ABSENCE))
    return tuple(sorted(found))


def _graphs(loaded: Loaded) -> Iterator[Graph]:
    """The graph of every environment, of what could be read."""
    topology = loaded.topology or loaded.salvaged
    if topology is None:
        return
    readable = replace(loaded, topology=topology)
    for name in topology.environments or ("sandbox",):
        graph = resolve(readable, name)
        known = (r for r in graph.references if f"{r.ref.partition('/')[0]}s" not in loaded.lost)
        yield replace(graph, references=tuple(known)) if loaded.lost else graph
