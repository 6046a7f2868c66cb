"""The verdict on every edge: its own readings, else the trouble of its ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from streamatlas.graph.graph import Edge, Ref
from streamatlas.health import words
from streamatlas.health.verdicts import Judged
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status, Verdict


def edges(judged: Judged, nodes: Mapping[Ref, Verdict]) -> dict[str, Verdict]:
    """Every edge, by `FROM -> TO`."""
    found = {}
    for edge in judged.view.graph.edges:
        ends = [nodes[ref] for ref in (edge.origin, edge.target) if ref in nodes]
        verdict = (
            _own(judged.view, edge) or _affected(ends) or _unknown(ends) or _fine(judged, edge)
        )
        found[edge.ref] = replace(verdict, watched_by=edge.watcher)
    return found


def _own(view: View, edge: Edge) -> Verdict | None:
    """UNKNOWN where a reader's offsets cannot be read."""
    reading = view.snapshot.groups.get(edge.ref)
    if reading is None or not view.stale(reading):
        return None
    known = f"since {words.clock(reading.at)}" if reading.at else "yet"
    reason = f"lag not known {known}: {reading.missing or 'too old'}"
    lag = (Evidence("lag", None, None, "records", reading.at),)
    return Verdict(Status.UNKNOWN, reason, since=reading.at, observed_at=reading.at, evidence=lag)


def _affected(ends: list[Verdict]) -> Verdict | None:
    """Trouble goes along an edge when both its ends have some, and one from elsewhere."""
    hit = [end for end in ends if end.cause and end.status > Status.UNKNOWN]
    if not hit or any(end.status < Status.WARNING for end in ends):
        return None
    end = hit[-1]
    return Verdict(
        Status.WARNING,
        f"affected by {end.cause}",
        since=end.since,
        observed_at=end.observed_at,
        cause=end.cause,
        path=end.path,
        runbook=end.runbook,
    )


def _unknown(ends: list[Verdict]) -> Verdict | None:
    dark = next((end for end in ends if end.status is Status.UNKNOWN), None)
    if dark is None:
        return None
    return Verdict(
        Status.UNKNOWN,
        dark.reason,
        since=dark.since,
        observed_at=dark.observed_at,
        cause=dark.cause,
    )


def _fine(judged: Judged, edge: Edge) -> Verdict:
    view = judged.view
    if edge.ref in view.snapshot.groups:
        return _read(view, edge)
    target = edge.target if edge.target.startswith(("topic/", "store/")) else edge.origin
    counter = "records" if target.startswith("topic/") else "writes"
    alone = len(view.declared.wiring.inputs.get(target, ())) == 1 and target == edge.target
    if not alone:
        return Verdict(Status.OK, "not measured itself; both its ends are OK")
    rate = view.rate(target, counter)
    evidence = (Evidence("rate", rate, None, "/s", view.now),)
    return Verdict(Status.OK, words.rate(rate), observed_at=view.now, evidence=evidence)


def _read(view: View, edge: Edge) -> Verdict:
    """A reader with a group: how far it is behind."""
    state, group = view.topic(edge.origin), view.fresh(view.snapshot.groups, edge.ref)
    behind = None
    if state and group and group.committed:
        ends = {p: state.end_offsets.get(p, o) for p, o in group.committed.items()}
        behind = sum(max(0, ends[p] - o) for p, o in group.committed.items())
    at = view.snapshot.groups[edge.ref].at
    rate = view.rate(edge.ref, "committed")
    evidence = (
        Evidence("lag", behind, None, "records", at),
        Evidence("rate", rate, None, "/s", at),
    )
    lag = "nothing committed yet" if behind is None else f"{words.number(behind)} records unread"
    return Verdict(Status.OK, f"{lag}; {words.rate(rate)}", observed_at=at, evidence=evidence)
