from __future__ import annotations

from dataclasses import dataclass, field

from streamatlas.graph.graph import Graph
from streamatlas.sandbox.traffic.minutes import made_in
from streamatlas.sandbox.traffic.producer import Counters, Producer
from streamatlas.sandbox.traffic.records import Record, Writer
from streamatlas.sandbox.traffic.senders import Sender
from streamatlas.sandbox.traffic.streams import streams

NOON = 1_795_521_600.0


@dataclass
class Kept(Producer):
    """A producer that keeps what it is given."""

    records: list[Record] = field(default_factory=list)

    def send(self, topic: str, record: Record, counters: Counters, wait: bool = False) -> None:
        self.records.append(record)


def sender(graph: Graph) -> tuple[Sender, list[Record]]:
    kept = Kept()
    return Sender(Writer(streams(graph)[0]), kept), kept.records


def test_what_is_due_is_sent_and_no_more(graph: Graph) -> None:
    one, sent = sender(graph)
    one.begin(NOON)
    one.send(NOON + 30)
    assert 90 <= len(sent) <= 360
    assert all(NOON <= record.arrival <= NOON + 30 for record in sent)
    before = len(sent)
    one.send(NOON + 30)
    assert len(sent) == before


def test_a_silenced_sender_counts_what_it_skips(graph: Graph) -> None:
    one, sent = sender(graph)
    one.begin(NOON)
    one.silent = True
    one.send(NOON + 10)
    assert not sent and one.counters.skipped > 20
    one.silent = False
    one.send(NOON + 20)
    assert all(record.arrival > NOON + 10 for record in sent) and sent


def test_a_burst_goes_out_beside_the_rest(graph: Graph) -> None:
    one, sent = sender(graph)
    more = sorted(made_in(one.writer, int(NOON // 60) - 2))[:100]
    one.begin(NOON)
    one.add(record._replace(arrival=NOON + 1) for record in more)
    one.send(NOON + 2)
    assert sum(record.arrival == NOON + 1 for record in sent) == 100
    assert sent == sorted(sent, key=lambda record: record.arrival)
    one.send(NOON + 20)
    assert len(sent) > 150


def test_what_a_full_queue_does_not_take_is_counted() -> None:
    producer, counters = Producer("127.0.0.1:1", "vault", "x", queue=10), Counters()
    for number in range(25):
        producer.send("topic", Record(NOON, b"", str(number).encode()), counters)
    assert counters.failed == 15
    assert counters.problem == "the queue is full: Kafka takes nothing"


def test_the_rate_is_that_of_the_last_seconds() -> None:
    counters = Counters()
    for second in range(60):
        counters.rate(second)
        counters.sent += 100 if second >= 30 else 0
    assert counters.rate(60) == 100
    assert counters.rate(75) == 0


def test_what_an_ended_client_still_held_is_counted_as_failed() -> None:
    producer, counters = Producer("127.0.0.1:1", "vault", "x", queue=10), Counters()
    for _ in range(7):
        producer.send("usage.raw.vault", Record(0.0, b"k", b"v"), counters)
    producer.renew()
    assert (counters.sent, counters.failed) == (0, 7)
