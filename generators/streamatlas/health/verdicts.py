"""From marks and causes to the verdict on every source and node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from streamatlas.graph.graph import Ref
from streamatlas.graph.names import label
from streamatlas.health import words
from streamatlas.health.causes import Cause, Diagnosis, Origin
from streamatlas.health.hysteresis import Findings
from streamatlas.health.past import Mark
from streamatlas.health.readings import describe, in_window
from streamatlas.health.spread import Fault, reach
from streamatlas.health.thresholds import UNJUDGED
from streamatlas.health.view import Dark, View
from streamatlas.health.waves import PRECEDENCE
from streamatlas.model.judged import Evidence, SourceVerdict, Status, Verdict


@dataclass(frozen=True)
class Judged:
    """All that the verdicts of one poll rest on. `over` are the causes that are over."""

    view: View
    findings: Findings
    marks: Mapping[tuple[Ref, str], Mark]
    dark: Mapping[Ref, Dark]
    diagnosis: Diagnosis
    runbooks: Mapping[str, str]
    over: frozenset[Fault] = frozenset()

    @cached_property
    def by_element(self) -> Mapping[Ref, tuple[str, ...]]:
        """The rules that were asked of each element, by precedence."""
        rules: dict[Ref, list[str]] = defaultdict(list)
        for element, rule in sorted(self.findings, key=lambda key: PRECEDENCE[key[1]]):
            rules[element].append(rule)
        return {element: tuple(asked) for element, asked in rules.items()}

    @cached_property
    def explained(self) -> Mapping[tuple[Ref, str], Origin]:
        """Where a fault comes from, by element and rule."""
        return {(f.element, f.rule): origin for f, origin in self.diagnosis.explained.items()}

    @cached_property
    def causes(self) -> Mapping[Ref, Cause]:
        """The first causes, by element."""
        return {cause.fault.element: cause for cause in self.diagnosis.causes}

    def open(self, ref: Ref) -> list[tuple[str, Mark]]:
        """The open marks of an element, by precedence."""
        rules = self.by_element.get(ref, ())
        return [(rule, self.marks[ref, rule]) for rule in rules if self.marks[ref, rule].open]

    def hit(self, ref: Ref) -> tuple[str, ...]:
        """Teams that own something which trouble of this node can reach, but not its own."""
        wiring = self.view.declared.wiring
        trouble = Fault(ref, "job-failed" if ref.startswith("job/") else "silent", Status.WARNING)
        owners = {wiring.owners[arrival.element] for arrival in reach(wiring, trouble)}
        return tuple(sorted(owners - {wiring.owners[ref]}))

    def gone(self, source: Ref) -> bool:
        """Whether a source is known not to answer."""
        cause = self.causes.get(source)
        return cause is not None and cause.fault.rule == "source-unreachable"


def sources(judged: Judged) -> dict[str, SourceVerdict]:
    """The verdict on each source, by its name without `source/`."""
    graph, snapshot = judged.view.graph, judged.view.snapshot
    found = {}
    for source in graph.sources.values():
        reading = snapshot.sources.get(source.ref)
        at = reading.at if reading else None
        verdict = _worst(judged, source.ref) or _source_ok(judged, source.ref)
        verdict = replace(verdict, observed_at=at, watched_by=source.owner)
        found[source.ref.removeprefix("source/")] = SourceVerdict(verdict, at)
    return found


def nodes(judged: Judged) -> dict[Ref, Verdict]:
    """The verdict on every node; what nothing measures is judged last, by what it reads."""
    every = [node.ref for node in judged.view.graph.nodes()]
    measured = {ref: _node(judged, ref) for ref in every if judged.view.core(ref)}
    return {ref: measured.get(ref) or _unmeasured(judged, ref, measured) for ref in every}


def _node(judged: Judged, ref: Ref) -> Verdict:
    verdict = (
        _dark(judged, ref) or _worst(judged, ref) or _elsewhere(judged, ref) or _fine(judged, ref)
    )
    ages = [reading.at for _, reading in judged.view.core(ref)]
    oldest = None if None in ages else min(at for at in ages if at)
    owner = judged.view.graph.node(ref).owner
    return replace(verdict, observed_at=oldest, watched_by=owner)


def _dark(judged: Judged, ref: Ref) -> Verdict | None:
    """A node without its core readings."""
    dark = judged.dark.get(ref)
    if dark is None:
        return None
    standing = judged.view.past.standings.get(ref)
    was = f" (was {standing.known.name})" if standing and standing.known is not None else ""
    since = f"since {words.clock(dark.since)}{was}" if dark.since else "yet"
    gone = judged.gone(dark.source)
    return Verdict(
        Status.UNKNOWN,
        f"not known {since}: {dark.why}",
        since=dark.since,
        evidence=(Evidence("rate", None, None, "/s", dark.since),),
        cause=dark.source if gone else None,
        path=(dark.source, ref) if gone else (),
        teams_hit=judged.hit(ref),
        runbook=judged.runbooks.get("source-unreachable") if gone else None,
    )


def _worst(judged: Judged, ref: Ref) -> Verdict | None:
    """The worst of the open rules and of being starved; None if there is neither."""
    found = [_open(judged, ref, rule, mark) for rule, mark in judged.open(ref)]
    starved = _starved(judged, ref)
    if not found and starved:
        found = [starved]
    return max(found, key=lambda v: (v.status, v.cause is None), default=None)


def _open(judged: Judged, ref: Ref, rule: str, mark: Mark) -> Verdict:
    finding = mark.finding
    assert finding is not None
    verdict = Verdict(
        finding.status,
        finding.reason,
        rule,
        mark.since,
        evidence=_evidence(judged, ref, finding.evidence),
        runbook=judged.runbooks.get(rule),
    )
    origin = judged.explained.get((ref, rule))
    if origin is None:
        cause = judged.causes.get(ref)
        return replace(verdict, teams_hit=cause.teams_hit if cause else ())
    return _affected(judged, ref, verdict, origin)


def _affected(judged: Judged, ref: Ref, verdict: Verdict, origin: Origin) -> Verdict:
    """Shown as hit by its cause: never worse than WARNING, with what the rule itself said."""
    raw = Evidence("raw verdict", f"{verdict.status.name}: {verdict.reason}")
    status = Status.EXPECTED if origin.fault.excuse else min(verdict.status, Status.WARNING)
    return replace(
        verdict,
        status=status,
        reason=f"{verdict.reason}, because {_because(judged, origin)}",
        evidence=(raw, *verdict.evidence),
        cause=origin.fault.element,
        path=origin.path,
        teams_hit=judged.hit(ref),
        runbook=judged.runbooks.get(origin.fault.rule, verdict.runbook),
    )


def _because(judged: Judged, origin: Origin) -> str:
    fault = origin.fault
    if fault.excuse:
        return f"{label(fault.element)} is in maintenance"
    if fault in judged.over:
        return f"{label(fault.element)} failed before; it recovers"
    return f"{label(fault.element)} is {fault.status.name}"


def _starved(judged: Judged, ref: Ref) -> Verdict | None:
    """A node that gets nothing, or not all, and that no rule speaks of."""
    origin = judged.diagnosis.marked.get(ref)
    if origin is None or ref in judged.dark:
        return None
    before = origin.path[-2] if len(origin.path) > 1 else origin.fault.element
    what = Verdict(
        Status.WARNING,
        f"gets nothing, or not all, from {before.partition('/')[2]}",
        "starved",
        evidence=_evidence(judged, ref, ()),
    )
    return _affected(judged, ref, what, origin)


def _elsewhere(judged: Judged, ref: Ref) -> Verdict | None:
    """A job that is declared, and that nobody starts here."""
    if not judged.view.elsewhere(ref):
        return None
    return Verdict(Status.UNKNOWN, "not run from here: it has no script to start it with")


def _fine(judged: Judged, ref: Ref) -> Verdict:
    """No open rule: OK or, in a window, EXPECTED; unless a rule is still in doubt."""
    evidence = _evidence(judged, ref, ())
    doubt, window = _doubt(judged, ref), in_window(judged.view, ref)
    if doubt:
        return Verdict(Status.UNKNOWN, doubt, evidence=evidence)
    if window:
        return Verdict(Status.EXPECTED, window, evidence=evidence)
    return Verdict(Status.OK, describe(judged.view, ref)[0], evidence=evidence)


def _doubt(judged: Judged, ref: Ref) -> str | None:
    """What is true but not confirmed at the first look, or could not be judged for too long."""
    for rule in judged.by_element.get(ref, ()):
        mark = judged.marks[ref, rule]
        if mark.open is None and mark.finding is not None:
            return f"{mark.finding.reason}; seen once, not confirmed yet"
        if judged.view.now - mark.judged_at > UNJUDGED:
            return judged.findings[ref, rule].reason
    return None


def _evidence(judged: Judged, ref: Ref, first: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The deciding numbers first, then all others of the node; each name once."""
    rules = judged.by_element.get(ref, ())
    others = [e for rule in rules for e in judged.findings[ref, rule].evidence]
    measured = not ref.startswith("source/") and judged.view.core(ref) and ref not in judged.dark
    read = describe(judged.view, ref)[1] if measured else ()
    limits = {e.name: e for e in (*reversed((*others, *read)), *first)}
    names = dict.fromkeys(e.name for e in (*first, *read, *others))
    return tuple(limits[name] for name in names)


def _source_ok(judged: Judged, ref: Ref) -> Verdict:
    doubt = _doubt(judged, ref)
    if doubt:
        return Verdict(Status.UNKNOWN, doubt, evidence=_evidence(judged, ref, ()))
    cluster = judged.view.cluster(ref)
    reason = "answers"
    if cluster:
        free = f"{cluster.slots_available} of {cluster.slots_total} slots free"
        reason = (
            f"Flink {cluster.version}; {free}, {words.many(cluster.taskmanagers, 'TaskManager')}"
        )
    return Verdict(Status.OK, reason, evidence=_evidence(judged, ref, ()))


def _unmeasured(judged: Judged, ref: Ref, measured: Mapping[Ref, Verdict]) -> Verdict:
    """A node of which nothing is read: it is as well as what it reads."""
    owner = judged.view.graph.node(ref).owner
    worst = _worst(judged, ref)
    if worst:
        return replace(worst, watched_by=owner)
    inputs = judged.view.declared.wiring.inputs.get(ref, ())
    known = [(measured[i], i) for i in inputs if i in measured]
    verdict, origin = max(known, key=lambda pair: pair[0].status, default=(None, ""))
    if verdict is None:
        return Verdict(Status.OK, "not measured itself; it reads nothing", watched_by=owner)
    observed = verdict.observed_at
    if verdict.status is Status.UNKNOWN:
        why = f"not measured itself; {origin} is {verdict.reason}"
        path = (*verdict.path, ref) if verdict.cause else ()
        return Verdict(
            Status.UNKNOWN, why, since=verdict.since, observed_at=observed,
            cause=verdict.cause, path=path, watched_by=owner,
        )  # fmt: skip
    state = "OK" if verdict.status is Status.OK else f"{verdict.status.name}, and gives what it has"
    reason = f"not measured itself; what it reads is {state}"
    return Verdict(Status.OK, reason, observed_at=observed, watched_by=owner)
