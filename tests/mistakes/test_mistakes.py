"""Every mistake that people make is named with its place and a way out, on two platforms.

One file a mistake, `RULE.yaml` or `RULE-more-words.yaml`:

    rule: duration
    level: error
    example:  # a change of example/, the platform of the format's description
      file: topology.yaml
      line: 64  # from 1
      becomes: '    out-of-order: 15'  # one line, or several
      expect: "topology.yaml:64:19: error: '15' has no unit: write 15s, 15min or 15h (duration)"
      names: ["'15'", 15min]  # the wrong value and the remedy; the message must hold them
      also: [{file: teams/meet.yaml, line: 4, becomes: 'x: y'}]  # further changed lines, or none
      follows: []  # other problems that the change causes, as they are printed, or none
    second:  # the same mistake in ../second/, with other names
      file: ...

Lines are those of the unchanged file. All is as of 2026-11-24.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from factory import ROOT
from streamatlas.checks import CHECKS, DATED
from streamatlas.checks.everything import problems

HERE = Path(__file__).parent
PLATFORMS = {"example": HERE / "example", "second": ROOT / "tests" / "second"}
CASES = {
    path.stem: yaml.load(path.read_text(), Loader=yaml.CBaseLoader)
    for path in sorted(HERE.glob("*.yaml"))
}
TODAY = date(2026, 11, 24)
CODE = ROOT / "generators" / "streamatlas"


def mistakes(topology: Path) -> list[str]:
    return [str(problem) for problem in problems(topology, TODAY)]


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS.keys())
def test_the_platforms_are_without_mistakes(platform: Path) -> None:
    assert mistakes(platform / "topology.yaml") == []


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("case", CASES)
def test_one_mistake(case: str, platform: str, tmp_path: Path) -> None:
    rule, level, made = CASES[case]["rule"], CASES[case]["level"], CASES[case][platform]
    folder = shutil.copytree(PLATFORMS[platform], tmp_path / "platform")
    for change in (made, *made.get("also", ())):
        _change(folder / change["file"], int(change["line"]), change["becomes"])
    found = mistakes(folder / "topology.yaml")
    assert sorted(found) == sorted([made["expect"], *made.get("follows", ())])
    assert re.fullmatch(rf"[^:]+:\d+:\d+: {level}: .+ \({rule}\)", made["expect"])
    assert [name for name in made["names"] if name not in made["expect"]] == []
    assert len(made["names"]) > 1


def _change(file: Path, line: int, becomes: str) -> None:
    lines = file.read_text().split("\n")
    assert lines[line - 1] != becomes
    lines[line - 1] = becomes
    file.write_text("\n".join(lines))


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_named_for_its_rule_and_speaks_of_two_platforms(case: str) -> None:
    one = CASES[case]
    assert f"{case}-".startswith(f"{one['rule']}-")
    assert set(one["example"]["names"]) != set(one["second"]["names"])


# What stands between the name of a problem's class and its rule.
_RULES = re.compile(r'(?:Problem|_say|_refuse)\([^"]*"([a-z-]+)",|UnitError\(\s*"([a-z-]+)"')


@cache
def known() -> frozenset[str]:
    """Every rule that a check is named for, or that the reader of topologies names."""
    read = {check.ID for check in CHECKS} | {check.ID for check in DATED}
    for file in _readers():
        read |= {rule for found in _RULES.findall(file.read_text()) for rule in found if rule}
    return frozenset(read)


def _readers() -> Iterator[Path]:
    yield from (CODE / "model").rglob("*.py")
    yield from (f for f in (CODE / "load").glob("*.py") if f.stem not in ("runbook", "tree"))


def test_every_rule_has_a_case() -> None:
    assert known() == {case["rule"] for case in CASES.values()}


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
        ("chat: shop-eng", "chat: '#shop'", "3:16: '#shop' begins with '#': write shop (value)"),
        ("{rate: 1-5/s}", "1-5/s", "5:46: a mapping is meant here: write {rate: 1-5/s} (value)"),
        ("{chat: shop-eng}", "shop", "3:9: a mapping is meant here: write {chat: shop} (value)"),
        (
            "rate: 1-5/s",
            "windows: {at: 09:00-10:00}",
            "5:56: a list is meant here: put '- ' before each item, or [ ] around them (value)",
        ),
        (
            "orders: {}",
            "orders: {}\n  retention: 7d",
            "8:14: 'retention' is a key of a topic: write it further right, below its topic",
        ),
        (
            "rate: 1-5/s",
            "rate: [a]",
            "5:53: one value is meant here, not a list or mapping (value)",
        ),
        ("rate: 1-5/s", "rate: 5-1/s", "5:53: '5-1/s' runs backwards: write 1-5/s (rate)"),
        ("rate: 1-5/s", "grace: 5m", "5:54: '5m' is no duration: write 5min"),
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
        ("writes: orders", "writes: topics/orders", "5:30: no kind 'topics': write topic/orders"),
        ("writes: orders", "writes: topic:orders", "5:30: no topic 'topic:orders': write topic/or"),
        (
            "writes: orders",
            "writes: orders orders",
            "5:30: no topic 'orders orders': write [orders",
        ),
        (
            "services:",
            "views: {all: {of: orders}}\nservices:",
            "4:19: 'orders' is of no kind: write topic/orders (reference)",
        ),
        (
            "services:",
            "views: {all: {of: order}}\nservices:",
            "4:19: no kind 'order': write service, topic, job, store or team, and its id",
        ),
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
            "7:24: 'many' is no whole number: write 1, 12 or 1k",
        ),
        ("orders: {}", "orders: {partitions: 1.5}", "7:24: '1.5' is no whole number"),
        ("orders: {}", "orders: {schema: order}", "7:20: no schema 'order' (reference)"),
        (
            "orders: {}",
            "orders: {format: avro}",
            "7:20: 'avro' is not known here: write 'json' (value)",
        ),
        (
            "services:",
            "environments: {p: {kafka: {address: a, main: {address: b}}}}\nservices:",
            "4:37: 'address' is a key of one server, and there are names of servers beside it:"
            " write it below one of them (value)",
        ),
        (
            "services:",
            "environments: {p: {kafka: {main: {address: b}, edge: c}}}\nservices:",
            "4:54: a mapping is meant here: write {address: c} (value)",
        ),
        ("orders: {}", "orders:", "7:3: orders is empty: give it a value, or leave it out (empty)"),
        ("orders: {}", "index: {}", "7:3: 'index' is reserved: choose another id (id)"),
        ("orders: {}", "a b: {}", "7:3: 'a b' is no id: write a-b, without spaces"),
        ("orders: {}", "a/b: {}", "7:3: 'a/b' is no id: write letters, digits"),
        (
            "writes: orders",
            "writes: orders, paid",
            "5:30: ',' ends a value inside { }: write [orders, paid] (comma)",
        ),
        (
            "chat: shop-eng",
            "chat: shop, shop-eng",
            "3:16: ',' ends a value inside { }: quote the whole value: 'shop, shop-eng' (comma)",
        ),
        ("  orders: {}", "  orders: {}\nx: [1", "8:4: this '[' is never closed (syntax)"),
        ("  orders: {}", "  orders: {}\nx: 'a", "8:4: this quote is never closed (syntax)"),
        (
            "  orders: {}",
            "  orders: {}\nx\ny: b",
            "8:1: this line is neither 'key: value' nor part of a text (syntax)",
        ),
        ("  orders: {}", "  orders: {}\n   x: {}", "8:4: this line fits no line above"),
        ("  orders: {}", "\torders: {}", "7:1: a tab may not indent: use spaces (syntax)"),
        (
            "owner: shop, writes",
            "owner:shop, writes",
            "5:9: a space is missing after ':': write owner: shop (syntax)",
        ),
        ("platform: shop", "platform:shop", "1:1: a space is missing after ':': write platform: s"),
        (
            "orders: {}",
            "orders:\n    owner: shop\n    doc:x",
            "9:5: a space is missing after ':': write doc: x",
        ),
        (
            "platform: shop",
            "doc: a shop\n  platform: shop",
            "2:11: this line stands further right than the one above, which has its value already",
        ),
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
