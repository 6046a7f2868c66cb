"""Which trouble travels where: one table of rules, and one of what each wave explains.

A fault of a rule sends a wave. `starve` and `flood` go down the data; `halt` stops a job, and
with it all its outputs; `down` is a store or topic that fails those who use it; `source` is a
server that fails what runs on it. `none` stays where it is.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Wave: TypeAlias = Literal["starve", "flood", "halt", "down", "source", "none"]

RULES: tuple[tuple[str, Wave], ...] = (
    ("source-unreachable", "source"),
    ("jobs-lost", "source"),
    ("broker-lost", "source"),
    ("checkpoint-storage", "source"),
    ("slots-short", "source"),
    ("taskmanager-lost", "source"),
    ("clock-skew", "none"),
    ("store-down", "down"),
    ("store-blocked", "down"),
    ("store-slow", "down"),
    ("store-stale", "starve"),
    ("topic-missing", "down"),
    ("topic-recreated", "down"),
    ("offline-partition", "down"),
    ("under-replicated", "none"),
    ("topic-drift", "none"),
    ("job-missing", "halt"),
    ("job-duplicate", "halt"),
    ("job-failed", "halt"),
    ("job-finished-unexpectedly", "halt"),
    ("poison-record", "halt"),
    ("checkpoint-failing", "halt"),
    ("restart-loop", "halt"),
    ("job-not-running", "halt"),
    ("transaction-timeout", "halt"),
    ("checkpoints-off", "halt"),
    ("checkpoint-stale", "halt"),
    ("backpressure", "halt"),
    ("watermark-held", "starve"),
    ("late-drops", "starve"),
    ("script-drift", "none"),
    ("offsets-reset", "halt"),
    ("time-to-data-loss", "halt"),
    ("lag-not-recovering", "halt"),
    ("lag-growing", "halt"),
    ("group-missing", "none"),
    ("silent", "starve"),
    ("required-spike-missing", "starve"),
    ("batch-late", "starve"),
    ("batch-small", "starve"),
    ("spike", "flood"),
    ("slow", "starve"),
    ("starved", "none"),
)
"""Every rule, by precedence, with the wave that it sends."""

WAVE: dict[str, Wave] = dict(RULES)
PRECEDENCE: dict[str, int] = {rule: place for place, (rule, _) in enumerate(RULES)}

DRIFT = frozenset({"topic-drift", "script-drift"})
"""Rules of the group `drift`: what runs is not what is declared, yet it runs."""

NEVER_SILENCED = frozenset(
    {"time-to-data-loss", "offsets-reset", "transaction-timeout", "job-duplicate"}
)
"""Rules that maintenance does not hide."""

_LITTLE = {"silent", "slow", "batch-late", "batch-small", "required-spike-missing"}
_LAG = {"lag-growing", "lag-not-recovering", "time-to-data-loss"}

EXPLAINS: dict[str, frozenset[str]] = {
    "starve": frozenset(_LITTLE | {"store-stale", "watermark-held", "late-drops"}),
    "flood": frozenset(
        _LAG | {"spike", "backpressure", "checkpoint-stale", "checkpoint-failing", "store-slow"}
    ),
    "halt": frozenset(
        _LAG
        | {"job-not-running", "job-failed", "restart-loop", "transaction-timeout", "backpressure"}
        | {"checkpoint-failing", "checkpoint-stale"}
    ),
    "lost": frozenset({"job-missing"}),
    "down": frozenset(_LITTLE | {"offline-partition", "under-replicated", "topic-missing"}),
}
"""What a wave explains on an element where it arrives; `lost` comes with a Flink that is gone."""

ABOUT_ONE_INPUT = frozenset({"watermark-held", "late-drops"})
"""Rules of a job that are about one of its inputs, and whose wave passes only what reads it."""
