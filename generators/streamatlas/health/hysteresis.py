"""When a rule is said aloud: only after so many polls in a row, and taken back likewise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from streamatlas.graph.graph import Graph, Ref
from streamatlas.health.past import Finding, Mark
from streamatlas.health.rules import RULES
from streamatlas.health.thresholds import ROWS, Row
from streamatlas.health.view import View
from streamatlas.model.judged import Status

Findings = Mapping[tuple[Ref, str], Finding]


def judge(view: View) -> Findings:
    """What every rule says of every element it applies to."""
    found = {
        (ref, rule.ID): rule.judge(view, ref)
        for rule in RULES
        for ref in elements(view.graph)
        if ref.partition("/")[0] in rule.KINDS
    }
    return {key: finding for key, finding in found.items() if finding is not None}


def elements(graph: Graph) -> Iterator[Ref]:
    """Sources and nodes, in the order of the file."""
    yield from graph.sources
    yield from (node.ref for node in graph.nodes())


def marks(view: View, findings: Findings) -> dict[tuple[Ref, str], Mark]:
    """Where each rule stands after this poll; one that does not apply any more is forgotten."""
    before = view.past.marks
    return {
        (ref, rule): _next(before.get((ref, rule)), finding, ROWS[rule], view.now)
        for (ref, rule), finding in findings.items()
    }


def _next(mark: Mark | None, finding: Finding, row: Row, now: datetime) -> Mark:
    mark = mark or Mark(now)
    if finding.status is Status.UNKNOWN:  # neither counts nor resets
        return mark
    if finding.status is Status.OK:
        return _false(mark, row, now)
    trues = mark.trues + 1
    return Mark(
        judged_at=now,
        open=True if mark.open or trues >= row.opens else mark.open,
        trues=trues,
        since=finding.since or mark.since or now,
        finding=finding,
    )


def _false(mark: Mark, row: Row, now: datetime) -> Mark:
    falses = mark.falses + 1
    if mark.open and falses < row.closes:
        return replace(mark, judged_at=now, falses=falses, trues=0)
    return Mark(judged_at=now, open=False)
