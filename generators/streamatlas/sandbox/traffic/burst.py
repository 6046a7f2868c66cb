"""Burst: a batch that is sent now, outside of its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from random import Random

from streamatlas.sandbox.traffic.minutes import MINUTE, made_in, single
from streamatlas.sandbox.traffic.records import Record, Writer

USUAL = timedelta(seconds=60)


def burst(writer: Writer, now: float, length: timedelta | None = None) -> Iterator[Record]:
    """The newest window's worth of records, or the highest normal rate for a while.

    New records with ids of their own; a sender that adds up repeats its last two minutes,
    since there is one record an identity and minute.
    """
    rate, seconds = _size(writer, length)
    many = max(1, round(rate * seconds))
    if writer.stream.shape == "summed":
        yield from _repeated(writer, now, many, seconds)
        return
    rng = Random(f"{writer.stream.name} burst {now}")
    for place in range(many):
        arrival = now + seconds * place / many
        yield single(writer, rng, arrival, (int(now * 1000), place), idle=False)


def _size(writer: Writer, length: timedelta | None) -> tuple[float, float]:
    """Records a second, and for how many seconds."""
    normal = writer.stream.normal
    window = normal.windows[-1] if normal.windows else None
    rate = window.rate if window else normal.rate
    high = rate.high or max(2 * rate.low, 10.0)
    usual = window.at.length if window else USUAL
    return high * 0.95 * writer.stream.share, (length or usual).total_seconds()


def _repeated(writer: Writer, now: float, many: int, seconds: float) -> Iterator[Record]:
    minute = int(now // MINUTE)
    recent = [*made_in(writer, minute - 1), *made_in(writer, minute)]
    past = (record for record in sorted(recent) if record.arrival < now)
    for place, record in enumerate(islice(past, many)):
        yield record._replace(arrival=now + seconds * place / many)
