"""How a wave spreads from a fault: where it arrives, as what, and by which way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from streamatlas.graph.graph import Ref
from streamatlas.health.waves import ABOUT_ONE_INPUT, EXPLAINS, WAVE
from streamatlas.health.wiring import Wiring
from streamatlas.model.judged import Status


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that holds on an element. `topic` is the input that the rule is about, if one.

    `excuse` is a fault that nobody is to be blamed for: declared maintenance, or a cause that
    is over and whose followers still recover.
    """

    element: Ref
    rule: str
    status: Status
    since: datetime | None = None
    topic: Ref | None = None
    excuse: bool = False

    @property
    def marks(self) -> bool:
        """Whether what its wave reaches is starved, even where no rule says so."""
        return (
            self.status is Status.CRITICAL and self.rule != "source-unreachable" and not self.excuse
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A wave at an element.

    `via` is the input of a job by which it came. `beyond` is set once it has passed a service:
    from there on it explains, but marks nobody.
    """

    kind: str
    element: Ref
    via: Ref | None = None
    beyond: bool = False

    def covers(self, fault: Fault) -> bool:
        """Whether the wave explains the fault here."""
        if fault.element != self.element or fault.rule not in EXPLAINS[self.kind]:
            return False
        about = fault.topic if fault.rule in ABOUT_ONE_INPUT else None
        return about is None or self.via == about


def begin(wiring: Wiring, fault: Fault) -> Iterator[Arrival]:
    """Where the wave of a fault arrives first."""
    wave = WAVE[fault.rule]
    if wave == "source":
        yield from _from_source(wiring, fault)
    elif wave == "down":
        yield from _users(wiring, fault.element)
    elif wave == "halt":
        yield from _outputs(wiring, Arrival("starve", fault.element), all_of_job=True)
    elif wave in ("starve", "flood"):
        here = Arrival(wave, fault.element, via=fault.topic)
        yield from _outputs(wiring, here, all_of_job=fault.topic is None, own=True)


def onward(wiring: Wiring, arrival: Arrival) -> Iterator[Arrival]:
    """Where a wave goes from where it has arrived."""
    if arrival.kind == "halt":
        yield from _outputs(wiring, replace(arrival, kind="starve"), all_of_job=True)
    elif arrival.kind == "down" and not arrival.element.startswith("service/"):
        yield from _users(wiring, arrival.element)
    elif arrival.kind in ("starve", "flood"):
        yield from _outputs(wiring, arrival)


def _from_source(wiring: Wiring, fault: Fault) -> Iterator[Arrival]:
    for member in wiring.members.get(fault.element, ()):
        if not member.startswith("job/"):
            yield Arrival("down", member)
            continue
        yield Arrival("halt", member)
        if fault.rule in ("source-unreachable", "jobs-lost"):
            yield Arrival("lost", member)


def _users(wiring: Wiring, ref: Ref) -> Iterator[Arrival]:
    """A store or topic fails: its jobs halt, who writes it is held up, who reads it starves."""
    users = ((wiring.inputs, "down"), (wiring.outputs, "starve"))
    for neighbours, kind in users:
        for user in neighbours.get(ref, ()):
            yield Arrival("halt" if user.startswith("job/") else kind, user)


def _outputs(
    wiring: Wiring, here: Arrival, all_of_job: bool = False, own: bool = False
) -> Iterator[Arrival]:
    """One step down the data; a job passes on only what it makes of the input, unless all.

    `own` is set where the trouble begins at a service: what it writes is marked too.
    """
    kind, _, _ = here.element.partition("/")
    targets: Iterable[Ref] = wiring.outputs.get(here.element, ())
    if kind == "job" and not all_of_job:
        targets = wiring.feeds.get((here.element, here.via or ""), ())
    beyond = here.beyond or (kind == "service" and not own)
    via = here.element if kind in ("topic", "store") else None
    for target in targets:
        yield Arrival(here.kind, target, via if target.startswith("job/") else None, beyond)


def reach(wiring: Wiring, fault: Fault) -> tuple[Arrival, ...]:
    """Everywhere the wave of one fault arrives, nearest first."""
    queue = deque(begin(wiring, fault))
    seen = dict.fromkeys(queue)
    while queue:
        for arrival in onward(wiring, queue.popleft()):
            if arrival not in seen:
                seen[arrival] = None
                queue.append(arrival)
    return tuple(seen)
