"""Books of two hours: what seven products send, and what must come of it.

They are added up before anything is sent, from the records themselves, and share no code with
the generated SQL. The platform is the shipped example under other names, so that it runs beside
the example itself.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from factory import EXAMPLE, graph_of
from streamatlas.graph.graph import Graph

PREFIX = "ledger-"
SECTIONS = ("teams", "services", "topics", "stores", "jobs")
KINDS = ("team", "service", "topic", "store", "job")
Tree = dict[str, Any]


def platform() -> Graph:
    """The example, all its nodes and teams renamed, with a checkpoint every three seconds.

    No partition is idle within the test: what is late is so by its own time, not by luck.
    """
    tree = _merged()
    names = {name for section in SECTIONS for name in tree[section]}
    sandbox = _renamed(tree["environments"]["sandbox"], names)
    sandbox["jobs"] = {
        name: {**job, "checkpoint-interval": "3s"} for name, job in sandbox["jobs"].items()
    }
    made = {section: _renamed(tree[section], names) for section in SECTIONS}
    for topic in made["topics"].values():
        topic["idle-timeout"] = "1h"
    sandbox.pop("traffic")
    whole = {"platform": "ledger", "schemas": tree["schemas"], **made}
    return graph_of(yaml.safe_dump({**whole, "environments": {"sandbox": sandbox}}))


def _merged() -> Tree:
    """The main file and what teams own, as one."""
    tree: Tree = _read(EXAMPLE.read_text(encoding="utf-8"))
    for path in sorted(EXAMPLE.parent.glob(tree["include"])):
        part = _read(path.read_text(encoding="utf-8"))
        owner = part.pop("owner")
        for section, things in part.items():
            own = {} if section == "teams" else {"owner": owner}
            tree[section] |= {name: {**own, **thing} for name, thing in things.items()}
    return tree


def _read(text: str) -> Tree:
    found: Tree = yaml.load(text, yaml.BaseLoader)
    return found


def _renamed(value: Any, names: set[str]) -> Any:
    """Every word that is a node's or team's id, or a reference to one, under its other name."""
    if isinstance(value, dict):
        return {_renamed(key, names): _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    kind, slash, name = value.rpartition("/")
    known = name in names and (not slash or kind in KINDS)
    return f"{kind}{slash}{PREFIX}{name}" if known else value


# The first two hours are those in which Los Angeles puts its clocks forward: its wall clock has
# a hole. The others follow, a day apart.
BEGIN = datetime(2026, 3, 8, 9, tzinfo=UTC)
LENGTH = timedelta(hours=2)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RAW, SUMMED = ("maps", "meet", "vault"), ("compute", "mail", "cast", "forms")
USES = 4_000  # of each product that does not add up
A_MINUTE = 20  # records of each that does
ACCOUNTS, UNITS = 40, ("minutes", "GiB")
TIERS, PLANS = ("free", "team", "enterprise"), ("trial", "monthly", "yearly")
MOVED = timedelta(minutes=70)  # every third account is on another plan from then on
Record = tuple[bytes, bytes]
Key = tuple[str, ...]
Sums = dict[tuple[Key, datetime], Decimal]


@dataclass
class Books:
    """What is to be sent, by topic and in order, and the sums that must come of it.

    Sums are by account, product, unit and minute or day; by hour, the plan stands behind the
    account. Times are UTC without a zone.
    """

    name: str
    begin: datetime
    sent: dict[str, list[Record]] = field(default_factory=dict)
    minutes: Sums = field(default_factory=lambda: defaultdict(Decimal))
    days: Sums = field(default_factory=lambda: defaultdict(Decimal))
    hours: Sums = field(default_factory=lambda: defaultdict(Decimal))

    def account(self, number: int) -> str:
        """The name of an account; no other books have it."""
        return f"{self.name}-{number:02}"

    def plan(self, number: int, at: datetime) -> str:
        """The plan of an account at that time."""
        return PLANS[(number + (number % 3 == 0 and at >= self.begin + MOVED)) % 3]

    def enter(self, row: tuple[int, str, str], at: datetime, much: Decimal, late: bool) -> None:
        """Add up one use; of what is late, hours know nothing, and heartbeats are none."""
        if not much:
            return
        number, product, unit = row
        minute = at.replace(second=0, microsecond=0, tzinfo=None)
        key = (self.account(number), product, unit)
        self.minutes[key, minute] += much
        self.days[key, minute.replace(hour=0, minute=0)] += much
        if product != "vault" and not late:
            plan = self.plan(number, at.replace(second=0, microsecond=0))
            with_plan = (key[0], plan, product, unit)
            self.hours[with_plan, minute.replace(minute=0)] += much

    def use(self, product: str, number: int, tag: str, at: datetime, much: Decimal) -> Record:
        """A record of raw usage; vault's times are its wall clock without offset."""
        fields = {
            "usage_id": f"{self.name}-{product}-{tag}",
            "account_id": self.account(number),
            "product": product,
            "unit": UNITS[number % 2],
            "used_at": _wall_clock(at) if product == "vault" else _instant(at),
        }
        return self.account(number).encode(), _json(fields, much)

    def minute(self, product: str, number: int, unit: str, at: datetime, much: Decimal) -> Record:
        """A record of minute usage."""
        fields = {"account_id": self.account(number), "product": product, "unit": unit}
        fields["minute_start"] = _instant(at)
        return self.account(number).encode(), _json(fields, much)

    def on(self, number: int, at: datetime) -> Record:
        """A record of the plan that an account is on from then on."""
        fields = {"account_id": self.account(number), "plan": self.plan(number, at)}
        return self.account(number).encode(), _json({**fields, "changed_at": _instant(at)})


def books(name: str, day: int) -> Books:
    """Two hours of that day; an account has one unit in raw usage and both in minute usage."""
    made, rng = Books(name, BEGIN + day * DAY), Random(name)
    for product in RAW:
        uses = list(_uses(made, product, rng))
        made.sent[f"usage.raw.{product}"] = _shuffled(uses, rng, USES // 40)  # three minutes
    for product in SUMMED:
        minutes = list(_minutes(made, product, rng))
        made.sent[f"usage.minute.{product}"] = _shuffled(minutes, rng, A_MINUTE // 4)
    plans = [made.on(number, made.begin - HOUR) for number in range(ACCOUNTS)]
    moved = [made.on(number, made.begin + MOVED) for number in range(0, ACCOUNTS, 3)]
    made.sent["accounts"] = plans + moved
    return made


def _uses(made: Books, product: str, rng: Random) -> Iterator[Record]:
    """One record a use; 2 % are heartbeats."""
    for place in range(USES):
        at = made.begin + LENGTH * (place / USES)
        number = rng.randrange(ACCOUNTS)
        much = _quantity(rng) if rng.random() > 0.02 else Decimal(0)
        made.enter((number, product, UNITS[number % 2]), at, much, late=False)
        yield made.use(product, number, str(place), at, much)


def _minutes(made: Books, product: str, rng: Random) -> Iterator[Record]:
    """Records of some accounts for each minute."""
    everyone = [(number, unit) for number in range(ACCOUNTS) for unit in UNITS]
    for place in range(LENGTH // MINUTE):
        at = made.begin + place * MINUTE
        for number, unit in rng.sample(everyone, A_MINUTE):
            much = _quantity(rng)
            made.enter((number, product, unit), at, much, late=False)
            yield made.minute(product, number, unit, at, much)


def closing(made: Books, after: timedelta) -> Iterator[tuple[str, Record]]:
    """What moves event time past that time in every partition, by topic and in order.

    Raw usage needs two steps: the second closes the minutes that the first makes.
    """
    other = Books(f"after-{made.name}", made.begin)
    soon, later = made.begin + after + MINUTE * 30, made.begin + after + HOUR * 3
    one = Decimal(1)
    for number in range(ACCOUNTS):
        yield "accounts", other.on(number, soon)
        for product in SUMMED:
            yield f"usage.minute.{product}", other.minute(product, number, UNITS[0], soon, one)
    for at in (soon, later):
        for number in range(ACCOUNTS):
            for product in RAW:
                yield f"usage.raw.{product}", other.use(product, number, f"{number}-{at}", at, one)


def _quantity(rng: Random) -> Decimal:
    return Decimal(rng.randrange(1, 10**9)) / 10**6


def _instant(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _wall_clock(at: datetime) -> str:
    local = at.astimezone(ZoneInfo("America/Los_Angeles"))
    return local.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _json(fields: Mapping[str, str], much: Decimal | None = None) -> bytes:
    quantity = "" if much is None else f', "quantity": {much:f}'
    return f"{json.dumps(fields)[:-1]}{quantity}}}".encode()


def _shuffled(records: list[Record], rng: Random, apart: int) -> list[Record]:
    """Some a little later than their place, and one in twenty twice."""
    again = [(place + rng.uniform(0, apart), r) for place, r in enumerate(records) if _rare(rng)]
    late = [(place + rng.uniform(0, apart) * _rare(rng), r) for place, r in enumerate(records)]
    return [record for _, record in sorted([*late, *again])]


def _rare(rng: Random) -> bool:
    return rng.random() < 0.05
