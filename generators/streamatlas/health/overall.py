"""The one verdict on everything, with how many there are of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from streamatlas.model.judged import Evidence, Incident, SourceVerdict, Status, Verdict

CALM = (Status.EXPECTED, Status.MAINTENANCE)
ORDER = ("CRITICAL", "affected", "WARNING", "UNKNOWN", "MAINTENANCE", "EXPECTED", "OK")


def overall(
    sources: Mapping[str, SourceVerdict],
    nodes: Mapping[str, Verdict],
    edges: Mapping[str, Verdict],
    incidents: Iterable[Incident],
) -> Verdict:
    """The worst of all; what is expected or declared counts as OK. The tally is of nodes."""
    every = [s.verdict for s in sources.values()] + [*nodes.values(), *edges.values()]
    status = max((v.status for v in every), default=Status.OK)
    status = Status.OK if status in CALM else status
    tally = Counter(word(verdict) for verdict in nodes.values())
    counted = ", ".join(f"{tally[name]} {name}" for name in ORDER if tally[name])
    first = next(iter(incidents), None)
    headline = f"{first.cause}: {first.reason}; " if first else ""
    worst = [v.since for v in every if v.status is status and v.since]
    times = [v.observed_at for v in every if v.observed_at]
    return Verdict(
        status,
        f"{headline}{counted}",
        rule=first.rule if first else None,
        since=min(worst, default=None) if status is not Status.OK else None,
        observed_at=min(times, default=None),
        evidence=tuple(Evidence(name, tally[name]) for name in ORDER),
        teams_hit=first.teams_hit if first else (),
        runbook=first.runbook if first else None,
    )


def word(verdict: Verdict) -> str:
    """Under which of the seven words a verdict is counted."""
    affected = verdict.cause is not None and verdict.status >= Status.WARNING
    return "affected" if affected else verdict.status.name
