"""Every mistake that people make, in a large example, is named with its place and a way out.

A case changes one line of `example/`; `follows` are problems that it causes elsewhere.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from streamatlas.checks import unread
from streamatlas.checks.everything import problems

HERE = Path(__file__).parent
CASES = json.loads((HERE / "mistakes.json").read_text())
TODAY = date(2026, 11, 24)


def mistakes(topology: Path) -> list[str]:
    """All but what this version does not act on yet, of which the example has much."""
    found = problems(topology, TODAY)
    return [str(problem) for problem in found if problem.rule != unread.ID]


def test_the_example_is_without_mistakes() -> None:
    assert mistakes(HERE / "example" / "topology.yaml") == []


def test_what_is_not_acted_on_is_a_warning_and_no_error() -> None:
    found = [p for p in problems(HERE / "example" / "topology.yaml", TODAY) if p.rule == unread.ID]
    assert {problem.level for problem in found} == {"warning"}
    said = {problem.message.split("'")[1] for problem in found}
    assert said == {
        "edit", "views", "maintenance", "chat-webhook", "chat-limit", "was", "limits", "metrics",
        "deploy", "worst-outage", "savepoints", "taskmanager-memory",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}-{case['line']}")
def test_one_changed_line(case: dict[str, Any], tmp_path: Path) -> None:
    folder = shutil.copytree(HERE / "example", tmp_path / "example")
    file = folder / case["file"]
    lines = file.read_text().split("\n")
    lines[case["line"] - 1] = case["becomes"]
    file.write_text("\n".join(lines))
    found = mistakes(folder / "topology.yaml")
    assert sorted(found) == sorted([case["expect"], *case.get("follows", ())])


SMALL = """\
platform: shop
teams:
  shop: {chat: shop-eng}
services:
  web: {owner: shop, writes: orders, normal: {rate: 1-5/s}}
topics:
  orders: {}
"""


@pytest.mark.parametrize(
    ("old", "new", "expect"),
    [
        ("chat: shop-eng", "chat: shop-eng, chat: b", "3:26: chat of team/shop is declared twice"),
        ("platform: shop", "platform: shop\nplatform: b", "2:1: 'platform' is declared twice"),
        ("  orders: {}", "  orders: {}\n  orders: {}", "8:3: topic/orders is declared twice"),
        ("{chat: shop-eng}", "{}", "3:3: team/shop has no 'chat' (missing)"),
        ("teams:", "team:", "2:1: the file has no key 'team'; did you mean 'teams'? (unknown-key)"),
        (
            "rate: 1-5/s",
            "rat: 1-5/s",
            "5:47: normal of service/web has no key 'rat'; did you mean 'rate'?",
        ),
        ("{rate: 1-5/s}", "often", "5:46: a mapping is meant here: key: value (value)"),
        (
            "rate: 1-5/s",
            "rate: [a]",
            "5:53: one value is meant here, not a list or mapping (value)",
        ),
        ("rate: 1-5/s", "rate: 5-1/s", "5:53: '5-1/s' runs backwards: write 1-5/s (rate)"),
        ("rate: 1-5/s", "grace: 5m", "5:54: '5m' is no duration: write 90s, 15min, 26h or 7d"),
        (
            "chat: shop-eng",
            "chat: c, timezone: PST",
            "3:29: 'PST' is an abbreviation; use America/Los_Angeles",
        ),
        (
            "chat: shop-eng",
            "chat: c, timezone: Berlin",
            "3:29: no time zone 'Berlin'; did you mean 'Europe/Berlin'?",
        ),
        (
            "chat: shop-eng",
            "chat: c, timezone: europe/berlin",
            "3:29: no time zone 'europe/berlin'",
        ),
        (
            "chat: shop-eng",
            "chat: c, timezone: ../../etc/passwd",
            "3:29: no time zone '../../etc/passwd'",
        ),
        (
            "chat: shop-eng",
            "chat: c, chat-webhook: http://x",
            "3:33: a secret comes from the environment: write $SHOP_CHAT_WEBHOOK (secret)",
        ),
        ("owner: shop", "owner: shp", "5:16: no team 'shp'; did you mean 'shop'? (reference)"),
        ("owner: shop, ", "", "5:3: service/web has no owner: add owner: TEAM (owner)"),
        (
            "writes: orders",
            "writes: team/shop",
            "5:30: service/web -> team/shop is no edge: a topic or a store is meant here",
        ),
        ("writes: orders", "writes: shelf/a", "5:30: no kind 'shelf' in 'shelf/a'"),
        (
            "writes: orders",
            "writes: [orders, ordrs]",
            "5:39: no topic 'ordrs'; did you mean 'orders'?",
        ),
        ("writes: orders", "writes: {ordrs: {}}", "5:31: no topic 'ordrs'; did you mean 'orders'?"),
        ("writes: orders", "writes: {orders: {watched-by: x}}", "5:52: no team 'x' (reference)"),
        (
            "orders: {}",
            "orders: {partitions: many}",
            "7:24: 'many' is no number: write 900, 1.2k or 3M",
        ),
        ("orders: {}", "orders: {partitions: 1.5}", "7:24: '1.5' is no whole number"),
        ("orders: {}", "orders: {schema: order}", "7:20: no schema 'order' (reference)"),
        (
            "orders: {}",
            "orders: {format: avro}",
            "7:20: 'avro' is not known here: write 'json' (value)",
        ),
        ("orders: {}", "orders:", "7:3: orders is empty: give it a value, or leave it out (empty)"),
        ("orders: {}", "index: {}", "7:3: 'index' is reserved: choose another id (id)"),
        ("orders: {}", "a b: {}", "7:3: 'a b' is no id: write letters, digits"),
        ("  orders: {}", "  orders: {}\nx: [1", "8:4: this '[' is never closed (syntax)"),
        ("  orders: {}", "  orders: {}\nx: 'a", "8:4: this quote is never closed (syntax)"),
        (
            "  orders: {}",
            "  orders: {}\nx\ny: b",
            "8:1: this line is neither 'key: value' nor part of a text (syntax)",
        ),
        ("  orders: {}", "  orders: {}\n   x: {}", "8:4: this line fits no line above"),
        ("  orders: {}", "\torders: {}", "7:1: a tab may not indent: use spaces (syntax)"),
        ("platform: shop", "platform: a: b", "1:12: ':' may not stand here: quote the text"),
        ("platform: shop", "platform: @shop", "1:11: a value may not begin with '@': quote it"),
        ("platform: shop", "platform: [a b", "1:11: this '[' is never closed (syntax)"),
        ("platform: shop", "platform: {a: b c: d}", "1:18: ',' or '}' is missing here (syntax)"),
    ],
)
def test_one_changed_word(old: str, new: str, expect: str, tmp_path: Path) -> None:
    assert SMALL.count(old) == 1
    file = tmp_path / "topology.yaml"
    file.write_text(SMALL.replace(old, new))
    found = [str(p).replace(": error: ", ": ") for p in problems(file, TODAY)]
    assert [line for line in found if line.startswith(f"topology.yaml:{expect}")], found
