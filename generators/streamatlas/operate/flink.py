"""Flink's REST API, as far as operating a job needs it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import httpx

from streamatlas.graph.graph import Source
from streamatlas.graph.names import label
from streamatlas.model.observed import DIGEST, ENDED
from streamatlas.model.traces import innermost, shortened
from streamatlas.observe.flink import login, trusted
from streamatlas.operate.step import OperateError, UnreachableError

PAUSE = 0.25
LONGEST_CAUSE = 600
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Live:
    """A job that Flink knows, running or ended; `started` in ms since 1970."""

    jid: str
    name: str
    state: str
    started: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A job's state, its tasks by lower-case state, and what last went wrong."""

    state: str
    tasks: Mapping[str, int]
    cause: str | None = None

    @property
    def runs(self) -> bool:
        """Whether the job and each of its tasks are RUNNING."""
        busy = {state for state, count in self.tasks.items() if count}
        return self.state == "RUNNING" and busy <= {"running", "finished"} and bool(busy)


class Rest:
    """One HTTP server that answers JSON; errors are plain, `name` is whose it is.

    `source` says who asks, and whose certificates are believed. No proxy of the process
    environment is used: it would be told the passwords in the statements.
    """

    def __init__(
        self, name: str, address: str, source: Source, transport: httpx.BaseTransport | None
    ) -> None:
        self.name = name
        self.address = address
        self._http = httpx.Client(
            base_url=address,
            auth=login(source),
            verify=_trusted(source),
            transport=transport,
            timeout=15.0,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        read: Callable[[Any], T],
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """What `read` finds in the JSON of the answer.

        Raises UnreachableError, or OperateError with the inner cause; also where the answer is
        not what this version of Flink is known to say, so that `read` stumbles over it.
        """
        answer = self._answer(method, path, body)
        try:
            return read(answer.json() if answer.content else {})
        except (ValueError, LookupError, TypeError, AttributeError):
            what = f"{method} {path.partition('?')[0]}"
            raise OperateError(f"{self.name}: its answer to {what} is not understood") from None

    def _answer(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            why = str(error) or type(error).__name__
            raise UnreachableError(
                f"{self.name} at {self.address} does not answer: {why}"
            ) from None
        if answer.is_error:
            raise OperateError(f"{self.name}: {_reason(answer)}")
        return answer


def _trusted(source: Source) -> ssl.SSLContext | bool:
    try:
        return trusted(source)
    except OSError as error:
        raise OperateError(f"{label(source.ref)}: ca {source.ca}: {error.strerror}") from None


def _reason(answer: httpx.Response) -> str:
    try:
        # The gateway puts "Internal server error." before the trace that says which.
        return _cause(str(answer.json()["errors"][-1]))
    except (ValueError, LookupError, TypeError):
        return f"HTTP {answer.status_code}"


def _cause(trace: str) -> str:
    return shortened(innermost(trace), LONGEST_CAUSE)


class Flink(Rest):
    """The JobManager's REST API."""

    def jobs(self, name: str) -> tuple[Live, ...]:
        """The jobs of that name, newest first, ended ones too."""
        jobs = self.ask("GET", "/jobs/overview", _listed)
        named = (job for job in jobs if job.name == name)
        return tuple(sorted(named, key=lambda job: job.started, reverse=True))

    def digest(self, jid: str) -> str | None:
        """The digest of the script that the job was submitted with."""
        return self.ask("GET", f"/jobs/{jid}/config", _digest)

    def progress(self, jid: str) -> Progress:
        """How far the job has come to run."""
        cause = self.ask("GET", f"/jobs/{jid}/exceptions?maxExceptions=1", _newest_cause)
        return replace(self.ask("GET", f"/jobs/{jid}", _progress), cause=cause)

    def restore_path(self, jid: str) -> str | None:
        """The newest savepoint or checkpoint that Flink knows of the job, else what it began from.

        Flink knows ended jobs too, until its JobManager is lost.
        """
        return self.ask("GET", f"/jobs/{jid}/checkpoints", _restore_path)

    def began_from(self, jid: str) -> str | None:
        """The savepoint or checkpoint from which the job last went on."""
        return self.ask("GET", f"/jobs/{jid}/checkpoints", _began)

    def slots_free(self) -> int:
        """How many task slots nobody uses."""
        return self.ask("GET", "/overview", lambda found: int(found["slots-available"]))

    def stop(self, jid: str, folder: str, within: timedelta) -> str:
        """Stop with a savepoint below `folder`; the savepoint's path.

        Raises OperateError with Flink's cause; the job then still runs, or restarts.
        """
        wish = {"targetDirectory": folder, "drain": False}
        request = self.ask(
            "POST", f"/jobs/{jid}/stop", lambda asked: str(asked["request-id"]), wish
        )
        for _ in self._until(within, "the savepoint"):
            path = self.ask("GET", f"/jobs/{jid}/savepoints/{request}", _location)
            if path is not None:
                return path
        raise AssertionError("_until either goes on or raises")

    def cancel(self, jid: str, within: timedelta) -> None:
        """Cancel without savepoint; retained checkpoints stay."""
        self.ask("PATCH", f"/jobs/{jid}?mode=cancel", lambda _: None)
        self.ended(jid, within)

    def ended(self, jid: str, within: timedelta) -> None:
        """Wait until the job has ended and its slots are free."""
        for _ in self._until(within, "the job's end"):
            if self.ask("GET", f"/jobs/{jid}", lambda job: str(job["state"])) in ENDED:
                return

    def _until(self, within: timedelta, what: str) -> Iterator[None]:
        deadline = time.monotonic() + within.total_seconds()
        while time.monotonic() < deadline:
            yield
            time.sleep(PAUSE)
        raise OperateError(f"waited {within.total_seconds():.0f} s for {what}, in vain")


def _listed(answer: Any) -> list[Live]:
    return [
        Live(str(job["jid"]), str(job["name"]), str(job["state"]), int(job["start-time"]))
        for job in answer["jobs"]
    ]


def _digest(answer: Any) -> str | None:
    digest = answer.get("execution-config", {}).get("user-config", {}).get(DIGEST)
    return None if digest is None else str(digest)


def _progress(job: Any) -> Progress:
    counts: dict[str, int] = {}
    for vertex in job["vertices"]:
        for state, count in vertex["tasks"].items():
            counts[state.lower()] = counts.get(state.lower(), 0) + int(count)
    return Progress(str(job["state"]), counts)


def _newest_cause(answer: Any) -> str | None:
    entries = answer.get("exceptionHistory", {}).get("entries", [])
    return _cause(str(entries[0]["stacktrace"])) if entries else None


def _restore_path(answer: Any) -> str | None:
    latest = answer["latest"]
    made = [latest[kind] for kind in ("savepoint", "completed") if latest.get(kind)]
    kept = [point for point in made if not point.get("discarded")]
    if kept:
        return str(max(kept, key=lambda p: int(p["latest_ack_timestamp"]))["external_path"])
    return _began(answer)


def _began(answer: Any) -> str | None:
    began = answer["latest"].get("restored")
    return str(began["external_path"]) if began else None


def _location(answer: Any) -> str | None:
    """Where the savepoint is; None while it is being made. Raises OperateError with its cause."""
    if answer["status"]["id"] != "COMPLETED":
        return None
    operation = answer["operation"]
    if "location" in operation:
        return str(operation["location"])
    trace = operation.get("failure-cause", {}).get("stack-trace", "no reason given")
    raise OperateError(f"the savepoint failed: {_cause(str(trace))}")


@contextmanager
def connect(source: Source, transport: httpx.BaseTransport | None = None) -> Iterator[Flink]:
    """The REST API of a filled source."""
    flink = Flink(label(source.ref), source.address, source, transport)
    try:
        yield flink
    finally:
        flink.close()
