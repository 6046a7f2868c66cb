"""What is read of a node when nothing is wrong: one sentence, and its numbers as evidence.

The first number of a node is its main reading: `rate`, in records a second (of a store: rows
written). A topic adds `records` and `last record age`; a job `last checkpoint age`, `restarts`
and `state`; a store `rows`; an edge that is read has `lag`, in records. A null is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from streamatlas.graph.flow import band, markers, origins, parts
from streamatlas.graph.graph import Job, Node, Ref, Service, Store
from streamatlas.graph.inflows import rated
from streamatlas.health import words
from streamatlas.health.remember import restart_window
from streamatlas.health.rules.restart_loop import restarts
from streamatlas.health.thresholds import RATE_WINDOW
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence

Described = tuple[str, tuple[Evidence, ...]]


def describe(view: View, ref: Ref) -> Described:
    """The readings of a node that can be judged."""
    node = view.graph.node(ref)
    if isinstance(node, Job):
        return _job(view, node)
    if isinstance(node, Store):
        return _store(view, node)
    topics = view.own_topics(ref) if isinstance(node, Service) else (ref,)
    return _arrivals(view, node, topics)


def _arrivals(view: View, node: Node, topics: tuple[Ref, ...]) -> Described:
    """A topic, or a service in the topics that only it writes."""
    rates = [view.rate(topic, "records") for topic in topics]
    rate = None if None in rates else sum(r for r in rates if r is not None)
    normal = _normal(view, node)
    states = [state for state in map(view.topic, topics) if state]
    quiet = [view.past.quiet[topic] for topic in topics if topic in view.past.quiet]
    age = view.now - max(quiet, default=view.now)
    records = sum(state.records for state in states)
    evidence = (
        Evidence("rate", rate, normal, "/s", view.now),
        Evidence("records", records, None, "", view.now),
        Evidence("last record age", age.total_seconds() if records else None, None, "s", view.now),
    )
    last = f"last record {words.span(age)} ago" if records else "no record yet"
    within = f", normal {normal} now" if normal else ""
    return f"{words.rate(rate)}{within}; {last}", evidence


def in_window(view: View, ref: Ref) -> str | None:
    """Why more than the base rate is expected now, where there is more."""
    node, scale = view.graph.node(ref), view.graph.scale
    if not _has_normal(node):
        return None
    now = parts(origins(view.graph, ref), view.now)
    bases = [part.share.normal.rate.high for part in now]
    rate = next((e.value for e in describe(view, ref)[1] if e.name == "rate"), None)
    if None in bases or not isinstance(rate, float):
        return None
    base = sum(part.share.copies * high for part, high in zip(now, bases, strict=True) if high)
    extra = 0 if rated(node) else markers(view.graph, ref)
    opened = [(part, window) for part in now for window in part.windows]
    if not opened or rate <= base * scale + extra:
        return None
    part, window = opened[0]
    whose = "" if part.share.origin == ref else f" of {part.share.origin}"
    why = f" ({window.why})" if window.why else ""
    zone = part.share.normal.timezone
    return f"{words.rate(rate)} in the window {window.at.text}, {zone}{whose}{why}"


def _has_normal(node: Node) -> bool:
    """Whether a rate is known to be normal: declared, or of a topic what flows in.

    What flows into a service is not what it is measured by: that is what it writes.
    """
    return rated(node) is not None or node.kind == "topic"


def _normal(view: View, node: Node) -> str | None:
    """The band expected now, as people write it."""
    if not _has_normal(node):
        return None
    now = band(view.graph, node.ref, view.now, scale=view.graph.scale)
    if now.high is None:
        return f"at least {words.number(now.low)}/s" if now.low else None
    if not now.low:
        return f"up to {words.number(now.high)}/s"
    return f"{words.number(now.low)}-{words.number(now.high)}/s"


def _job(view: View, job: Job) -> Described:
    running = view.live(job.ref)
    if running is None:
        return "not running", ()
    done = running.checkpoints.latest_completed_at if running.checkpoints else None
    clock = view.clock(job.ref, running)
    rate = job_rate(view, job)
    window = words.span(restart_window(view.graph, job.ref))
    begun = running.running_since or running.started_at
    age = (clock - done).total_seconds() if done else None
    evidence = (
        Evidence("rate", rate, None, "/s", view.now),
        Evidence("last checkpoint age", age, None, "s", view.now),
        Evidence("restarts", restarts(view, job.ref), None, f"in {window}", view.now),
        Evidence("state", running.state, "RUNNING", "", view.now),
    )
    every = f", every {words.span(job.checkpoint_interval)}"
    saved = (
        f"last checkpoint {words.span(clock - done)} ago{every}" if done else "no checkpoint yet"
    )
    reads = "" if rate is None else f"; reads {words.rate(rate)}"
    return f"{running.state} for {words.span(clock - begun)}; {saved}{reads}", evidence


def job_rate(view: View, job: Job) -> float | None:
    """Records read a second, by committed offsets; these move at checkpoints only."""
    over = max(RATE_WINDOW, min(5 * RATE_WINDOW, 4 * job.checkpoint_interval))
    edges = [e.ref for e in view.graph.inputs(job.ref) if e.origin.startswith("topic/")]
    rates = [rate for rate in _rates(view, edges, over) if rate is not None]
    return sum(rates) if rates and len(rates) == len(edges) else None


def _rates(view: View, edges: list[Ref], over: timedelta) -> Iterator[float | None]:
    yield from (view.rate(edge, "committed", over) for edge in edges)


def _store(view: View, store: Store) -> Described:
    state = view.fresh(view.snapshot.stores, store.ref)
    rate = view.rate(store.ref, "writes")
    rows = state.rows if state else None
    evidence = (
        Evidence("rate", rate, None, "/s", view.now),
        Evidence("rows", rows, None, "", view.now),
    )
    held = "rows not known" if rows is None else f"about {words.number(rows)} rows"
    written = "writes not known yet" if rate is None else f"{words.number(rate)} writes/s"
    return f"answers; {held}, {written}", evidence
