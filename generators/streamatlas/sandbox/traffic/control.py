"""The files through which `traffic` commands and the running traffic talk.

All lie in `traffic/` of the state folder: who is silenced, bursts asked for, the last status,
and the mark that the backlog was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from streamatlas.graph.graph import Graph, Ref, Service
from streamatlas.operate.step import OperateError
from streamatlas.sandbox.folders import find


class UnknownSenderError(OperateError):
    """A node that sends nothing in this topology; the text says what does."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst that was asked for; `seconds` is None for the usual length."""

    service: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """The folder `traffic/` of the state folder."""

    folder: Path

    def silenced(self) -> frozenset[str]:
        """Ids of the services that shall send nothing."""
        return frozenset(_read(self.folder / "silenced.json", []))

    def silence(self, services: frozenset[str], resume: bool) -> None:
        """Silence these services too, or let them send again."""
        now = self.silenced()
        _write(self.folder / "silenced.json", sorted(now - services if resume else now | services))

    def ask(self, burst: Burst, at: datetime) -> None:
        """Leave a burst for the running traffic to pick up."""
        name = f"{at.timestamp():.6f}-{burst.service}.json"
        _write(self.folder / "bursts" / name, asdict(burst))

    def take_bursts(self) -> tuple[Burst, ...]:
        """The bursts asked for since the last time, oldest first."""
        files = sorted((self.folder / "bursts").glob("*.json"))
        found = tuple(Burst(**_read(file, {})) for file in files)
        for file in files:
            file.unlink()
        return found

    def report(self, status: Mapping[str, Any]) -> None:
        """Replace the status."""
        _write(self.folder / "status.json", status)

    def status(self) -> dict[str, Any] | None:
        """What the running traffic last said of itself; None where it never ran."""
        found = _read(self.folder / "status.json", None)
        return None if found is None else dict(found)

    def backlog_sent(self) -> datetime | None:
        """When the backlog was sent; None where it was not."""
        said = _read(self.folder / "backlog.json", None)
        return None if said is None else datetime.fromisoformat(said["until"])

    def mark_backlog(self, until: datetime) -> None:
        """Note that the backlog up to then was delivered."""
        _write(self.folder / "backlog.json", {"until": until.isoformat()})


def control(environ: Mapping[str, str]) -> Control:
    """The control folder of this environment's sandbox."""
    return Control(find(environ, Path()).state / "traffic")


def senders(graph: Graph, node: Ref) -> tuple[Service, ...]:
    """The services that a node means: itself, or those that write the topic.

    Takes a reference or a bare id; raises UnknownSenderError.
    """
    writing = {
        edge.origin
        for edge in graph.edges
        if edge.target.startswith("topic/") and edge.origin.startswith("service/")
    }
    wanted = {node, f"service/{node}"}
    wanted |= {e.origin for e in graph.edges if e.target in (node, f"topic/{node}")}
    found = tuple(s for s in graph.services.values() if s.ref in wanted & writing)
    if not found:
        known = ", ".join(sorted(writing)) or "nothing"
        raise UnknownSenderError(f"'{node}' sends nothing to a topic; what does: {known}")
    return found


def age(status: Mapping[str, Any], now: datetime) -> timedelta:
    """How old a status is."""
    return now.astimezone(UTC) - datetime.fromisoformat(status["at"])


def _read(path: Path, absent: Any) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return absent


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    new.replace(path)
