"""Producer: one service's connection to Kafka, counting what is delivered and what is not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message
from confluent_kafka import Producer as Client

from streamatlas.operate.kafka import login
from streamatlas.sandbox.traffic.records import Record

QUEUE = 50_000
# Long enough to outlive a broker's restart.
PATIENCE_MS = 300_000
_OVER = 10.0


@dataclass
class Counters:
    """Records of one stream since the start: handed over, delivered, lost; and why lost."""

    sent: int = 0
    failed: int = 0
    skipped: int = 0
    problem: str = ""
    _recent: deque[tuple[float, int]] = field(default_factory=deque)

    def rate(self, now: float) -> float:
        """Delivered records a second over the last 10 s."""
        self._recent.append((now, self.sent))
        while now - self._recent[0][0] > _OVER:
            self._recent.popleft()
        begun, before = self._recent[0]
        return (self.sent - before) / (now - begun) if now > begun else 0.0


class Producer:
    """Sends as one principal; retries for five minutes, then counts the record as failed."""

    def __init__(self, address: str, principal: str, password: str, queue: int = QUEUE) -> None:
        self._config = {
            **login(address, principal, password),
            "client.id": f"traffic-{principal}",
            "enable.idempotence": True,
            "linger.ms": 20,
            "compression.type": "lz4",
            "queue.buffering.max.messages": queue,
            "queue.buffering.max.kbytes": 65_536,
            "message.timeout.ms": PATIENCE_MS,
            "partitioner": "murmur2_random",
        }
        self._client = Client(self._config)

    def send(self, topic: str, record: Record, counters: Counters, wait: bool = False) -> None:
        """Queue a record; a full queue counts it as failed, unless we `wait` for room."""
        told = _told(counters)
        while True:
            try:
                self._client.produce(
                    topic,
                    record.value,
                    record.key,
                    timestamp=int(record.arrival * 1000),
                    on_delivery=told,
                )
            except BufferError:
                if wait:
                    self._client.poll(0.1)
                    continue
                _lost(counters, "the queue is full: Kafka takes nothing")
            except KafkaException as error:  # fatal, such as an epoch that was fenced
                _lost(counters, error.args[0].str())
                self.renew()
            return

    def renew(self) -> None:
        """Begin with a new client; what the old one still holds is counted as failed."""
        self._client.purge()
        self._client.flush(1)
        self._client = Client(self._config)

    def poll(self) -> None:
        """Count what was delivered since."""
        self._client.poll(0)

    def flush(self, seconds: float) -> int:
        """Wait until all is delivered, or time is up; how many records are left."""
        return int(self._client.flush(seconds))


def _told(counters: Counters) -> Callable[[KafkaError | None, Message], None]:
    def told(error: KafkaError | None, _: Message) -> None:
        if error is None:
            counters.sent += 1
        else:
            _lost(counters, error.str())

    return told


def _lost(counters: Counters, why: str) -> None:
    counters.failed += 1
    counters.problem = why


def shown(name: str, counters: Counters, now: float, silent: bool) -> dict[str, Any]:
    """The counters as the status shows them."""
    return {
        "stream": name,
        "sent": counters.sent,
        "failed": counters.failed,
        "skipped": counters.skipped,
        "rate": round(counters.rate(now), 2),
        "silent": silent,
        "problem": counters.problem,
    }
