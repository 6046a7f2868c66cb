"""Past: what has to be remembered from one poll to the next, bounded and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from streamatlas.graph.graph import Ref
from streamatlas.health.declared import Declared
from streamatlas.health.spread import Fault
from streamatlas.model.judged import Evidence, Incident, Status
from streamatlas.model.observed import JobException


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of an element at one poll.

    OK: its condition is false. UNKNOWN: it cannot be judged. `since` is the source's own time,
    where it has one.
    """

    status: Status
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a rule stands on an element; `open` is None while nothing is confirmed.

    `finding` is the newest true one, `trues` and `falses` count polls in a row.
    """

    judged_at: datetime
    open: bool | None = None
    trues: int = 0
    falses: int = 0
    since: datetime | None = None
    finding: Finding | None = None

    @property
    def pending(self) -> bool:
        """True now, but not for long enough to be said aloud."""
        return self.trues > 0 and not self.open


@dataclass(frozen=True, slots=True)
class Sample:
    """A counter at a time; `of` says what counts (a job's id): another one starts anew."""

    at: datetime
    value: float
    of: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The last published status of an element and since when; `known` is the last not UNKNOWN."""

    status: Status
    rule: str | None
    since: datetime | None
    known: Status | None


@dataclass(frozen=True, slots=True)
class Echo:
    """A cause that is over, and since when; what still fails is put down to it for a while."""

    fault: Fault
    since: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that outlives a poll; `Past()` is the state of a portal that just started.

    `marks` is keyed by element and rule, `samples` by element and counter. `quiet` says since
    when a topic's end offsets stand still; time without readings is left out. `roots` are the
    first causes of the last poll, `incidents` the open ones by cause and group (`run` or
    `drift`).
    """

    declared: Declared | None = None
    taken_at: datetime | None = None
    marks: Mapping[tuple[Ref, str], Mark] = field(default_factory=dict)
    samples: Mapping[tuple[Ref, str], tuple[Sample, ...]] = field(default_factory=dict)
    exceptions: Mapping[Ref, tuple[JobException, ...]] = field(default_factory=dict)
    quiet: Mapping[Ref, datetime] = field(default_factory=dict)
    standings: Mapping[Ref, Standing] = field(default_factory=dict)
    roots: tuple[Fault, ...] = ()
    echoes: tuple[Echo, ...] = ()
    incidents: Mapping[tuple[Ref, str], Incident] = field(default_factory=dict)
