"""The story of a poll: remember, judge, find causes, and say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from streamatlas.graph.graph import Graph, Ref
from streamatlas.health import faults as faulty
from streamatlas.health import hysteresis
from streamatlas.health.causes import diagnose
from streamatlas.health.edges import edges
from streamatlas.health.incidents import incidents
from streamatlas.health.overall import overall
from streamatlas.health.past import Echo, Past, Standing
from streamatlas.health.remember import remember
from streamatlas.health.verdicts import Judged, nodes, sources
from streamatlas.health.view import View
from streamatlas.health.waves import PRECEDENCE
from streamatlas.model.judged import Incident, Report, SourceVerdict, Status, Verdict
from streamatlas.model.observed import Snapshot


def evaluate(
    graph: Graph,
    snapshot: Snapshot,
    past: Past,
    now: datetime,
    runbooks: Mapping[str, str] | None = None,
) -> tuple[Report, Past]:
    """The report on a snapshot, and what the next one needs to know.

    `now` is when it is judged, and becomes the report's time. `runbooks` maps a rule to its
    runbook's path within the portal.
    """
    view = remember(graph, snapshot, past)
    judged, echoes = _judge(view, runbooks or {})
    asked, found, flows = _verdicts(judged)
    opened = incidents(judged)
    worst = _by_status(opened.values())
    whole = overall(asked, found, flows, worst)
    report = Report(graph.environment, graph.digest, now, whole, asked, found, flows, worst)
    after = replace(
        view.past,
        taken_at=view.now,
        marks=judged.marks,
        standings=_standings(past, report),
        roots=tuple(c.fault for c in judged.diagnosis.causes if c.fault not in judged.over),
        echoes=echoes,
        incidents=opened,
    )
    return report, after


Verdicts = Mapping[str, Verdict]


def _verdicts(judged: Judged) -> tuple[Mapping[str, SourceVerdict], Verdicts, Verdicts]:
    """Sources, nodes and edges, each with its begin."""
    view = judged.view
    found = {ref: _since(view, ref, verdict) for ref, verdict in nodes(judged).items()}
    asked = {
        name: replace(s, verdict=_since(view, f"source/{name}", s.verdict))
        for name, s in sources(judged).items()
    }
    flows = {ref: _since(view, ref, verdict) for ref, verdict in edges(judged, found).items()}
    return asked, found, flows


def _judge(view: View, runbooks: Mapping[str, str]) -> tuple[Judged, tuple[Echo, ...]]:
    """Findings, marks and causes of a poll, and the causes that are over."""
    findings = hysteresis.judge(view)
    refs = (node.ref for node in view.graph.nodes())
    dark = {ref: why for ref in refs if (why := view.dark(ref))}
    wiring = view.declared.wiring
    marks = faulty.confirmed(wiring, hysteresis.marks(view, findings), dark)
    found, candidates = faulty.faults(marks, dark), faulty.echoes(view, marks)
    used = faulty.needed(wiring, found, candidates)
    over = [echo.fault for echo in used]
    diagnosis = diagnose(wiring, [*found, *over], frozenset(dark))
    judged = Judged(view, findings, marks, dark, diagnosis, runbooks, frozenset(over))
    return judged, faulty.remembered(view.now, candidates, used)


def _since(view: View, ref: Ref, verdict: Verdict) -> Verdict:
    """The verdict with its begin: the source's, else when this status was first published."""
    before = view.past.standings.get(ref)
    if verdict.since is not None:
        return verdict
    if before is None:
        return verdict if verdict.status is Status.OK else replace(verdict, since=view.now)
    same = (before.status, before.rule) == (verdict.status, verdict.rule)
    return replace(verdict, since=before.since if same else view.now)


def _standings(past: Past, report: Report) -> dict[Ref, Standing]:
    """What was published of each element, for the next poll."""
    asked = {f"source/{name}": s.verdict for name, s in report.sources.items()}
    verdicts = {**asked, **report.nodes, **report.edges}
    found = {}
    for ref, verdict in verdicts.items():
        before = past.standings.get(ref)
        known = before.known if before else None
        if verdict.status is not Status.UNKNOWN:
            known = verdict.status
        found[ref] = Standing(verdict.status, verdict.rule, verdict.since, known)
    return found


def _by_status(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    return tuple(
        sorted(incidents, key=lambda i: (-i.status, PRECEDENCE[i.rule], i.opened_at, i.cause))
    )
