"""Reads a Kafka cluster: topics, end offsets, and how far each declared group has read.

librdkafka blocks, so each cluster has one thread of its own; every call in it has a time limit.
It connects again by itself after a broker was away.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec

from streamatlas.graph.access import transport
from streamatlas.graph.graph import Ref, Source
from streamatlas.model.observed import ABSENT, GroupState, Reading, Snapshot, TopicState
from streamatlas.observe.answers import AnswerError, plain

Offsets: TypeAlias = Mapping[str, Mapping[int, int]]
"""An offset by topic and partition."""

END, BEGIN = -1, -2
SLOW = timedelta(minutes=1)
"""Log starts and the newest records' times are read this often: they are dear."""

FIRST_TRY = 2.0
"""Seconds after which a refused connection is believed, without waiting for the deadline."""

TO_SPARE = 0.3
"""Seconds before the deadline at which the thread stops asking, so that what it has counts."""

GROUPS_FIRST = 2.0
"""Seconds for which groups are waited for before the end offsets are read."""

ASKERS = 8
"""How many groups are asked at a time."""

MOVING = frozenset(
    {
        KafkaError._WAIT_COORD,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.NOT_COORDINATOR,
    }
)
"""What is answered while a group's coordinator starts or moves: it is soon over."""

NO_GROUP = "streamatlas"
"""librdkafka wants a group; it is never joined and commits nothing."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader has read: its group, the topic's name."""

    group: str
    topic: str


@dataclass(frozen=True, slots=True)
class _Partitions:
    """The metadata of one topic, as far as it is read."""

    ids: tuple[int, ...]
    leaderless: int
    under_replicated: int


@dataclass(slots=True)
class _Slow:
    """What is read each minute only."""

    at: datetime | None = None
    starts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    newest: Mapping[str, datetime] = field(default_factory=dict)


class KafkaReader:
    """One cluster, with the rights of the portal's own user: it only describes.

    `topics` maps names to references; `reads` has a reader's edge for each topic that it reads.
    """

    def __init__(
        self, source: Source, topics: Mapping[str, Ref], reads: Mapping[str, Read]
    ) -> None:
        self._source = source.ref
        self._declared = topics
        self._reads = reads
        self._errors: list[str] = []
        self._slow = _Slow()
        self._settings = {**settings(source), "error_cb": self._note}
        self._admin: AdminClient | None = None
        self._consumer: Consumer | None = None
        self._members: dict[str, Consumer] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=source.ref)
        self._askers = ThreadPoolExecutor(ASKERS, thread_name_prefix=f"{source.ref} groups")
        self._last: Future[Snapshot] | None = None

    async def aclose(self) -> None:
        """Close the connections; a call under way ends by its own time limit."""
        idle = self._last is None or self._last.done()
        for consumer in (self._consumer, *self._members.values()):
            if consumer is not None and idle:
                consumer.close()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._askers.shutdown(wait=False, cancel_futures=True)

    async def read(self, now: datetime, end: float) -> Snapshot:
        """One poll, over by `end` (the event loop's time) whatever Kafka does."""
        if self._last is not None and not self._last.done():
            return self._nothing(now, "timed out")
        left = end - asyncio.get_running_loop().time()
        self._last = self._thread.submit(self._read, now, time.monotonic() + left - TO_SPARE)
        try:
            async with asyncio.timeout_at(end):
                return await asyncio.shield(asyncio.wrap_future(self._last))
        except TimeoutError:
            return self._nothing(now, "timed out")

    def _nothing(self, now: datetime, reason: str) -> Snapshot:
        return Snapshot(
            now,
            {self._source: Reading(missing=reason)},
            topics={ref: Reading(missing=reason) for ref in self._declared.values()},
            groups={edge: Reading(missing=reason) for edge in self._reads},
        )

    def _read(self, now: datetime, end: float) -> Snapshot:
        """One poll, in the thread. Groups first, so that hardly a lag is negative."""
        try:
            found = self._metadata(end)
        except AnswerError as why:
            return self._nothing(now, str(why))
        asked = self._ask_groups(found, end)
        wait(asked.values(), timeout=_left(end, GROUPS_FIRST))
        topics = self._topics(found, now, end)
        groups = self._groups(asked, now)
        return Snapshot(now, {self._source: Reading(at=now)}, topics=topics, groups=groups)

    def _metadata(self, end: float) -> dict[str, _Partitions]:
        """All topics at once: asked for by name, a topic may be created. Raises AnswerError."""
        admin = self._connected()
        reason = "timed out"
        for limit in (FIRST_TRY, float("inf")):
            try:
                listed = admin.list_topics(timeout=_left(end, limit))
            except KafkaException:
                admin.poll(0)
                if self._errors:  # of the connection, since the last answer: it will not come
                    reason = plain(self._errors[-1])
                    break
            else:
                admin.poll(0)
                self._errors.clear()
                return {name: _partitions(topic) for name, topic in listed.topics.items()}
        raise AnswerError(reason)

    def _connected(self) -> AdminClient:
        """The clients, made at the first poll. Raises AnswerError."""
        if self._admin is None:
            try:
                self._consumer = Consumer({**self._settings, "group.id": NO_GROUP})
                self._admin = AdminClient(self._settings)
            except KafkaException:
                why = "the address, the login or a certificate is not understood"
                raise AnswerError(why) from None
        return self._admin

    def _note(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self._errors = [*self._errors[-2:], error.str()]

    def _ask_groups(
        self, found: Mapping[str, _Partitions], end: float
    ) -> dict[str, Future[Offsets]]:
        """Committed offsets by group, all under way together."""
        topics: dict[str, list[str]] = defaultdict(list)
        for read in self._reads.values():
            if read.topic in found:
                topics[read.group].append(read.topic)
        return {
            group: self._askers.submit(
                self._committed,
                group,
                [TopicPartition(name, i) for name in read_by for i in found[name].ids],
                end,
            )
            for group, read_by in topics.items()
        }

    def _committed(self, group: str, parts: list[TopicPartition], end: float) -> Offsets:
        """In a thread of its own, as a member that never joins. Raises AnswerError.

        An AdminClient would do it for all groups, but ends the process when a coordinator has
        moved, as after each start of a broker (librdkafka issue 5040).
        """
        if time.monotonic() > end:
            raise AnswerError("timed out")
        if group not in self._members:
            self._members[group] = Consumer({**self._settings, "group.id": group})
        try:
            answer = self._members[group].committed(parts, timeout=_left(end))
        except KafkaException as error:
            raise AnswerError(_word(error.args[0])) from None
        failed = next((part.error for part in answer if part.error is not None), None)
        if failed is not None:
            raise AnswerError(_word(failed))
        return _by_topic(part for part in answer if part.offset >= 0)

    def _groups(
        self, asked: Mapping[str, Future[Offsets]], now: datetime
    ) -> dict[str, Reading[GroupState]]:
        """What the groups have answered; a partition that was never committed is left out."""
        readings: dict[str, Reading[GroupState]] = {}
        for edge, read in self._reads.items():
            answer = asked.get(read.group)
            if answer is None:
                readings[edge] = Reading(missing=ABSENT)
            elif not answer.done():
                readings[edge] = Reading(missing="timed out")
            elif why := answer.exception():
                readings[edge] = Reading(missing=str(why))
            else:
                readings[edge] = Reading(GroupState(answer.result().get(read.topic, {})), now)
        return readings

    def _topics(
        self, found: Mapping[str, _Partitions], now: datetime, end: float
    ) -> dict[Ref, Reading[TopicState]]:
        """Every declared topic; one without a leader does not hold up the others."""
        readings: dict[Ref, Reading[TopicState]] = {}
        asked = {}
        for name, ref in self._declared.items():
            if name not in found:
                readings[ref] = Reading(at=now, missing=ABSENT)
            elif found[name].leaderless:
                readings[ref] = Reading(missing="a partition has no leader")
            else:
                asked[name] = found[name]
        try:
            ends = self._offsets(asked, END, end)
        except AnswerError as why:
            return {**readings, **{self._declared[n]: Reading(missing=str(why)) for n in asked}}
        self._read_slow(asked, now, end)
        for name, partitions in asked.items():
            readings[self._declared[name]] = self._state(name, partitions, ends[name], now)
        return readings

    def _state(
        self, name: str, partitions: _Partitions, ends: Mapping[int, int], now: datetime
    ) -> Reading[TopicState]:
        if len(ends) < len(partitions.ids):
            return Reading(missing="end offsets are not known")
        state = TopicState(
            ends,
            self._slow.starts.get(name, {}),
            self._slow.newest.get(name),
            partitions.leaderless,
            partitions.under_replicated,
        )
        return Reading(state, now)

    def _read_slow(self, asked: Mapping[str, _Partitions], now: datetime, end: float) -> None:
        """Each minute, and when a topic is new; where it fails, what was known is kept."""
        new = any(name not in self._slow.starts for name in asked)
        if self._slow.at and now - self._slow.at < SLOW and not new:
            return
        with suppress(AnswerError):
            starts = self._offsets(asked, BEGIN, end)
            self._slow = _Slow(now, starts, self._newest(asked, end))

    def _offsets(self, asked: Mapping[str, _Partitions], which: int, end: float) -> Offsets:
        """End or start offsets of all partitions in one call. Raises AnswerError."""
        assert self._consumer is not None
        parts = [TopicPartition(name, i, which) for name, p in asked.items() for i in p.ids]
        try:
            answer = self._consumer.offsets_for_times(parts, timeout=_left(end)) if parts else []
        except KafkaException as error:
            raise AnswerError(plain(str(error))) from None
        known = _by_topic(p for p in answer if p.error is None and p.offset >= 0)
        return {name: known.get(name, {}) for name in asked}

    def _newest(self, asked: Mapping[str, _Partitions], end: float) -> dict[str, datetime]:
        """The newest record's time by topic; absent where a topic is empty or it is not told."""
        assert self._admin is not None
        newest = OffsetSpec.max_timestamp()  # type: ignore[no-untyped-call]
        parts = {TopicPartition(name, i): newest for name, p in asked.items() for i in p.ids}
        answers = self._admin.list_offsets(parts, request_timeout=_left(end)) if parts else {}
        times: dict[str, datetime] = {}
        for part, future in answers.items():
            at = _timestamp(future, end)
            if at is not None:
                times[part.topic] = max(at, times.get(part.topic, at))
        return times


def settings(source: Source) -> dict[str, Any]:
    """How to log in; without TLS on the loopback only. Nothing is logged to the terminal."""
    plainly: dict[str, Any] = {
        "bootstrap.servers": source.address,
        "log_level": 0,
        "reconnect.backoff.max.ms": 1000,
        "socket.connection.setup.timeout.ms": 5000,
        "allow.auto.create.topics": False,
    }
    return {**plainly, **_certificates(source), **_login(source)}


def _certificates(source: Source) -> dict[str, str]:
    """Files of the portal's machine: whom it believes, and how it shows who it is."""
    files = {
        "ssl.ca.location": source.ca,
        "ssl.certificate.location": source.cert,
        "ssl.key.location": source.key,
    }
    given = {setting: file for setting, file in files.items() if file}
    return {"security.protocol": "SSL", **given} if given else {}


def _login(source: Source) -> dict[str, str]:
    if not source.user:
        return {}
    return {
        "security.protocol": transport(source.address),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": source.user,
        "sasl.password": source.password,
    }


def _left(end: float, limit: float = float("inf")) -> float:
    """Seconds until the deadline, never so few that librdkafka takes them for no limit."""
    return max(0.1, min(limit, end - time.monotonic()))


def _partitions(topic: Any) -> _Partitions:
    parts: Iterable[Any] = topic.partitions.values()
    return _Partitions(
        tuple(sorted(topic.partitions)),
        sum(part.leader < 0 for part in parts),
        sum(len(part.isrs) < len(part.replicas) for part in topic.partitions.values()),
    )


def _by_topic(parts: Iterable[TopicPartition]) -> dict[str, dict[int, int]]:
    offsets: dict[str, dict[int, int]] = defaultdict(dict)
    for part in parts:
        offsets[part.topic][part.partition] = part.offset
    return offsets


def _word(error: KafkaError) -> str:
    if error.code() in MOVING:
        return "its coordinator is not there yet"
    return plain(error.str())


def _timestamp(answer: Future[Any], end: float) -> datetime | None:
    try:
        at = answer.result(_left(end)).timestamp
    except (FutureTimeoutError, KafkaException):
        return None
    return datetime.fromtimestamp(at / 1000, UTC) if at > 0 else None
