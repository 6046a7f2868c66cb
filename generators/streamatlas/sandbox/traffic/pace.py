"""Pace: how many records a second a stream sends at a given time.

A slow wave with a little noise, well inside the declared band. Whatever is random comes from
the stream's name and the time: the same moment always gives the same pace.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from streamatlas.graph.graph import Window
from streamatlas.graph.windows import expected
from streamatlas.model.units import Range
from streamatlas.sandbox.traffic.streams import Stream

SLOT = 10
_WAVE = 3600
_FEW = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """Records a second; `idle` where a batch sender only says that it lives."""

    rate: float
    idle: bool = False


def pace(stream: Stream, second: float) -> Pace:
    """The pace from one moment on."""
    at = datetime.fromtimestamp(second, UTC)
    windows = expected(stream.normal, at).windows
    if windows:
        return Pace(_batch(windows, stream, second) * stream.share)
    idle = bool(stream.normal.windows) and stream.shape == "unique"
    return Pace(_base(stream, second), idle)


def _batch(windows: Sequence[Window], stream: Stream, second: float) -> float:
    """Within the windows' own rates, so that a required batch reaches its records."""
    low = max(window.rate.low for window in windows)
    high = max(window.rate.high or 2 * window.rate.low for window in windows)
    totals = [w.records for w in windows if w.records]
    if not totals:
        return _wave(Range(low, high), stream, second)
    length = windows[-1].at.length.total_seconds()
    wanted = (totals[-1].low + (totals[-1].high or totals[-1].low)) / 2 / length
    return min(max(wanted, low * 1.05), high * 0.95)


def _base(stream: Stream, second: float) -> float:
    rate = stream.normal.rate
    scaled = _wave(rate, stream, second) * stream.share
    if rate.low > 0 and stream.normal.silent_after:
        return max(scaled, 4 / stream.normal.silent_after.total_seconds())
    return scaled


def _wave(band: Range, stream: Stream, second: float) -> float:
    high = band.high if band.high is not None else max(2 * band.low, 10.0)
    middle = band.low + 0.45 * (high - band.low)
    if middle * stream.share * SLOT < _FEW:
        return middle  # too few to show a wave; constant, they come at even distances
    phase = Random(stream.name).random()
    noise = Random(f"{stream.name} {second // SLOT}").uniform(-0.05, 0.05)
    swing = 0.2 * math.sin(2 * math.pi * (second / _WAVE + phase)) + noise
    return middle + swing * (high - band.low)


def count(stream: Stream, second: float, rate: float) -> int:
    """How many records fall into the slot that begins at `second`."""
    if rate * SLOT >= _FEW:
        return round(rate * SLOT)
    phase = Random(stream.name).random()
    return math.floor(rate * (second + SLOT) + phase) - math.floor(rate * second + phase)
