from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings

from factory import graph_of, graphs, small
from streamatlas.graph.graph import Graph, Source
from streamatlas.sandbox.traffic import tables
from streamatlas.sandbox.traffic.minutes import Flow, made_in, records, snapshot
from streamatlas.sandbox.traffic.records import Writer
from streamatlas.sandbox.traffic.streams import streams

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()

SHOP = """\
platform: shop
teams:
  shop: {chat: shop-eng, timezone: Asia/Kolkata}
services:
  till: {owner: shop, writes: [orders, returns], normal: {rate: 1-4/min, silent-after: 2min}}
  crm: {owner: shop, writes: customers, normal: {rate: up to 1/s}}
  hourly: {owner: shop, writes: stock, normal: {rate: 1-2/s}}
  prices: {owner: shop, writes: store/prices}
topics:
  orders: {schema: order}
  returns: {schema: order}
  customers: {schema: customer, compacted: true}
  stock: {schema: stock}
stores:
  prices: {kind: postgres, owner: shop, schema: price}
schemas:
  order:
    id: order_no
    key: [customer_id, shop]
    time: at
    fields:
      order_no: bigint
      customer_id: string
      shop: string
      paid: boolean
      day: date
      total: decimal(9,2)
      weight: double
      items: array<string>
      counts: array<int>
      tags: map<string, double>
      scan: bytes
      at: timestamp
  customer: {id: customer_id, time: at, fields: {customer_id: string, name: string, at: timestamp}}
  stock: {id: [shelf_id, hour_start], time: hour_start, out-of-order: 30s,
    fields: {shelf_id: string, hour_start: timestamp, items: int}}
  price: {id: item_id, fields: {item_id: string, price: 'decimal(9,2)', since: date, scan: bytes,
    sizes: array<int>, names: 'map<string, string>', currency: {type: string, doc: 'EUR, INR'}}}
"""


def test_every_declared_type_has_values_that_fit() -> None:
    (till, *_) = streams(graph_of(SHOP))
    made = [json.loads(r.value) for minute in range(200) for r in made_in(Writer(till), minute)]
    one = made[0]
    assert isinstance(one["order_no"], int)
    assert isinstance(one["paid"], bool)
    assert len(one["day"]) == 10
    assert all(
        0 < each["total"] < 1000 and round(each["total"], 2) == each["total"] for each in made
    )
    assert len(one["items"]) == 2 and isinstance(one["counts"][0], int)
    assert isinstance(next(iter(one["tags"].values())), float)
    assert len({each["order_no"] for each in made}) >= 0.97 * len(made)


def test_a_key_of_two_fields_is_json() -> None:
    (till, *_) = streams(graph_of(SHOP))
    record = next(r for minute in range(10) for r in made_in(Writer(till), minute))
    assert set(json.loads(record.key)) == {"customer_id", "shop"}


def test_a_slow_stream_is_never_silent_for_long() -> None:
    (till, *_) = streams(graph_of(SHOP))
    found = records(Writer(till), NOON, NOON + 3600)
    gaps = [b.arrival - a.arrival for a, b in pairwise(found)]
    assert max(gaps) <= 30 + 10  # a quarter of silent-after, within its slot of 10 s


def test_a_compacted_topic_gets_one_record_of_each_entity_first() -> None:
    (customers,) = (s for s in streams(graph_of(SHOP)) if s.topic.id == "customers")
    made = list(snapshot(Writer(customers), NOON, NOON - 3600))
    assert {record.arrival for record in made} == {NOON}
    assert {json.loads(r.value)["at"] for r in made} == {"2026-11-24T11:00:00.000Z"}
    found = [json.loads(r.value)["customer_id"] for r in made]
    assert len(found) == len(set(found)) == customers.pools.size("customer_id")
    orders = next(s for s in streams(graph_of(SHOP)) if s.topic.id == "orders")
    used = {json.loads(r.value)["customer_id"] for r in made_in(Writer(orders), 1)}
    assert used <= set(found)


def test_an_hour_is_added_up_and_sent_within_the_next() -> None:
    (stock,) = (s for s in streams(graph_of(SHOP)) if s.topic.id == "stock")
    found = list(records(Writer(stock), NOON, NOON + 3600))
    assert {json.loads(r.value)["hour_start"] for r in found} == {"2026-11-24T11:00:00.000Z"}
    identities = {json.loads(r.value)["shelf_id"] for r in found}
    assert 3600 <= len(identities) < len(found) < 7400


def test_who_hardly_ever_sends_holds_nobody_up() -> None:
    seldom = graph_of(SHOP.replace("rate: 1-4/min, silent-after: 2min", "rate: up to 1/d"))
    (till, *_) = streams(seldom)
    flow = Flow(Writer(till), NOON)
    assert len([r for minute in range(60) for r in flow.due(NOON + 60 * minute)]) <= 1


def test_without_schema_and_without_normal_of_its_own() -> None:
    (stream,) = streams(small())
    assert stream.normal.rate.low == 20  # the topic's
    assert {"id", "value", "at"} == set(json.loads(made_in(Writer(stream), 1)[0].value))


def test_usage_refers_to_accounts_that_the_reference_data_knows(graph: Graph) -> None:
    one, *_ = streams(graph)
    (use,) = tables.writers(graph)
    known = {row[0]: row for row in tables.rows(use, one.pools, datetime.fromtimestamp(0, UTC))}
    used = {json.loads(r.value)["account_id"] for r in made_in(Writer(one), 29_000_000)}
    assert used and used <= set(known)
    assert {row[1] for row in known.values()} == {"free", "team", "enterprise"}


def test_a_row_of_a_store_is_always_the_same() -> None:
    graph = graph_of(SHOP)
    (use,) = tables.writers(graph)
    at, pools = datetime.fromtimestamp(0, UTC), streams(graph)[0].pools
    first, again = next(tables.rows(use, pools, at)), next(tables.rows(use, pools, at))
    assert first[:5] == again[:5]
    assert first[0] == "item-0000" and first[6] in ("EUR", "INR")
    assert 'ON CONFLICT ("item_id") DO UPDATE' in tables.upsert(use).as_string()


def test_a_database_that_does_not_answer_is_counted_and_told() -> None:
    (use,) = tables.writers(graph_of(SHOP))
    nowhere = Source("postgres", "shop", "jdbc:postgresql://127.0.0.1:1/db", "shop", "geheim")
    database = tables.Database(nowhere)
    assert not database.ask(use)
    assert not database.upsert(use, [(), ()])
    assert database.failed == {use.name: 3} and not database.done
    assert "127.0.0.1" in database.problem and "geheim" not in database.problem


@given(graphs())
@settings(max_examples=20)
def test_any_topology_has_traffic(graph: Graph) -> None:
    found = [r for s in streams(graph) for r in made_in(Writer(s), 29_000_000)[:50]]
    assert all(isinstance(json.loads(record.value), dict) for record in found)
    for use in tables.writers(graph):
        assert next(tables.rows(use, streams(graph)[0].pools, datetime.fromtimestamp(0, UTC)))
