"""Snapshot: what Flink, Kafka and PostgreSQL said at one poll.

Every value is a Reading: it carries the time at which it was true, or the reason why it is
missing. A missing reading is never replaced by a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

POLL = timedelta(seconds=10)
"""How often everything is read."""

DEADLINE = 0.8 * POLL
"""How long a source may take to answer within a poll."""

ENDED = frozenset({"FINISHED", "FAILED", "CANCELED"})
"""The states in which a job of Flink stays for ever."""

DIGEST = "streamatlas.digest"
"""The job parameter that holds the digest of the script that was submitted."""

ABSENT = "does not exist"
"""The reason of a reading whose source answered, and does not know what was asked for."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value with its time, or `missing`: why there is none.

    After a failure the last good value may be kept: then `value` and `at` are of that
    time and `missing` says what has gone wrong since.
    """

    value: T | None = None
    at: datetime | None = None
    missing: str | None = None

    def after(self, before: Reading[T] | None) -> Reading[T]:
        """This reading; where it failed, with the last good value and its time."""
        if self.at is not None or before is None:
            return self
        return Reading(before.value, before.at, self.missing)


@dataclass(frozen=True, slots=True)
class FlinkCluster:
    """Flink's `/overview`."""

    version: str
    taskmanagers: int
    slots_total: int
    slots_available: int


@dataclass(frozen=True, slots=True)
class JobException:
    """One entry of Flink's exception history, reduced to its innermost cause."""

    at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Flink's `/jobs/:id/checkpoints`; None where there was none yet."""

    completed: int
    failed: int
    restored: int
    latest_completed_at: datetime | None = None
    latest_duration: timedelta | None = None
    latest_path: str | None = None
    latest_size: int | None = None
    latest_failed_at: datetime | None = None
    latest_failure: str | None = None


@dataclass(frozen=True, slots=True)
class RunningJob:
    """One job that Flink knows; `clock` is Flink's own `now`, ages are taken on it.

    `tasks` counts tasks by lower-case state. `restarts` excludes rescales. `digest` is that
    of the script it was submitted with; None where the configuration names none. `running_since`
    is the last transition to RUNNING. `gaps` says why a part could not be read: `digest`,
    `exceptions`, `restarts`.
    """

    jid: str
    name: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    clock: datetime
    tasks: Mapping[str, int]
    running_since: datetime | None = None
    restarts: int | None = None
    exceptions: tuple[JobException, ...] = ()
    checkpoints: Checkpoints | None = None
    digest: str | None = None
    gaps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicState:
    """Partitions and end offsets of one topic, and the newest record's time (broker's)."""

    end_offsets: Mapping[int, int]
    start_offsets: Mapping[int, int] = field(default_factory=dict)
    newest_record_at: datetime | None = None
    leaderless: int = 0
    under_replicated: int = 0

    @property
    def partitions(self) -> int:
        """How many partitions the topic has."""
        return len(self.end_offsets)

    @property
    def records(self) -> int:
        """Sum of all end offsets: grows by one a record (and by transaction markers)."""
        return sum(self.end_offsets.values())


@dataclass(frozen=True, slots=True)
class GroupState:
    """Committed offsets of one group in one topic; a partition never committed is absent."""

    committed: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class StoreState:
    """A table as PostgreSQL counts it: rows (estimate) and writes since statistics began."""

    rows: int
    writes: int
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One poll. Keys are references (`source/flink`, `job/x`, `topic/y`, `store/z`).

    `sources` holds None values: only whether, when, and why not they answered.
    `jobs` lists every live or ended job of a declared name, newest first; an empty tuple
    means that Flink answered and knows none. `groups` is keyed by `topic/a -> job/b`.
    """

    taken_at: datetime
    sources: Mapping[str, Reading[None]] = field(default_factory=dict)
    clusters: Mapping[str, Reading[FlinkCluster]] = field(default_factory=dict)
    jobs: Mapping[str, Reading[tuple[RunningJob, ...]]] = field(default_factory=dict)
    topics: Mapping[str, Reading[TopicState]] = field(default_factory=dict)
    groups: Mapping[str, Reading[GroupState]] = field(default_factory=dict)
    stores: Mapping[str, Reading[StoreState]] = field(default_factory=dict)
