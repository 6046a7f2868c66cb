"""The report as `/status.json` has it; its schema is published beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

from streamatlas.model.judged import Evidence, Incident, Report, SourceVerdict, Verdict

Json: TypeAlias = dict[str, Any]


def to_json(report: Report) -> Json:
    """A value for `json.dumps`; times are RFC 3339 in UTC, durations in seconds."""
    return {
        "version": 1,
        "environment": report.environment,
        "topology": report.topology,
        "taken_at": _time(report.taken_at),
        "overall": _verdict(report.overall),
        "sources": {name: _source(verdict) for name, verdict in report.sources.items()},
        "nodes": {ref: _verdict(verdict) for ref, verdict in report.nodes.items()},
        "edges": {ref: _verdict(verdict) for ref, verdict in report.edges.items()},
        "incidents": [_incident(incident) for incident in report.incidents],
    }


def _verdict(verdict: Verdict) -> Json:
    optional: Json = {"rule": verdict.rule, "watched_by": verdict.watched_by}
    return {
        "status": verdict.status.name,
        "reason": verdict.reason,
        "since": _time(verdict.since),
        "observed_at": _time(verdict.observed_at),
        "evidence": [_evidence(evidence) for evidence in verdict.evidence],
        "cause": verdict.cause,
        "path": list(verdict.path),
        "teams_hit": list(verdict.teams_hit),
        "runbook": verdict.runbook,
        **{key: value for key, value in optional.items() if value is not None},
    }


def _source(source: SourceVerdict) -> Json:
    return {**_verdict(source.verdict), "answered_at": _time(source.answered_at)}


def _evidence(evidence: Evidence) -> Json:
    value = evidence.value
    return {
        "name": evidence.name,
        "value": round(value, 3) if isinstance(value, float) else value,
        "limit": evidence.limit,
        "unit": evidence.unit,
        "observed_at": _time(evidence.observed_at),
    }


def _incident(incident: Incident) -> Json:
    return {
        "id": incident.id,
        "cause": incident.cause,
        "rule": incident.rule,
        "status": incident.status.name,
        "reason": incident.reason,
        "opened_at": _time(incident.opened_at),
        "affected": list(incident.affected),
        "unseen": list(incident.unseen),
        "teams_hit": list(incident.teams_hit),
        "acknowledged_by": None,
        "runbook": incident.runbook,
        "merged_into": None,
    }


def _time(at: datetime | None) -> str | None:
    return (
        at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
    )
