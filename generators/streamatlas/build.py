"""A build, from beginning to end: load -> graph -> checks -> targets -> writer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from streamatlas import writer
from streamatlas.checks.everything import problems as find
from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import NO_ENVIRONMENT, resolve, unknown
from streamatlas.load.runbook import load_runbooks
from streamatlas.load.topology import Loaded, load_topology
from streamatlas.model.problem import Problem
from streamatlas.targets import TARGETS
from streamatlas.targets.file import Facts, File, Layout

CATALOGUE = "docs/catalog"


@dataclass(frozen=True, slots=True)
class Built:
    """All problems, sorted, and all files; none while a problem is an error."""

    problems: tuple[Problem, ...]
    files: tuple[File, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether an environment was asked for that is not there."""
        return any(problem.rule == NO_ENVIRONMENT for problem in self.problems)


def gather(topology: Path, environment: str, runbooks: Path, layout: Layout) -> Built:
    """Read everything, then make every file; nothing is written."""
    loaded = load_topology(topology)
    trees, wrong = load_runbooks(runbooks)
    problems = tuple(sorted({*find(topology), *wrong, *unknown(loaded, environment)}))
    if any(problem.level == "error" for problem in problems):
        return Built(problems)
    facts = Facts(resolve(loaded, environment), layout, trees, _everywhere(loaded, environment))
    return Built(problems, tuple(file for target in TARGETS for file in target.generate(facts)))


def _everywhere(loaded: Loaded, environment: str) -> tuple[Graph, ...]:
    """The platform in every environment, in the order of the file."""
    named = loaded.topology.environments if loaded.topology else ()
    names = named if environment in named else (environment, *named)
    return tuple(resolve(loaded, name) for name in names)


def build(topology: Path, environment: str, out: Path, runbooks: Path, layout: Layout) -> Built:
    """Make every file and write it below `out`; raises `writer.WriteError`."""
    built = gather(topology, environment, runbooks, layout)
    if built.files:
        writer.write(built.files, out, (CATALOGUE, f"definitions/{environment}"))
    return built


def stale(built: Built, environment: str, out: Path) -> tuple[str, ...]:
    """Paths below `out` that a build would change: the catalogue's only where there is one."""
    present = (CATALOGUE,) if (out / CATALOGUE).is_dir() else ()
    owned = (*present, f"definitions/{environment}")
    inside = (f for f in built.files if any(f.path.startswith(f"{o}/") for o in owned))
    return writer.compare(inside, out, owned)
