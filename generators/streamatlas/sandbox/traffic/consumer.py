"""Consumer: a service that reads topics, as itself and with its own group."""

from __future__ import annotations

from typing import Any

from confluent_kafka import Consumer as Client
from confluent_kafka import KafkaException

from streamatlas.operate.kafka import login

BATCH = 500


class Consumer:
    """Reads, counts and throws away."""

    def __init__(
        self, address: str, login_as: tuple[str, str], group: str, topics: tuple[str, ...]
    ) -> None:
        self.topics = topics
        self.received = 0
        self.failed = 0
        self.problem = ""
        principal, secret = login_as
        self._client = Client(
            {
                **login(address, principal, secret),
                "client.id": f"traffic-{principal}",
                "group.id": group,
                "auto.offset.reset": "earliest",
                "queued.max.messages.kbytes": 4096,
            }
        )
        self._client.subscribe(list(topics))

    def read(self) -> None:
        """Take what has come; an error is counted, librdkafka tries again by itself."""
        for message in self._client.consume(BATCH, timeout=0):
            if error := message.error():
                self.failed += 1
                self.problem = error.str()
            else:
                self.received += 1

    def lag(self) -> int | None:
        """Records that are there and not read; None while no partition is assigned."""
        assigned = self._client.assignment()
        positions = self._client.position(assigned) if assigned else []
        known = [p for p in positions if p.offset >= 0]
        if not known:
            return None
        return sum(max(0, self._high(p) - p.offset) for p in known)

    def _high(self, partition: Any) -> int:
        try:
            return int(self._client.get_watermark_offsets(partition, cached=True)[1])
        except KafkaException:
            return 0

    def close(self) -> None:
        """Leave the group."""
        self._client.close()
