"""The rules by precedence. Each module is one: ID, KINDS, judge(view, ref) -> Finding or None.

None means that the rule does not apply to the element. The docstring is its documentation.
"""

from __future__ import annotations

from streamatlas.health.rules import (
    checkpoint_stale,
    job_missing,
    job_not_running,
    jobs_lost,
    restart_loop,
    script_drift,
    silent,
    slots_short,
    source_unreachable,
    topic_drift,
    topic_missing,
)

RULES = (
    source_unreachable,
    jobs_lost,
    slots_short,
    topic_missing,
    topic_drift,
    job_missing,
    restart_loop,
    job_not_running,
    checkpoint_stale,
    script_drift,
    silent,
)
