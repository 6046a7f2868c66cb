"""All that is wrong with a topology: its form, and its sense in every environment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from streamatlas.checks import CHECKS, due, owner, reference, run, unread_topic, unwatched
from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.project import runbooks
from streamatlas.load.runbook import load_runbooks
from streamatlas.load.topology import Loaded, load_topology
from streamatlas.model.problem import Problem

# They complain of what is not there; where a name is wrong or a part unread, it may well be.
_OF_ABSENCE = (owner, unread_topic, unwatched)
_OF_PRESENCE = tuple(check for check in CHECKS if check not in _OF_ABSENCE)


def problems(path: Path, today: date | None = None) -> tuple[Problem, ...]:
    """Every problem of the file, of all it includes and of the runbooks beside it.

    Each once, by position; files are named relative to the folder of the main one.

    With `today` also what is due on that day; a build asks without, since it has no date.
    """
    loaded = load_topology(path)
    graphs = _graphs(loaded)
    _, of_runbooks = load_runbooks(runbooks(path.parent))
    found = {*loaded.problems, *of_runbooks}
    found |= {problem for graph in graphs for problem in run(graph, _OF_PRESENCE)}
    if today:
        found |= {problem for graph in graphs for problem in due(graph, today)}
    if not loaded.problems and not any(problem.rule == reference.ID for problem in found):
        found |= {problem for graph in graphs for problem in run(graph, _OF_ABSENCE)}
    return tuple(sorted(found))


def _graphs(loaded: Loaded) -> tuple[Graph, ...]:
    """The graph of every environment, of what could be read."""
    topology = loaded.topology or loaded.salvaged
    if topology is None:
        return ()
    readable = replace(loaded, topology=topology)
    return tuple(resolve(readable, name) for name in topology.environments or ("sandbox",))
