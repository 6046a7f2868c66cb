"""Reads a Flink cluster by its REST API: slots, and every job of a declared name."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from streamatlas.graph.graph import Ref, Source
from streamatlas.model.observed import (
    DIGEST,
    ENDED,
    Checkpoints,
    FlinkCluster,
    JobException,
    Reading,
    RunningJob,
    Snapshot,
)
from streamatlas.model.traces import innermost
from streamatlas.observe import said
from streamatlas.observe.answers import AnswerError, Hide, plain

M = TypeVar("M", bound=BaseModel)
Login: TypeAlias = tuple[str, str] | Callable[[httpx.Request], httpx.Request]

EXCEPTIONS = 5
LONGEST_CAUSE = 200
CONNECTIONS = 20
_METRICS: TypeAdapter[tuple[said.Metric, ...]] = TypeAdapter(tuple[said.Metric, ...])


@dataclass(frozen=True, slots=True)
class _Poll:
    """When a poll began, by our clock, and when it must end, by the event loop's."""

    now: datetime
    end: float


class FlinkReader:
    """One cluster. `jobs` maps declared names to references; digests are read once a job id.

    Raises OSError where the source's `ca` cannot be read.
    """

    def __init__(
        self,
        source: Source,
        jobs: Mapping[str, Ref],
        hide: Hide,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._source = source.ref
        self._jobs = jobs
        self._hide = hide
        self._digests: dict[str, str | None] = {}
        self._client = httpx.AsyncClient(
            base_url=source.address,
            auth=login(source),
            verify=trusted(source),
            transport=transport,
            timeout=None,  # each question has the poll's deadline
            limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=60),
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def read(self, now: datetime, end: float) -> Snapshot:
        """One poll, over by `end` (the event loop's time) whatever Flink does."""
        poll = _Poll(now, end)
        overview, listed = await asyncio.gather(
            self._try("/overview", said.Overview, poll),
            self._try("/jobs/overview", said.Listed, poll),
        )
        if isinstance(listed, AnswerError):
            reason = str(overview if isinstance(overview, AnswerError) else listed)
            jobs = self._nothing(reason)
        else:
            jobs = await self._read_jobs(listed.jobs, poll)
        answered, cluster = _cluster(overview, now)
        return Snapshot(now, {self._source: answered}, {self._source: cluster}, jobs)

    def _nothing(self, reason: str) -> dict[Ref, Reading[tuple[RunningJob, ...]]]:
        return {ref: Reading(missing=reason) for ref in self._jobs.values()}

    async def _read_jobs(
        self, listed: tuple[said.ListedJob, ...], poll: _Poll
    ) -> dict[Ref, Reading[tuple[RunningJob, ...]]]:
        live = {job.jid for job in listed}
        self._digests = {jid: digest for jid, digest in self._digests.items() if jid in live}
        by_name = {name: [job for job in listed if job.name == name] for name in self._jobs}
        readings = await asyncio.gather(*(self._named(jobs, poll) for jobs in by_name.values()))
        return dict(zip(self._jobs.values(), readings, strict=True))

    async def _named(
        self, listed: list[said.ListedJob], poll: _Poll
    ) -> Reading[tuple[RunningJob, ...]]:
        """Every job of one name, newest first; of ended ones only the newest is asked further."""
        newest = sorted(listed, key=lambda job: job.start, reverse=True)
        try:
            jobs = [await self._job(job, poll, first=job is newest[0]) for job in newest]
        except AnswerError as why:
            return Reading(missing=str(why))
        return Reading(tuple(jobs), poll.now)

    async def _job(self, listed: said.ListedJob, poll: _Poll, first: bool) -> RunningJob:
        """A job with all its parts. Raises AnswerError without its state or its checkpoints."""
        if listed.state in ENDED:
            failed = first and listed.state == "FAILED"
            thrown = await self._exceptions(listed.jid, poll) if failed else ()
            return _ended(listed, poll.now, () if isinstance(thrown, AnswerError) else thrown)
        detail, checkpoints, thrown, restarts, digest = await asyncio.gather(
            self._ask(f"/jobs/{listed.jid}", said.Detail, poll),
            self._checkpoints(listed.jid, poll),
            self._exceptions(listed.jid, poll),
            self._restarts(listed.jid, poll),
            self._digest(listed.jid, poll),
        )
        parts = {"exceptions": thrown, "restarts": restarts, "digest": digest}
        running = detail.timestamps.get("RUNNING", 0)
        return RunningJob(
            listed.jid,
            listed.name,
            listed.state,
            listed.start,
            None,
            detail.now,
            listed.tasks,
            running_since=_moment(running) if running > 0 else None,
            restarts=None if isinstance(restarts, AnswerError) else restarts,
            exceptions=() if isinstance(thrown, AnswerError) else thrown,
            checkpoints=checkpoints,
            digest=None if isinstance(digest, AnswerError) else digest,
            gaps={name: str(part) for name, part in parts.items() if isinstance(part, AnswerError)},
        )

    async def _checkpoints(self, jid: str, poll: _Poll) -> Checkpoints | None:
        """None where checkpoints are off."""
        answer = await self._get(f"/jobs/{jid}/checkpoints", poll)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return _checkpoints(_understood(answer, said.CheckpointStatistics), self._hide)

    async def _exceptions(self, jid: str, poll: _Poll) -> tuple[JobException, ...] | AnswerError:
        path = f"/jobs/{jid}/exceptions?maxExceptions={EXCEPTIONS}"
        answer = await self._try(path, said.Exceptions, poll)
        if isinstance(answer, AnswerError):
            return answer
        return tuple(
            JobException(t.timestamp, cause(t, self._hide)) for t in answer.history.entries
        )

    async def _restarts(self, jid: str, poll: _Poll) -> int | AnswerError | None:
        """Restarts without rescales; None while Flink has not counted yet."""
        try:
            answer = await self._get(f"/jobs/{jid}/metrics?get=numRestarts,numRescales", poll)
            metrics = _METRICS.validate_json(_body(answer))
        except AnswerError as why:
            return why
        except ValidationError:
            return AnswerError("answer not understood")
        counts = {metric.id: int(metric.value) for metric in metrics}
        if "numRestarts" not in counts:
            return None
        return counts["numRestarts"] - counts.get("numRescales", 0)

    async def _digest(self, jid: str, poll: _Poll) -> str | AnswerError | None:
        if jid not in self._digests:
            answer = await self._try(f"/jobs/{jid}/config", said.Configuration, poll)
            if isinstance(answer, AnswerError):
                return answer
            self._digests[jid] = answer.execution.user.get(DIGEST)
        return self._digests[jid]

    async def _try(self, path: str, shape: type[M], poll: _Poll) -> M | AnswerError:
        try:
            return await self._ask(path, shape, poll)
        except AnswerError as why:
            return why

    async def _ask(self, path: str, shape: type[M], poll: _Poll) -> M:
        return _understood(await self._get(path, poll), shape)

    async def _get(self, path: str, poll: _Poll) -> httpx.Response:
        """Any answer at all. Raises AnswerError."""
        try:
            async with asyncio.timeout_at(poll.end):
                return await self._client.get(path)
        except TimeoutError:
            raise AnswerError("timed out") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AnswerError(_words(error)) from None


def login(source: Source) -> Login | None:
    """How Flink is told who asks: by a filled source's token, else its user and password."""

    def bear(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {source.token}"
        return request

    if source.token:
        return bear
    return (source.user, source.password) if source.user else None


def trusted(source: Source) -> ssl.SSLContext | bool:
    """Whose certificates are believed: those of the file `ca`, else the usual. Raises OSError."""
    return ssl.create_default_context(cafile=source.ca) if source.ca else True


def _words(error: Exception) -> str:
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return "the address is not an http address"
    if isinstance(error, httpx.TimeoutException):
        return "timed out"
    if isinstance(error, httpx.ConnectError):
        known = plain(str(error))
        return "refused" if "All connection attempts failed" in str(error) else known
    return "connection broken"


def _body(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise AnswerError(f"HTTP {answer.status_code}")
    return answer.content


def _understood(answer: httpx.Response, shape: type[M]) -> M:
    """The answer in its shape. Raises AnswerError."""
    try:
        return shape.model_validate_json(_body(answer))
    except ValidationError:
        raise AnswerError("answer not understood") from None


def _cluster(
    overview: said.Overview | AnswerError, now: datetime
) -> tuple[Reading[None], Reading[FlinkCluster]]:
    if isinstance(overview, AnswerError):
        return Reading(missing=str(overview)), Reading(missing=str(overview))
    cluster = FlinkCluster(
        overview.version, overview.taskmanagers, overview.slots_total, overview.slots_available
    )
    return Reading(at=now), Reading(cluster, now)


def _ended(listed: said.ListedJob, now: datetime, thrown: tuple[JobException, ...]) -> RunningJob:
    ended = _moment(listed.end) if listed.end > 0 else None
    return RunningJob(
        listed.jid, listed.name, listed.state, listed.start, ended, now, listed.tasks,
        exceptions=thrown,
    )  # fmt: skip


def _checkpoints(statistics: said.CheckpointStatistics, hide: Hide) -> Checkpoints:
    counts, done, failed = statistics.counts, statistics.latest.completed, statistics.latest.failed
    return Checkpoints(
        counts.completed,
        counts.failed,
        counts.restored,
        latest_completed_at=done.acknowledged if done else None,
        latest_duration=timedelta(milliseconds=done.duration) if done else None,
        latest_path=done.path if done else None,
        latest_size=done.size if done else None,
        latest_failed_at=failed.at if failed else None,
        latest_failure=hide(failed.message) if failed and failed.message else None,
    )


def cause(thrown: said.Thrown, hide: Hide) -> str:
    """The innermost cause of the stack trace, without secrets."""
    return hide(innermost(thrown.stacktrace or thrown.name))[:LONGEST_CAUSE]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
