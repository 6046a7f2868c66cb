from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from streamatlas.graph.graph import Graph
from streamatlas.sandbox.traffic.burst import burst
from streamatlas.sandbox.traffic.minutes import made_in, records
from streamatlas.sandbox.traffic.records import Record, Writer
from streamatlas.sandbox.traffic.streams import streams

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
BATCH = datetime(2026, 11, 24, 17, 10, tzinfo=UTC).timestamp()  # 09:10 in Los Angeles
MINUTES = 60.0


@pytest.fixture(scope="module")
def compute(graph: Graph) -> Writer:
    return writer(graph, "compute")


@pytest.fixture(scope="module")
def vault(graph: Graph) -> Writer:
    return writer(graph, "vault")


def writer(graph: Graph, service: str) -> Writer:
    (stream,) = (s for s in streams(graph) if s.service.id == service)
    return Writer(stream)


def between(writer: Writer, begin: float, end: float) -> list[Record]:
    return list(records(writer, begin, end))


def value(record: Record) -> dict[str, Any]:
    return dict(json.loads(record.value))


def happened(writer: Writer, record: Record) -> float:
    text = value(record)[writer.stream.schema.time or ""]
    zone = ZoneInfo(writer.stream.topic.wall_clock or "UTC")
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=zone).timestamp()


def test_a_stream_stays_within_its_scaled_band(compute: Writer) -> None:
    found = between(compute, NOON, NOON + 60 * MINUTES)
    slots = Counter(int((r.arrival - NOON) // 30) for r in found)
    assert set(slots) == set(range(120))
    assert min(slots.values()) / 30 >= 3.0
    assert max(slots.values()) / 30 <= 12.0


def test_they_arrive_in_order_and_from_the_moment_asked_for(compute: Writer) -> None:
    found = between(compute, NOON + 17.3, NOON + 100)
    assert found == sorted(found, key=lambda r: r.arrival)
    assert found[0].arrival >= NOON + 17.3


def test_begun_later_it_is_the_same_stream(compute: Writer, vault: Writer) -> None:
    for one, begin in ((compute, NOON), (vault, BATCH)):
        whole = between(one, begin, begin + 130)
        tail = between(one, begin + 70, begin + 130)
        assert [r for r in whole if r.arrival >= begin + 70] == tail


def test_who_adds_up_sends_one_record_an_identity_and_minute(compute: Writer) -> None:
    found = [value(r) for r in between(compute, NOON, NOON + 10 * MINUTES)]
    values = defaultdict(set)
    for each in found:
        identity = tuple(each[name] for name in compute.stream.schema.identity)
        values[identity].add(each["quantity"])
    assert all(len(quantities) == 1 for quantities in values.values())
    repeats = len(found) - len(values)
    assert 0.003 < repeats / len(found) < 0.03
    assert {each["minute_start"][-7:] for each in found} == {"00.000Z"}


def test_a_minute_is_sent_once_it_is_over(compute: Writer) -> None:
    for record in between(compute, NOON, NOON + 5 * MINUTES):
        assert record.arrival - happened(compute, record) >= 60


def test_raw_records_have_ids_of_their_own_and_repeats_share_them(vault: Writer) -> None:
    found = between(vault, BATCH, BATCH + MINUTES)
    by_id = defaultdict(list)
    for record in found:
        by_id[value(record)["usage_id"]].append(record)
    assert all(len({r.value for r in same}) == 1 for same in by_id.values())
    assert 0.005 < (len(found) - len(by_id)) / len(found) < 0.02


def test_no_record_is_later_than_declared(compute: Writer, vault: Writer) -> None:
    for one, begin in ((compute, NOON), (vault, BATCH)):
        bound = one.stream.schema.out_of_order.total_seconds()
        times = [happened(one, r) for r in between(one, begin, begin + 3 * MINUTES)]
        newest, behind = times[0], 0
        for time in times:
            assert time >= newest - bound
            behind += time < newest
            newest = max(newest, time)
        assert behind / len(times) > 0.01


def test_the_batch_has_its_declared_size(vault: Writer) -> None:
    found = between(vault, BATCH, BATCH + 5 * MINUTES)
    assert 25_000 <= len({r.value for r in found}) <= 50_000
    slots = Counter(int((r.arrival - BATCH) // 30) for r in found)
    assert max(slots.values()) / 30 <= 200


def test_outside_its_window_a_batch_sender_only_lives(vault: Writer) -> None:
    found = between(vault, NOON, NOON + 60 * MINUTES)
    assert 0 < len(found) / 3600 <= 0.05
    assert {value(r)["quantity"] for r in found} == {0}


def test_a_wall_clock_has_no_offset_and_is_the_senders(vault: Writer) -> None:
    text = value(between(vault, BATCH, BATCH + 10)[0])["used_at"]
    assert text.startswith("2026-11-24T09:") and len(text) == len("2026-11-24T09:10:00.000")


def test_the_key_is_the_account_itself(compute: Writer) -> None:
    record = made_in(compute, int(NOON // 60))[0]
    assert record.key == value(record)["account_id"].encode()


def test_keys_reach_every_partition_all_the_time(vault: Writer) -> None:
    for _, slot in zip(range(5), range(0, 50, 10), strict=True):
        keys = {r.key for r in between(vault, BATCH + slot, BATCH + slot + 10)}
        assert len(keys) > 50


def test_a_burst_is_the_windows_worth_with_new_ids(vault: Writer) -> None:
    found = list(burst(vault, NOON))
    assert len(found) == 57_000  # 0.95 of 200/s for 300 s
    assert len({value(r)["usage_id"] for r in found[:5000]}) == 5000
    assert found[-1].arrival - NOON <= 300
    again = {value(r)["usage_id"] for r in burst(vault, NOON + 1, timedelta(seconds=10))}
    assert not again & {value(r)["usage_id"] for r in found}


def test_a_burst_of_who_adds_up_repeats_what_was_sent(compute: Writer) -> None:
    before = {r.value for r in between(compute, NOON - 120, NOON)}
    found = list(burst(compute, NOON, timedelta(seconds=10)))
    assert len(found) > 50
    assert {r.value for r in found} <= before
    assert all(a.arrival <= b.arrival for a, b in pairwise(found))
