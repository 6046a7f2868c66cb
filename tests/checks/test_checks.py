"""What the mistakes of whole files do not show."""

from __future__ import annotations

from datetime import date

import pytest

from factory import SMALL, example, graph_of, small
from streamatlas.checks import CHECKS, review, run

STORES = "stores:\n  a.b: {owner: data}\n"


def test_every_check_has_its_own_id_and_says_what_it_is() -> None:
    ids = [check.ID for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert all(check.__doc__ for check in CHECKS)


def test_the_examples_are_right() -> None:
    assert run(small()) == ()
    assert run(example("sandbox")) == run(example("production")) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SMALL + "stores:\n  a: {owner: data, table: 1x}\n", "'1x' is no name in SQL"),
        (SMALL + "schemas: {s: {fields: {a b: int}}}\n", "'a b' is no name in SQL"),
        (SMALL.replace("web-shop: {", "web-shop: {principal: 'a;b', "), "'a;b' is no principal"),
        (
            SMALL.replace("web-shop: {", "web-shop: {principal: streamatlas, "),
            "service/web-shop and the portal's collector are both 'streamatlas' as user of Kafka",
        ),
        (
            SMALL.replace("web-shop: {", "web-shop: {principal: Admin, "),
            "service/web-shop and the cluster's operator are both 'admin' as user of Kafka",
        ),
        (
            SMALL.replace("paid-orders: {owner", "admin: {owner"),
            "job/admin and the cluster's operator are both 'admin' as user of Kafka",
        ),
        (
            SMALL.replace("  reports:", "  paid-orders:"),
            "job/paid-orders and service/paid-orders (line 7) are both 'paid_orders'",
        ),
        (
            SMALL + "stores:\n  a: {owner: data, table: t}\n  b: {owner: data, table: t}\n",
            "store/b and store/a (line 14) are both 't' in PostgreSQL",
        ),
        (
            SMALL.replace("orders.paid: {}", "orders.paid: {}\n  store.x: {owner: data}")
            + "stores:\n  x: {owner: data}\n",
            "store/x and topic/store.x (line 11) are both 'store_x' in SQL",
        ),
        (
            SMALL.replace("reads: orders.paid", "reads: orders.paid, writes: orders"),
            "nobody watches topic/orders -> job/paid-orders: service/web-shop, service/reports "
            "write it and have no owner in common, so add its owner",
        ),
        (
            SMALL.replace("owner: shop, writes: orders", "writes: orders"),
            "service/web-shop has no owner: add owner: TEAM",
        ),
        (
            SMALL.replace("orders.paid: {}", "orders.paid: {}\n  alone: {}"),
            "topic/alone has no owner and no single team writes it: add owner: TEAM",
        ),
        (
            SMALL + "environments: {x: {topics: {ordres: {partitions: 3}}}}\n",
            "no topic 'ordres'; did you mean 'orders'?",
        ),
    ],
)
def test_a_mistake_of_sense(text: str, message: str) -> None:
    found = [problem.message for problem in run(graph_of(text))]
    assert [m for m in found if m.startswith(message)], found


def test_an_agreement_is_reviewed_in_time() -> None:
    text = SMALL.replace("5min}", "5min, agreed: 2026-03-02 with them, review-every: 30d}")
    graph = graph_of(text)
    assert list(review.check(graph, date(2026, 4, 1))) == []
    (problem,) = review.check(graph, date(2026, 4, 2))
    assert problem.level == "warning"
    assert problem.message == "agreed 2026-03-02, to be reviewed by 2026-04-01 (every 30d)"
