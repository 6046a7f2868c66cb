"""What a poll adds to the past: samples of counters, exceptions, and how long topics are quiet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from streamatlas.graph.graph import Graph, Ref
from streamatlas.health.declared import declared
from streamatlas.health.past import Past, Sample
from streamatlas.health.thresholds import RATE_WINDOW, ROWS
from streamatlas.health.view import View
from streamatlas.model.observed import JobException, Reading, Snapshot

T = TypeVar("T")

EXCEPTIONS_KEPT = 16


def remember(graph: Graph, snapshot: Snapshot, past: Past) -> View:
    """A view of the poll whose past holds its samples."""
    known = declared(graph, past.declared)
    before = View(known, snapshot, past)
    after = replace(
        past,
        declared=known,
        samples=_samples(before),
        exceptions={job.ref: _exceptions(before, job.ref) for job in graph.jobs.values()},
        quiet=_quiet(before),
    )
    return replace(before, past=after)


def _samples(view: View) -> Mapping[tuple[Ref, str], tuple[Sample, ...]]:
    kept = dict(view.past.samples)
    for ref, counter, sample in _counters(view):
        kept[ref, counter] = _extend(kept.get((ref, counter), ()), sample, _keep(view, ref))
    return kept


def _counters(view: View) -> Iterator[tuple[Ref, str, Sample]]:
    """Every counter that was read at this poll."""
    snapshot = view.snapshot
    for ref, topic in _read(view, snapshot.topics):
        yield ref, "records", Sample(view.now, topic.records)
    for ref, group in _read(view, snapshot.groups):
        yield ref, "committed", Sample(view.now, sum(group.committed.values()))
    for ref, store in _read(view, snapshot.stores):
        yield ref, "writes", Sample(view.now, store.writes)
    for ref in snapshot.jobs:
        yield from _restarts(view, ref)


def _read(view: View, readings: Mapping[str, Reading[T]]) -> Iterator[tuple[Ref, T]]:
    """What was read at this poll, and not before."""
    for ref, reading in readings.items():
        if reading.value is not None and reading.at == view.now:
            yield ref, reading.value


def _restarts(view: View, ref: Ref) -> Iterator[tuple[Ref, str, Sample]]:
    job = view.live(ref)
    if job and job.restarts is not None:
        yield ref, "restarts", Sample(view.now, job.restarts, job.jid)
    if job and job.checkpoints is not None:
        yield ref, "restored", Sample(view.now, job.checkpoints.restored, job.jid)


def _keep(view: View, ref: Ref) -> timedelta:
    if not ref.startswith("job/"):
        return max(2 * RATE_WINDOW, 5 * RATE_WINDOW if " -> " in ref else RATE_WINDOW)
    return restart_window(view.graph, ref)


def restart_window(graph: Graph, ref: Ref) -> timedelta:
    """Over how long the restarts of a job are counted."""
    job = graph.jobs[ref.partition("/")[2]]
    return max(ROWS["restart-loop"].within, 5 * job.restart[1])


def _extend(samples: tuple[Sample, ...], new: Sample, keep: timedelta) -> tuple[Sample, ...]:
    """Add a sample; a counter that fell, or counts something else, starts anew."""
    if samples and (new.value < samples[-1].value or new.of != samples[-1].of):
        return (new,)
    return (*(s for s in samples if new.at - s.at <= keep), new)


def _exceptions(view: View, ref: Ref) -> tuple[JobException, ...]:
    """What was thrown lately, oldest first; Flink itself forgets the first within a minute."""
    job = view.live(ref)
    if job is None:
        return view.past.exceptions.get(ref, ())
    begin = max(view.clock(ref, job) - restart_window(view.graph, ref), job.started_at)
    known = {e.at: e for e in (*view.past.exceptions.get(ref, ()), *job.exceptions)}
    recent = [known[at] for at in sorted(known) if at >= begin]
    half = EXCEPTIONS_KEPT // 2
    return tuple(recent if len(recent) <= EXCEPTIONS_KEPT else [*recent[:half], *recent[-half:]])


def _quiet(view: View) -> Mapping[Ref, datetime]:
    """Since when each topic stands still; absent before it is first seen."""
    found = {topic.ref: _quiet_since(view, topic.ref) for topic in view.graph.topics.values()}
    return {ref: since for ref, since in found.items() if since is not None}


def _quiet_since(view: View, ref: Ref) -> datetime | None:
    reading = view.snapshot.topics.get(ref)
    state = reading.value if reading and reading.at == view.now else None
    before = view.past.quiet.get(ref)
    if state is None:  # time in the dark is not silence
        passed = view.now - view.past.taken_at if view.past.taken_at else timedelta()
        return before + passed if before else None
    newest = min(state.newest_record_at or view.now, view.now)
    if before is None:
        return newest
    samples = view.past.samples.get((ref, "records"), ())
    if samples and samples[-1].value != state.records:
        return view.now
    return before
