"""20,000 records go in, some twice and some late; the database must hold what a ledger says.

The ledger is added up before anything is sent, from the records themselves. It shares no code
with the generated SQL. The platform is a small one of its own, beside the shipped example.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from confluent_kafka import Producer

from factory import graph_of
from streamatlas.graph.graph import Graph, Job
from streamatlas.graph.names import secret
from streamatlas.operate.apply import apply
from streamatlas.operate.deploy import deploy, start, stop
from streamatlas.operate.step import UnreachableError

pytestmark = pytest.mark.e2e

PLATFORM = """\
platform: ledger
teams: {books: {chat: books, timezone: America/Los_Angeles}}
services:
  ledger-meter: {owner: books, writes: ledger.raw}
  ledger-summer: {owner: books, writes: ledger.sent}
  ledger-plans: {owner: books, writes: store/ledger-plans}
  ledger-reader: {owner: books, reads: store/ledger-usage}
topics:
  ledger.raw: {schema: raw, timezone: America/Los_Angeles, partitions: 4}
  ledger.sent: {schema: minute, partitions: 4}
  ledger.added: {schema: minute, compacted: true, owner: books, partitions: 4}
stores:
  ledger-usage: {kind: postgres, owner: books, schema: row}
  ledger-plans: {kind: postgres, owner: books, schema: plan}
schemas:
  raw:
    id: usage_id
    key: account_id
    time: used_at
    out-of-order: 15min
    fields:
      usage_id: string
      account_id: string
      product: string
      unit: string
      quantity: decimal(18,6)
      used_at: timestamp
  minute:
    id: [account_id, product, unit, minute_start]
    time: minute_start
    fields:
      account_id: string
      product: string
      unit: string
      quantity: decimal(38,6)
      minute_start: timestamp
  row: {like: minute, fields: {tier: string}}
  plan: {id: account_id, fields: {account_id: string, tier: string}}
jobs:
  ledger-adds:
    owner: books
    writes:
      ledger.added:
        from: ledger.raw
        dedupe: true
        where: quantity <> 0
        tumble: 1min
        group-by: [account_id, product, unit]
        set: {quantity: SUM(quantity)}
    state-ttl: 1d
    checkpoint-interval: 3s
  ledger-unifies:
    owner: books
    steps:
      minutes: {from: ledger.sent, dedupe: true}
    writes:
      store/ledger-usage: {from: [minutes, ledger.added], enrich: {store/ledger-plans: account_id}}
    state-ttl: 1d
    checkpoint-interval: 3s
"""
# Two hours in which Los Angeles puts its clocks forward, so that its wall clock has a hole.
BEGIN = datetime(2026, 3, 8, 9, tzinfo=UTC)
LENGTH = timedelta(hours=2)
RECORDS = 10_000  # of each of the two senders
ACCOUNTS, UNITS = 40, ("minutes", "GiB")
TIERS = ("free", "team", "enterprise")
Row = tuple[str, str, str, datetime]


@dataclass
class Books:
    """What is to be sent, by topic and in order, and what must come of it."""

    name: str
    sent: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    sums: dict[Row, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def account(self, number: int) -> str:
        return f"{self.name}-{number:02}"

    def enter(self, account: str, product: str, unit: str, at: datetime, much: Decimal) -> None:
        if much:
            hour = at.replace(minute=0, second=0, microsecond=0, tzinfo=None)
            self.sums[account, product, unit, hour] += much


def books(name: str) -> Books:
    made, rng = Books(name), Random(name)
    made.sent["ledger.raw"] = _shuffled(list(_raw(made, rng)), rng, 300)
    made.sent["ledger.sent"] = _shuffled(list(_summed(made, rng)), rng, 20)
    assert sum(map(len, made.sent.values())) > 20_000
    return made


def _raw(made: Books, rng: Random) -> Iterator[tuple[bytes, bytes]]:
    """One record a use, its time a wall clock without offset; 2 % are heartbeats."""
    for number in range(RECORDS):
        at = BEGIN + LENGTH * (number / RECORDS)
        account, unit = made.account(rng.randrange(ACCOUNTS)), rng.choice(UNITS)
        much = Decimal(rng.randrange(1, 10**9)) / 10**6 if rng.random() > 0.02 else Decimal(0)
        made.enter(account, "vault", unit, at, much)
        clock = at.astimezone(ZoneInfo("America/Los_Angeles")).replace(tzinfo=None)
        fields = {
            "usage_id": f"{made.name}-{number}",
            "account_id": account,
            "product": "vault",
            "unit": unit,
            "used_at": clock.isoformat(timespec="milliseconds"),
        }
        yield account.encode(), _json(fields, much)


def _summed(made: Books, rng: Random) -> Iterator[tuple[bytes, bytes]]:
    """One record an account, unit and minute."""
    everyone = [(made.account(n), unit) for n in range(ACCOUNTS) for unit in UNITS]
    minutes = LENGTH // timedelta(minutes=1)
    for minute in range(minutes):
        at = BEGIN + timedelta(minutes=minute)
        for account, unit in rng.sample(everyone, len(everyone)):
            much = Decimal(rng.randrange(1, 10**9)) / 10**6
            made.enter(account, "compute", unit, at, much)
            start = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            fields = {"account_id": account, "product": "compute", "unit": unit}
            yield account.encode(), _json({**fields, "minute_start": start}, much)


def _json(fields: Mapping[str, str], much: Decimal) -> bytes:
    return f'{json.dumps(fields)[:-1]}, "quantity": {much:f}}}'.encode()


def _shuffled(records: list[Any], rng: Random, apart: int) -> list[Any]:
    """Some a little later than their place, and one in twenty twice."""
    again = [(place + rng.uniform(0, apart), r) for place, r in enumerate(records) if _rare(rng)]
    late = [(place + rng.uniform(0, apart) * _rare(rng), r) for place, r in enumerate(records)]
    return [record for _, record in sorted([*late, *again])]


def _rare(rng: Random) -> bool:
    return rng.random() < 0.05


class Sender:
    """Sends as the services do, each as itself; every record must be acknowledged."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.outcomes: Counter[str] = Counter()
        self._producers = {
            topic: Producer(
                {
                    "bootstrap.servers": environ["KAFKA_ADDRESS"],
                    "security.protocol": "SASL_PLAINTEXT",
                    "sasl.mechanism": "SCRAM-SHA-512",
                    "sasl.username": service,
                    "sasl.password": environ[secret(service)],
                    "enable.idempotence": True,
                    "log_level": 0,
                }
            )
            for topic, service in (("ledger.raw", "ledger-meter"), ("ledger.sent", "ledger-summer"))
        }

    def send(self, books: Books, after: Callable[[float], None] = lambda done: None) -> None:
        """All records, side by side; `after` is told the part that is done, now and then."""
        queue = [
            (place / len(records), topic, *record)
            for topic, records in books.sent.items()
            for place, record in enumerate(records)
        ]
        for number, (done, topic, key, value) in enumerate(sorted(queue)):
            producer = self._producers[topic]
            producer.produce(topic, value, key, on_delivery=self._told)
            if number % 100 == 0:
                after(done)
                producer.poll(0)
        assert [producer.flush(120) for producer in self._producers.values()] == [0, 0]
        assert set(self.outcomes) == {"delivered"}

    def _told(self, error: object, _: object) -> None:
        self.outcomes[str(error) if error else "delivered"] += 1


def database(environ: Mapping[str, str]) -> psycopg.Connection:
    return psycopg.connect(
        environ["POSTGRES_ADDRESS"].removeprefix("jdbc:"),
        user=environ["POSTGRES_USER"],
        password=environ["POSTGRES_PASSWORD"],
        autocommit=True,
    )


def sums(environ: Mapping[str, str], name: str) -> dict[Row, Decimal]:
    query = """
        SELECT account_id, product, unit, date_trunc('hour', minute_start), sum(quantity)
        FROM ledger_usage WHERE account_id LIKE %s GROUP BY 1, 2, 3, 4"""
    with database(environ) as connection:
        found = connection.execute(query, (f"{name}-%",))
        return {tuple(row[:4]): row[4] for row in found}


def await_sums(environ: Mapping[str, str], books: Books, seconds: float) -> None:
    """Wait for the ledger's sums, then some checkpoints more: they must stay."""
    deadline = time.monotonic() + seconds
    while sums(environ, books.name) != books.sums and time.monotonic() < deadline:
        time.sleep(1)
    assert sums(environ, books.name) == books.sums
    time.sleep(8)
    assert sums(environ, books.name) == books.sums


def write_plans(environ: Mapping[str, str], books: Books) -> None:
    rows = [(books.account(n), TIERS[n % 3]) for n in range(ACCOUNTS)]
    with database(environ) as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO ledger_plans (account_id, tier) VALUES (%s, %s)", rows)


@pytest.fixture(scope="module")
def platform() -> Graph:
    return graph_of(PLATFORM)


@pytest.fixture(scope="module")
def environ(sandbox: Any, platform: Graph) -> Iterator[dict[str, str]]:
    """The platform applied and both jobs running; they are stopped at the end."""
    people = ("ledger-meter", "ledger-summer", "ledger-adds", "ledger-unifies")
    values = {**sandbox.environ, **{secret(p): f"of '{p}' \\ \"x" for p in people}}
    apply(platform, values, print)
    for job in platform.jobs.values():
        start(platform, job, values, print)
    yield values
    for job in platform.jobs.values():
        stop(platform, job, values, print)


def test_the_sums_are_those_of_the_ledger(environ: dict[str, str]) -> None:
    first = books("first")
    write_plans(environ, first)
    Sender(environ).send(first)
    await_sums(environ, first, 120)
    with database(environ) as connection:
        query = "SELECT DISTINCT account_id, tier FROM ledger_usage WHERE account_id LIKE 'first-%'"
        tiers = {row[0]: row[1] for row in connection.execute(query)}
    assert tiers == {first.account(n): TIERS[n % 3] for n in range(ACCOUNTS)}


def test_a_deployment_in_the_middle_changes_no_sum(
    platform: Graph, environ: dict[str, str]
) -> None:
    moved = books("moved")
    write_plans(environ, moved)
    waiting = list(platform.jobs.values())

    def replace_a_job(done: float) -> None:
        if waiting and done > 0.3:
            deploy(platform, waiting.pop(), environ, print)

    Sender(environ).send(moved, replace_a_job)
    assert not waiting
    await_sums(environ, moved, 120)


def test_the_sums_are_exact_through_the_death_of_taskmanager_and_broker(
    sandbox: Any, environ: dict[str, str]
) -> None:
    through = books("through")
    write_plans(environ, through)
    killings = [(0.45, "kafka"), (0.3, "taskmanager")]

    def kill(done: float) -> None:
        time.sleep(0.15)  # the whole takes half a minute
        if killings and done > killings[-1][0]:
            sandbox.kill(killings.pop()[1])

    Sender(environ).send(through, kill)
    assert not killings
    await_sums(environ, through, 240)


def test_a_lost_jobmanager_costs_no_sum(
    sandbox: Any, platform: Graph, environ: dict[str, str]
) -> None:
    """It forgets its jobs: started again, they go on from their newest checkpoint."""
    lost = books("lost")
    write_plans(environ, lost)
    waiting = ["jobmanager"]

    def kill(done: float) -> None:
        time.sleep(0.05)  # so that a checkpoint lies in the middle
        if waiting and done > 0.5:
            sandbox.kill(waiting.pop())

    Sender(environ).send(lost, kill)
    for job in platform.jobs.values():
        start_when_it_answers(platform, job, environ)
    await_sums(environ, lost, 120)


def start_when_it_answers(platform: Graph, job: Job, environ: dict[str, str]) -> None:
    deadline = time.monotonic() + 150
    while True:
        try:
            start(platform, job, environ, print)
        except UnreachableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return
