"""First cause: which of many faults failed first, and whom each of them hits.

Pure: the same faults give the same causes in any order. Times decide only where nothing else
does.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from streamatlas.graph.graph import Ref
from streamatlas.health.spread import Arrival, Fault, begin, onward, reach
from streamatlas.health.waves import DRIFT, NEVER_SILENCED, PRECEDENCE
from streamatlas.health.wiring import Wiring
from streamatlas.model.judged import Status

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the trouble of an element comes from, and the way it took, both ends included."""

    fault: Fault
    path: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """An element that failed by itself, named by its worst rule, and all that follows."""

    fault: Fault
    affected: tuple[Ref, ...]
    teams_hit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`causes` by status and reference; `explained` by fault, `marked` by starved element."""

    causes: tuple[Cause, ...]
    explained: Mapping[Fault, Origin] = field(default_factory=dict)
    marked: Mapping[Ref, Origin] = field(default_factory=dict)


@dataclass(slots=True)
class _Wake:
    """All that one root explains, marks and can reach, with the shortest ways."""

    root: Fault
    explained: dict[Fault, Origin] = field(default_factory=dict)
    marked: dict[Ref, Origin] = field(default_factory=dict)
    reached: set[Ref] = field(default_factory=set)


def explanations(wiring: Wiring, faults: Iterable[Fault]) -> dict[Fault, tuple[Fault, ...]]:
    """For each fault those on other elements that it explains directly."""
    by_element = _by_element(faults)
    found: dict[Fault, tuple[Fault, ...]] = {}
    for fault in (f for faults in by_element.values() for f in faults):
        covered = {
            other: None
            for arrival in reach(wiring, fault)
            if arrival.element != fault.element
            for other in by_element.get(arrival.element, ())
            if arrival.covers(other)
        }
        found[fault] = tuple(covered)
    return found


def diagnose(
    wiring: Wiring,
    faults: Iterable[Fault],
    unknown: frozenset[Ref] = frozenset(),
    maintenance: frozenset[Ref] = frozenset(),
) -> Diagnosis:
    """First causes of `faults`; nodes of `unknown` and `maintenance` are never affected."""
    heard = sorted(
        (
            f
            for f in faults
            if f.element not in unknown
            and (f.element not in maintenance or f.rule in NEVER_SILENCED)
        ),
        key=_order,
    )
    excuses = [_excuse(ref) for ref in sorted(maintenance)]
    everything = [*heard, *excuses]
    roots = _roots(explanations(wiring, everything))
    wakes = [_wake(wiring, root, everything) for root in roots]
    return Diagnosis(
        _causes(wiring, wakes, unknown | maintenance),
        _nearest(wake.explained for wake in wakes),
        _nearest(wake.marked for wake in wakes),
    )


def _order(fault: Fault) -> tuple[int, int, float, Ref, Ref]:
    """Worst first, then by precedence, age and reference."""
    since = fault.since.timestamp() if fault.since else 0.0
    return -fault.status, PRECEDENCE[fault.rule], since, fault.element, fault.topic or ""


def _excuse(ref: Ref) -> Fault:
    """Declared maintenance, as the fault that it may look like to others."""
    rules = {"job": "job-not-running", "store": "store-down", "topic": "topic-missing"}
    rule = rules.get(ref.partition("/")[0], "silent")
    return Fault(ref, rule, Status.MAINTENANCE, excuse=True)


def _by_element(faults: Iterable[Fault]) -> dict[Ref, list[Fault]]:
    grouped: dict[Ref, list[Fault]] = defaultdict(list)
    for fault in faults:
        grouped[fault.element].append(fault)
    return grouped


def _roots(explains: Mapping[Fault, tuple[Fault, ...]]) -> tuple[Fault, ...]:
    """What nothing explains; of faults that explain each other, the first by order."""
    caused = {other for others in explains.values() for other in others}
    roots = [fault for fault in explains if fault not in caused or fault.excuse]
    left = set(explains) - _closure(explains, roots)
    beyond = {fault: _closure(explains, [fault]) for fault in left}
    for fault in sorted(left, key=_order):
        before = {other for other in left if fault in beyond[other]}
        if before <= beyond[fault] and not any(root in before for root in roots):
            roots.append(fault)
    return tuple(sorted(roots, key=_order))


def _closure(explains: Mapping[Fault, tuple[Fault, ...]], start: Iterable[Fault]) -> set[Fault]:
    seen = set(start)
    queue = deque(seen)
    while queue:
        new = set(explains[queue.popleft()]) - seen
        seen |= new
        queue.extend(new)
    return seen


def _wake(wiring: Wiring, root: Fault, faults: Iterable[Fault]) -> _Wake:
    """Follow a root's wave, and that of each fault it explains, by the shortest way."""
    by_element = _by_element(f for f in faults if not f.excuse)
    wake = _Wake(root)
    queue: deque[tuple[Arrival, Fault, tuple[Ref, ...]]] = deque()
    seen: set[tuple[Arrival, bool, Ref]] = set()

    def enter(arrivals: Iterable[Arrival], sender: Fault, path: tuple[Ref, ...]) -> None:
        for arrival in arrivals:
            key = (arrival, sender.marks, sender.element)
            if key not in seen:
                seen.add(key)
                way = path if path[-1] == arrival.element else (*path, arrival.element)
                queue.append((arrival, sender, way))

    enter(begin(wiring, root), root, (root.element,))
    while queue:
        arrival, sender, path = queue.popleft()
        _note(wake, arrival, sender, path)
        for fault in by_element.get(arrival.element, ()):
            new = fault not in wake.explained and fault.element not in (
                sender.element,
                root.element,
            )
            if new and arrival.covers(fault):
                wake.explained[fault] = Origin(root, path)
                enter(begin(wiring, fault), fault, path)
        enter(onward(wiring, arrival), sender, path)
    return wake


def _note(wake: _Wake, arrival: Arrival, sender: Fault, path: tuple[Ref, ...]) -> None:
    if arrival.element == wake.root.element:
        return
    wake.reached.add(arrival.element)
    if sender.marks and not arrival.beyond and arrival.kind in ("starve", "halt", "down"):
        wake.marked.setdefault(arrival.element, Origin(wake.root, path))


def _causes(wiring: Wiring, wakes: Iterable[_Wake], never: frozenset[Ref]) -> tuple[Cause, ...]:
    """One cause per element, named by its first fault; wakes come in that order."""
    grouped: dict[Ref, list[_Wake]] = defaultdict(list)
    for wake in wakes:
        if not wake.root.excuse:
            grouped[wake.root.element].append(wake)
    blamed = {ref for ref, group in grouped.items() if any(w.root.rule not in DRIFT for w in group)}
    causes = []
    for element, group in grouped.items():
        hit = {ref for w in group for ref in w.marked} | {
            f.element for w in group for f in w.explained
        }
        teams = {wiring.owners[ref] for w in group for ref in w.reached}
        causes.append(
            Cause(
                group[0].root,
                tuple(sorted(hit - blamed - never - {element})),
                tuple(sorted(teams - {wiring.owners[element]})),
            )
        )
    return tuple(causes)


def _nearest(found: Iterable[Mapping[K, Origin]]) -> dict[K, Origin]:
    """Of several origins the one that counts: a real cause, the shortest way, then the worst."""
    nearest: dict[K, Origin] = {}
    for origins in found:
        for key, origin in origins.items():
            nearest[key] = min(nearest.get(key, origin), origin, key=_nearness)
    return nearest


def _nearness(origin: Origin) -> tuple[bool, int, tuple[int, int, float, Ref, Ref]]:
    return origin.fault.excuse, len(origin.path), _order(origin.fault)
