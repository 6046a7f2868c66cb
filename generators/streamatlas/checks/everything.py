"""All that is wrong with a topology: its form, and its sense in every environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from streamatlas.checks import CHECKS, owner, run, unwatched
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import Loaded, load_topology
from streamatlas.model.problem import Problem

# They complain of what is not there: while a file is half read, it may well be.
_OF_ABSENCE = (owner, unwatched)


def problems(path: Path) -> tuple[Problem, ...]:
    """Every problem of the file and of all it includes, each once, by position."""
    loaded = load_topology(path)
    return tuple(sorted({*loaded.problems, *_of_sense(loaded)}))


def _of_sense(loaded: Loaded) -> set[Problem]:
    topology = loaded.topology or loaded.salvaged
    if topology is None:
        return set()
    whole = loaded.topology is not None
    checks = tuple(c for c in CHECKS if whole or c not in _OF_ABSENCE)
    readable = replace(loaded, topology=topology)
    environments = topology.environments or ("sandbox",)
    return {p for name in environments for p in run(resolve(readable, name), checks)}
