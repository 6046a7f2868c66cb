"""Report: the verdict on every node, edge and source, with evidence and first cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Status(IntEnum):
    """Ordered from best to worst; a node's status is the worst of its verdicts."""

    OK = 0
    EXPECTED = 1
    MAINTENANCE = 2
    UNKNOWN = 3
    WARNING = 4
    CRITICAL = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number that a verdict rests on, beside its threshold."""

    name: str
    value: float | str | bool | None
    limit: float | str | None = None
    unit: str = ""
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule, or the whole of a node's rules, says.

    `cause` is None on a first cause; on an affected element it names the cause and `path`
    leads from the cause to it. `runbook` is a path within the portal.
    """

    status: Status
    reason: str
    rule: str | None = None
    since: datetime | None = None
    observed_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    cause: str | None = None
    path: tuple[str, ...] = ()
    teams_hit: tuple[str, ...] = ()
    watched_by: str | None = None
    runbook: str | None = None


@dataclass(frozen=True, slots=True)
class SourceVerdict:
    """A source's verdict and its last good answer; None if it never gave one."""

    verdict: Verdict
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Incident:
    """One first cause from the moment it was seen until all it explains is well again."""

    id: str
    cause: str
    rule: str
    status: Status
    opened_at: datetime
    reason: str
    affected: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    teams_hit: tuple[str, ...] = ()
    runbook: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything judged at one moment; what `/status.json` publishes."""

    environment: str
    topology: str
    taken_at: datetime
    overall: Verdict
    sources: Mapping[str, SourceVerdict] = field(default_factory=dict)
    nodes: Mapping[str, Verdict] = field(default_factory=dict)
    edges: Mapping[str, Verdict] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
