"""Minutes: all records that a stream sends in one minute, and streams of them.

A minute is made from the stream's name and its number alone. Made again, after a restart or
a failure, it is the same: repeats, never contradictions.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from random import Random

from streamatlas.sandbox.traffic.pace import SLOT, count, pace
from streamatlas.sandbox.traffic.records import Record, Writer
from streamatlas.sandbox.traffic.values import Json, entity

MINUTE = 60
REPEATED = 0.01
OUT_OF_ORDER = 0.05
_SPILL = 50.0  # a late record still arrives within the next minute


def records(writer: Writer, since: float, until: float) -> Iterator[Record]:
    """What is sent from `since` on and before `until`, in order of arrival."""
    flow = Flow(writer, since)
    for minute in range(int(since // MINUTE), math.ceil(until / MINUTE)):
        yield from flow.due(min((minute + 1) * MINUTE, until))


class Flow:
    """An endless stream, made minute by minute as time goes on."""

    def __init__(self, writer: Writer, since: float) -> None:
        self._writer = writer
        self._since = since
        self._minute = int(since // MINUTE) - 1  # the one before, for what arrives late
        self._waiting: list[Record] = []

    def due(self, now: float) -> Iterator[Record]:
        """What arrives before `now` and was not given yet, in order of arrival."""
        while self._minute * MINUTE < now:
            for record in made_in(self._writer, self._minute):
                if record.arrival >= self._since:
                    heapq.heappush(self._waiting, record)
            self._minute += 1
        while self._waiting and self._waiting[0].arrival < now:
            yield heapq.heappop(self._waiting)


def made_in(writer: Writer, minute: int) -> list[Record]:
    """The records of one minute since 1970, with repeats; some arrive in the next."""
    rng = Random(f"{writer.stream.name} {minute}")
    summed = writer.stream.shape == "summed"
    made = list((_summed if summed else _single)(writer, minute, rng))
    bound = writer.stream.schema.out_of_order.total_seconds()
    repeats = (r for r in made if rng.random() < REPEATED)
    later = [r._replace(arrival=r.arrival + rng.uniform(0, min(bound * 0.1, 5))) for r in repeats]
    return made + later


def _single(writer: Writer, minute: int, rng: Random) -> Iterator[Record]:
    """Records that stand for one use each; between batches, heartbeats."""
    stream, number = writer.stream, 0
    for slot in range(minute * MINUTE, (minute + 1) * MINUTE, SLOT):
        now = pace(stream, slot)
        many = count(stream, slot, now.rate)
        for place in range(many):
            arrival = slot + SLOT * (place + rng.random()) / many
            yield single(writer, rng, arrival, (minute, number), now.idle)
            number += 1


def single(writer: Writer, rng: Random, arrival: float, tag: tuple[int, int], idle: bool) -> Record:
    """One such record; `tag` makes its id unique within the stream."""
    bound = writer.stream.schema.out_of_order.total_seconds()
    late = rng.random() < OUT_OF_ORDER
    lag = rng.uniform(0, bound * 0.8) if late else min(0.5, bound * 0.1)
    return writer.make(rng, arrival, arrival - lag, _own_id(writer, tag), idle)


def _own_id(writer: Writer, tag: tuple[int, int]) -> dict[str, Json]:
    stream = writer.stream
    field = stream.schema.field(stream.schema.identity[-1]) if stream.schema.identity else None
    if stream.shape != "unique" or field is None:
        return {}
    if field.type == "string":
        return {field.name: "-".join((stream.service.id, *map(str, tag)))}
    number = tag[0] * 100_000 + tag[1]
    return {field.name: number % 2**31 if field.type == "int" else number}


def _summed(writer: Writer, minute: int, rng: Random) -> Iterator[Record]:
    """One record an identity and period, sent in the course of the next period."""
    stream, period = writer.stream, writer.stream.period
    number = minute * MINUTE // period
    begun = number * period
    picks = _picks(writer, begun)
    part, parts = minute - begun // MINUTE, period // MINUTE
    mine = picks[len(picks) * part // parts : len(picks) * (part + 1) // parts]
    bound = stream.schema.out_of_order.total_seconds()
    for place, pick in enumerate(mine):
        arrival = minute * MINUTE + MINUTE * (place + rng.random()) / len(mine)
        if rng.random() < OUT_OF_ORDER:
            arrival += rng.uniform(0, min(bound * 0.8, _SPILL))
        if bound < period:  # a record of the period before would come too late in the next
            arrival = min(arrival, begun + period - 0.001)
        yield writer.make(rng, arrival, begun - period, writer.identity(pick), idle=False)


def _picks(writer: Writer, begun: int) -> list[int]:
    rate = pace(writer.stream, begun).rate
    every = writer.identities()
    wanted = min(max(1, round(rate * writer.stream.period)), every) if rate else 0
    return Random(f"{writer.stream.name} period {begun}").sample(range(every), wanted)


def snapshot(writer: Writer, arrival: float, since: float) -> Iterator[Record]:
    """One record of every entity, where a topic holds the newest of each; it holds `since` then."""
    name = writer.stream.schema.identity[0]
    rng = Random(f"{writer.stream.name} snapshot")
    for number in range(writer.stream.pools.size(name)):
        known: dict[str, Json] = {name: entity(name, number)}
        yield writer.make(rng, arrival, since, known, idle=False)
