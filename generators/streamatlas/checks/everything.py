"""All that is wrong with a topology: its form, and its sense in every environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from streamatlas.checks import CHECKS, Check, owner, run, unwatched
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, load_topology
from streamatlas.model.problem import Problem

# They complain of what is not there; where a name is wrong or a part unread, it may well be.
_OF_ABSENCE = (owner, unwatched)
_OF_PRESENCE = tuple(check for check in CHECKS if check not in _OF_ABSENCE)


def problems(path: Path) -> tuple[Problem, ...]:
    """Every problem of the file and of all it includes, each once, by position."""
    loaded = load_topology(path)
    found = {*loaded.problems, *_of_sense(loaded, _OF_PRESENCE)}
    if not any(problem.level == "error" for problem in found):
        found |= _of_sense(loaded, _OF_ABSENCE)
    return tuple(sorted(found))


def _of_sense(loaded: Loaded, checks: tuple[Check, ...]) -> set[Problem]:
    topology = loaded.topology or loaded.salvaged
    if topology is None:
        return set()
    readable = replace(loaded, topology=topology)
    environments = topology.environments or ("sandbox",)
    return {p for name in environments for p in run(resolve(readable, name), checks)}
