"""20,000 records of seven products go in, some twice and some late; all sums must be exact.

By minute with tier in a store, by day in a store, by hour with plan in a topic: what comes out
is what a ledger says, through deployments and deaths. The platform is the shipped example under
other names, beside the example itself.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

import ledger
from ledger import ACCOUNTS, LENGTH, PREFIX, TIERS, Books, Record, Sums, books, closing
from streamatlas.graph.access import principals
from streamatlas.graph.graph import Graph, Job
from streamatlas.graph.names import secret
from streamatlas.operate.apply import apply
from streamatlas.operate.deploy import deploy, start, stop
from streamatlas.operate.step import UnreachableError

pytestmark = pytest.mark.e2e
WRITERS = {
    **{f"usage.raw.{product}": product for product in ledger.RAW},
    **{f"usage.minute.{product}": product for product in ledger.SUMMED},
    "accounts": "crm",
}


class Sender:
    """Sends as the services do, each as itself; every record must be acknowledged."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.outcomes: Counter[str] = Counter()
        self._producers = {topic: Producer(login(environ, who)) for topic, who in WRITERS.items()}

    def send(self, books: Books, after: Callable[[float], None] = lambda done: None) -> None:
        """All records, side by side, then what closes the two hours.

        `after` is told the part that is done, now and then.
        """
        queue = [
            (place / len(records), topic, record)
            for topic, records in books.sent.items()
            for place, record in enumerate(records)
        ]
        for number, (done, topic, record) in enumerate(sorted(queue)):
            self.put(topic, record)
            if number % 100 == 0:
                after(done)
        self.flush()
        self.send_all(closing(books, LENGTH))

    def send_all(self, records: Iterable[tuple[str, Record]]) -> None:
        for topic, record in records:
            self.put(topic, record)
        self.flush()

    def put(self, topic: str, record: Record) -> None:
        key, value = record
        producer = self._producers[topic]
        producer.produce(f"{PREFIX}{topic}", value, key, on_delivery=self._told)
        producer.poll(0)

    def flush(self) -> None:
        assert sum(producer.flush(120) for producer in self._producers.values()) == 0
        assert set(self.outcomes) == {"delivered"}

    def _told(self, error: object, _: object) -> None:
        self.outcomes[str(error) if error else "delivered"] += 1


def login(environ: Mapping[str, str], service: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": environ["KAFKA_ADDRESS"],
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": f"{PREFIX}{service}",
        "sasl.password": environ[secret(f"{PREFIX}{service}")],
        "log_level": 0,
    }


def database(environ: Mapping[str, str]) -> psycopg.Connection:
    return psycopg.connect(
        environ["POSTGRES_ADDRESS"].removeprefix("jdbc:"),
        user=environ["POSTGRES_USER"],
        password=environ["POSTGRES_PASSWORD"],
        autocommit=True,
    )


def stored(environ: Mapping[str, str], table: str, time: str, name: str) -> Sums:
    query = f"""
        SELECT account_id, product, unit, {time}, quantity
        FROM ledger_{table} WHERE account_id LIKE '{name}-%'"""
    with database(environ) as connection:
        return {(row[:3], row[3]): row[4] for row in connection.execute(query)}


def by_hour(environ: Mapping[str, str], partitions: int, name: str) -> Sums:
    """Every committed row of the topic of hours, as its reader gets them; none comes twice."""
    reader = Consumer({**login(environ, "sales"), "group.id": f"{PREFIX}sales"})
    topic, found = f"{PREFIX}usage.hourly", {}
    for partition in range(partitions):
        place = TopicPartition(topic, partition, 0)
        reader.assign([place])
        _, end = reader.get_watermark_offsets(place, timeout=15)
        for row in rows(reader, place, end):
            key = (row["account_id"], row["plan"], row["product"], row["unit"])
            hour = datetime.fromisoformat(row["hour_start"].removesuffix("Z"))
            assert (key, hour) not in found
            found[key, hour] = row["quantity"]
    reader.close()
    return {key: much for key, much in found.items() if key[0][0].startswith(f"{name}-")}


def rows(reader: Consumer, place: TopicPartition, end: int) -> Iterator[dict[str, Any]]:
    """The rows of a partition up to an offset; the last of it may be a mark of Kafka's own."""
    while reader.position([place])[0].offset < end:
        message = reader.poll(2)
        if message is None:
            return
        assert message.error() is None
        yield json.loads(message.value() or b"", parse_float=Decimal, parse_int=Decimal)


def await_books(environ: Mapping[str, str], platform: Graph, books: Books, seconds: float) -> None:
    """Wait for the sums of the ledger, then some checkpoints more: they must stay."""
    partitions = platform.topics[f"{PREFIX}usage.hourly"].partitions

    def minutes() -> Sums:
        return stored(environ, "usage", "minute_start", books.name)

    def days() -> Sums:
        return stored(environ, "usage_daily", "day_start", books.name)

    def hours() -> Sums:
        return by_hour(environ, partitions, books.name)

    wanted = ((minutes, books.minutes), (days, books.days), (hours, books.hours))
    deadline = time.monotonic() + seconds
    for found, sums in wanted:
        while found() != sums and time.monotonic() < deadline:
            time.sleep(1)
        assert differences(found(), sums) == []
    time.sleep(8)
    assert [differences(found(), sums) for found, sums in wanted] == [[], [], []]


def differences(found: Sums, sums: Sums) -> list[object]:
    """The first few places where they differ: what was found, what should have been."""
    keys = sorted(key for key in found.keys() | sums.keys() if found.get(key) != sums.get(key))
    return [(key, found.get(key), sums.get(key), len(keys)) for key in keys[:3]]


def write_tiers(environ: Mapping[str, str], books: Books) -> None:
    rows = [(books.account(n), TIERS[n % 3]) for n in range(ACCOUNTS)]
    with database(environ) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_subscriptions (account_id, tier) VALUES (%s, %s)", rows
        )


def dropped(environ: Mapping[str, str], job: Job) -> int:
    """How many late records the windows of a running job have dropped since it was started."""
    with httpx.Client(base_url=environ["FLINK_ADDRESS"], trust_env=False) as flink:
        jobs = flink.get("/jobs/overview").json()["jobs"]
        (jid,) = (j["jid"] for j in jobs if j["name"] == job.id and j["state"] == "RUNNING")
        vertices = [v["id"] for v in flink.get(f"/jobs/{jid}").json()["vertices"]]
        paths = [f"/jobs/{jid}/vertices/{vertex}/subtasks/metrics" for vertex in vertices]
        return sum(_dropped(flink, path) for path in paths)


def _dropped(flink: httpx.Client, path: str) -> int:
    names = [metric["id"] for metric in flink.get(path).json()]
    wanted = [name for name in names if name.endswith(".numLateRecordsDropped")]
    if not wanted:
        return 0
    found = flink.get(path, params={"get": ",".join(wanted), "agg": "sum"}).json()
    return int(sum(metric["sum"] for metric in found))


@pytest.fixture(scope="module")
def platform() -> Graph:
    return ledger.platform()


@pytest.fixture(scope="module")
def environ(sandbox: Any, platform: Graph) -> Iterator[dict[str, str]]:
    """The platform applied and both jobs running; they are stopped at the end."""
    own = (who for who in principals(platform) if who.startswith(PREFIX))
    values = {**sandbox.environ, **{secret(who): f"of '{who}' \\ \"x" for who in own}}
    apply(platform, values, print)
    for job in platform.jobs.values():
        start(platform, job, values, print)
    yield values
    for job in platform.jobs.values():
        stop(platform, job, values, print)


def job_of(platform: Graph, name: str) -> Job:
    return platform.jobs[f"{PREFIX}{name}"]


def test_the_sums_are_those_of_the_ledger(environ: dict[str, str], platform: Graph) -> None:
    first = books("first", 0)
    assert sum(map(len, first.sent.values())) > 20_000
    write_tiers(environ, first)
    Sender(environ).send(first)
    await_books(environ, platform, first, 180)
    with database(environ) as connection:
        query = "SELECT DISTINCT account_id, tier FROM ledger_usage WHERE account_id LIKE 'first-%'"
        tiers = {row[0]: row[1] for row in connection.execute(query)}
    assert tiers == {first.account(n): TIERS[n % 3] for n in range(ACCOUNTS)}
    assert {job.id: dropped(environ, job) for job in platform.jobs.values()} == dict.fromkeys(
        platform.jobs, 0
    )


def test_what_comes_too_late_is_counted_and_only_closed_windows_lack_it(
    environ: dict[str, str], platform: Graph
) -> None:
    """A total takes whatever comes; a window that is closed drops it."""
    late, much = books("late", 1), Decimal("0.000001")
    write_tiers(environ, late)
    Sender(environ).send(late)
    before = {job.id: dropped(environ, job) for job in platform.jobs.values()}
    await_books(environ, platform, late, 180)
    sender = Sender(environ)
    sender.send_all(too_late(late, much))
    sender.send_all(closing(late, 3 * LENGTH))  # what joins as of a time waits for the next one
    await_books(environ, platform, late, 60)
    counted = {job.id: dropped(environ, job) - before[job.id] for job in platform.jobs.values()}
    assert counted == {f"{PREFIX}usage-aggregation": 7 + 4, f"{PREFIX}usage-pipeline": 5}


def too_late(late: Books, much: Decimal) -> Iterable[tuple[str, Record]]:
    """Seven uses of maps and four of meet, lost; three of vault and five minutes, kept."""
    for product, many in (("maps", 7), ("meet", 4), ("vault", 3)):
        for number in range(many):
            if product == "vault":
                late.enter((number, product, ledger.UNITS[number % 2]), late.begin, much, late=True)
            yield f"usage.raw.{product}", late.use(product, number, f"x{number}", late.begin, much)
    for number in range(5):
        late.enter((number, "forms", "requests"), late.begin, much, late=True)
        record = late.minute("forms", number, "requests", late.begin, much)
        yield "usage.minute.forms", record


def test_a_deployment_in_the_middle_changes_no_sum(
    platform: Graph, environ: dict[str, str]
) -> None:
    moved = books("moved", 2)
    write_tiers(environ, moved)
    waiting = list(platform.jobs.values())

    def replace_a_job(done: float) -> None:
        if waiting and done > 0.3:
            deploy(platform, waiting.pop(), environ, print)

    Sender(environ).send(moved, replace_a_job)
    assert not waiting
    await_books(environ, platform, moved, 180)


def test_the_sums_are_exact_through_the_death_of_taskmanager_and_broker(
    sandbox: Any, platform: Graph, environ: dict[str, str]
) -> None:
    through = books("through", 3)
    write_tiers(environ, through)
    killings = [(0.45, "kafka"), (0.3, "taskmanager")]

    def kill(done: float) -> None:
        time.sleep(0.12)  # the whole takes half a minute
        if killings and done > killings[-1][0]:
            sandbox.kill(killings.pop()[1])

    Sender(environ).send(through, kill)
    assert not killings
    await_books(environ, platform, through, 300)


def test_a_lost_jobmanager_costs_no_sum(
    sandbox: Any, platform: Graph, environ: dict[str, str]
) -> None:
    """It forgets its jobs: started again, they go on from their newest checkpoint."""
    lost = books("lost", 4)
    write_tiers(environ, lost)
    waiting = ["jobmanager"]

    def kill(done: float) -> None:
        time.sleep(0.05)  # so that a checkpoint lies in the middle
        if waiting and done > 0.5:
            sandbox.kill(waiting.pop())

    Sender(environ).send(lost, kill)
    for job in platform.jobs.values():
        start_when_it_answers(platform, job, environ)
    await_books(environ, platform, lost, 180)


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
