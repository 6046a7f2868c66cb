"""Checks of what was, what goes away, and what nobody reads."""

from __future__ import annotations

from datetime import date

import pytest

from factory import SMALL, graph_of, small
from streamatlas.checks import deprecated, unread_topic, was

TODAY = date(2026, 11, 24)


def with_was(**old: str) -> list[str]:
    text = SMALL
    for name, said in old.items():
        name = name.replace("_", "-") if name != "orders" else name
        text = text.replace(f"  {name}: {{", f"  {name}: {{was: {said}, ", 1)
    return [f"{p.at.line}:{p.at.column}: {p.message}" for p in was.check(graph_of(text))]


@pytest.mark.parametrize(
    ("old", "found"),
    [
        ({"reports": "web-shop"}, ["7:18: service/web-shop is in use (line 6)"]),
        ({"reports": "reports"}, ["7:18: service/reports is in use (line 7)"]),
        ({"reports": "Web-Shop"}, ["7:18: service/web-shop is in use (line 6)"]),
        ({"shop": "data"}, ["3:15: team/data is in use (line 4)"]),
        (
            {"paid_jobs": "x", "orders": "[a, orders.paid]"},
            ["9:21: topic/orders.paid is in use (line 10)"],
        ),
        (
            {"web_shop": "x", "reports": "[y, x]"},
            ["7:22: service/web-shop was service/x, too (line 6)"],
        ),
        ({"web_shop": "[x, x]"}, ["6:23: service/web-shop was service/x, too (line 6)"]),
        (
            {"web_shop": "topic/x"},
            ["6:19: service/web-shop cannot have been topic/x: write an id of its own kind"],
        ),
        (
            {"web_shop": "../../x"},
            ["6:19: '../../x' was never an id: write letters, digits, '.', '_' and '-'"],
        ),
        ({"web_shop": "orders", "reports": "paid-orders", "orders": "web-shop"}, []),
        ({"web_shop": "service/old"}, []),
        ({}, []),
    ],
)
def test_an_old_name_leads_to_one_thing(old: dict[str, str], found: list[str]) -> None:
    assert with_was(**old) == found


# -- deprecated ------------------------------------------------------------------------------


def uses(thing: str, said: str, today: date = TODAY) -> list[str]:
    text = SMALL.replace(f"{thing}: {{", f"{thing}: {{deprecated: {{{said}}}, ", 1)
    text = text.replace("}, }", "}}")
    return sorted(p.message for p in deprecated.check(graph_of(text), today))


def test_who_uses_it_is_named_until_the_day_and_after_it() -> None:
    said = "until: 2026-11-24, use: orders"
    assert uses("orders.paid", said) == [
        "job/paid-orders still writes topic/orders.paid, which goes away after 2026-11-24: "
        "use topic/orders",
        "service/reports still reads topic/orders.paid, which goes away after 2026-11-24: "
        "use topic/orders",
    ]
    assert uses("orders.paid", said, date(2026, 11, 25)) == [
        "job/paid-orders still writes topic/orders.paid, which was to be gone after 2026-11-24: "
        "use topic/orders now",
        "service/reports still reads topic/orders.paid, which was to be gone after 2026-11-24: "
        "use topic/orders now",
    ]


def test_without_a_day_and_without_a_way_out() -> None:
    assert uses("orders", "why: too big")[0] == (
        "job/paid-orders still reads topic/orders, which is deprecated: ask shop what to use"
    )


def test_who_reads_and_writes_is_told_once_its_day_is_past() -> None:
    assert uses("web-shop", "until: 2026-11-24") == []
    (found,) = uses("web-shop", "until: 2026-11-23")
    assert found == "service/web-shop was to be gone after 2026-11-23: take it out"
    text = SMALL.replace(
        "{owner: data, reads: orders.paid}", "{owner: data, deprecated: {until: 2000-01-01}}"
    )
    assert list(deprecated.check(graph_of(text), TODAY)) == []


# -- unread ----------------------------------------------------------------------------------


def test_a_topic_that_nobody_reads() -> None:
    assert list(unread_topic.check(small())) == []
    graph = graph_of(SMALL.replace(", reads: orders.paid", ""))
    (problem,) = unread_topic.check(graph)
    assert str(problem) == (
        "topology.yaml:10:3: warning: nobody reads topic/orders.paid: "
        "write down who does, or take it out (unread-topic)"
    )


def test_who_enriches_from_a_topic_reads_it() -> None:
    text = SMALL.replace(
        "writes: orders.paid}", "writes: {orders.paid: {from: orders, enrich: {plans: id}}}}"
    ).replace("  orders.paid: {}", "  orders.paid: {}\n  plans: {owner: shop, compacted: yes}")
    assert list(unread_topic.check(graph_of(text))) == []
