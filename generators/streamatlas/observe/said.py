"""The parts of Flink's answers that are read; what does not fit is not understood."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Moment = Annotated[
    datetime, BeforeValidator(lambda ms: datetime.fromtimestamp(int(ms) / 1000, UTC))
]
"""Flink's times are milliseconds since 1970."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True)


class Overview(_Said):
    """`/overview`."""

    taskmanagers: int
    slots_total: int = Field(alias="slots-total")
    slots_available: int = Field(alias="slots-available")
    version: str = Field(alias="flink-version")


class ListedJob(_Said):
    """One job of `/jobs/overview`; `end` is -1 while it lives."""

    jid: str
    name: str
    state: str
    start: Moment = Field(alias="start-time")
    end: int = Field(alias="end-time")
    tasks: dict[str, int]


class Listed(_Said):
    """`/jobs/overview`."""

    jobs: tuple[ListedJob, ...]


class Detail(_Said):
    """`/jobs/:id`; a time of 0 is a state that the job never had."""

    now: Moment
    timestamps: dict[str, int]


class Completed(_Said):
    """A completed checkpoint."""

    acknowledged: Moment = Field(alias="latest_ack_timestamp")
    duration: int = Field(alias="end_to_end_duration")
    size: int = Field(alias="checkpointed_size")
    path: str | None = Field(alias="external_path", default=None)


class Failed(_Said):
    """A failed checkpoint."""

    at: Moment = Field(alias="failure_timestamp")
    message: str | None = Field(alias="failure_message", default=None)


class Latest(_Said):
    """The newest of each kind."""

    completed: Completed | None = None
    failed: Failed | None = None


class Counts(_Said):
    """How many checkpoints there were."""

    restored: int
    completed: int
    failed: int


class CheckpointStatistics(_Said):
    """`/jobs/:id/checkpoints`."""

    counts: Counts
    latest: Latest


class Thrown(_Said):
    """One exception; the stack trace ends with the innermost cause."""

    name: str = Field(alias="exceptionName")
    stacktrace: str
    timestamp: Moment


class History(_Said):
    """Exceptions, newest first."""

    entries: tuple[Thrown, ...]


class Exceptions(_Said):
    """`/jobs/:id/exceptions`."""

    history: History = Field(alias="exceptionHistory")


class Metric(_Said):
    """One metric of a job; the value is a number as text."""

    id: str
    value: float


class ExecutionConfig(_Said):
    """What a job was submitted with."""

    user: dict[str, str] = Field(alias="user-config")


class Configuration(_Said):
    """`/jobs/:id/config`."""

    execution: ExecutionConfig = Field(alias="execution-config")
