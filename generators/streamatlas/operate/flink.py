"""Flink's REST API, as far as operating a job needs it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from streamatlas.graph.graph import Source
from streamatlas.operate.causes import innermost
from streamatlas.operate.step import OperateError, UnreachableError

ENDED = frozenset({"FINISHED", "FAILED", "CANCELED"})
DIGEST = "streamatlas.digest"
PAUSE = 0.25


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
    """One HTTP server that answers JSON; errors are plain, `name` is whose it is."""

    def __init__(self, name: str, address: str, transport: httpx.BaseTransport | None) -> None:
        self.name = name
        self.address = address
        self._http = httpx.Client(base_url=address, transport=transport, timeout=15.0)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON of the answer; raises UnreachableError, or OperateError with the inner cause."""
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            why = str(error) or type(error).__name__
            raise UnreachableError(
                f"{self.name} at {self.address} does not answer: {why}"
            ) from None
        if answer.is_error:
            raise OperateError(f"{self.name}: {_reason(answer)}")
        return answer.json() if answer.content else {}


def _reason(answer: httpx.Response) -> str:
    try:
        errors = answer.json().get("errors", [])
    except ValueError:
        errors = []
    # The gateway puts "Internal server error." before the trace that says which.
    return innermost(str(errors[-1])) if errors else f"HTTP {answer.status_code}"


class Flink(Rest):
    """The JobManager's REST API."""

    def jobs(self, name: str) -> tuple[Live, ...]:
        """The jobs of that name, newest first, ended ones too."""
        found = self.ask("GET", "/jobs/overview")["jobs"]
        jobs = [
            Live(job["jid"], job["name"], job["state"], job["start-time"])
            for job in found
            if job["name"] == name
        ]
        return tuple(sorted(jobs, key=lambda job: job.started, reverse=True))

    def digest(self, jid: str) -> str | None:
        """The digest of the script that the job was submitted with."""
        config = self.ask("GET", f"/jobs/{jid}/config").get("execution-config", {})
        digest = config.get("user-config", {}).get(DIGEST)
        return None if digest is None else str(digest)

    def progress(self, jid: str) -> Progress:
        """How far the job has come to run."""
        job = self.ask("GET", f"/jobs/{jid}")
        counts: dict[str, int] = {}
        for vertex in job["vertices"]:
            for state, count in vertex["tasks"].items():
                counts[state.lower()] = counts.get(state.lower(), 0) + count
        return Progress(job["state"], counts, self._cause(jid))

    def _cause(self, jid: str) -> str | None:
        answer = self.ask("GET", f"/jobs/{jid}/exceptions?maxExceptions=1")
        entries = answer.get("exceptionHistory", {}).get("entries", [])
        return innermost(entries[0]["stacktrace"]) if entries else None

    def restore_path(self, jid: str) -> str | None:
        """The newest savepoint or checkpoint that Flink knows of the job, else what it began from.

        Flink knows ended jobs too, until its JobManager is lost.
        """
        latest = self.ask("GET", f"/jobs/{jid}/checkpoints")["latest"]
        made = [latest[kind] for kind in ("savepoint", "completed") if latest.get(kind)]
        kept = [point for point in made if not point.get("discarded")]
        if kept:
            return str(max(kept, key=lambda p: int(p["latest_ack_timestamp"]))["external_path"])
        began = latest.get("restored")
        return str(began["external_path"]) if began else None

    def slots_free(self) -> int:
        """How many task slots nobody uses."""
        return int(self.ask("GET", "/overview")["slots-available"])

    def stop(self, jid: str, folder: str, within: timedelta) -> str:
        """Stop with a savepoint below `folder`; the savepoint's path.

        Raises OperateError with Flink's cause; the job then still runs, or restarts.
        """
        asked = self.ask("POST", f"/jobs/{jid}/stop", {"targetDirectory": folder, "drain": False})
        for _ in self._until(within, "the savepoint"):
            answer = self.ask("GET", f"/jobs/{jid}/savepoints/{asked['request-id']}")
            if answer["status"]["id"] == "COMPLETED":
                return _location(answer["operation"])
        raise AssertionError("_until either goes on or raises")

    def cancel(self, jid: str, within: timedelta) -> None:
        """Cancel without savepoint; retained checkpoints stay."""
        self.ask("PATCH", f"/jobs/{jid}?mode=cancel")
        self.ended(jid, within)

    def ended(self, jid: str, within: timedelta) -> None:
        """Wait until the job has ended and its slots are free."""
        for _ in self._until(within, "the job's end"):
            if self.ask("GET", f"/jobs/{jid}")["state"] in ENDED:
                return

    def _until(self, within: timedelta, what: str) -> Iterator[None]:
        deadline = time.monotonic() + within.total_seconds()
        while time.monotonic() < deadline:
            yield
            time.sleep(PAUSE)
        raise OperateError(f"waited {within.total_seconds():.0f} s for {what}, in vain")


def _location(operation: Mapping[str, Any]) -> str:
    if "location" in operation:
        return str(operation["location"])
    trace = operation.get("failure-cause", {}).get("stack-trace", "no reason given")
    raise OperateError(f"the savepoint failed: {innermost(trace)}")


@contextmanager
def connect(source: Source, transport: httpx.BaseTransport | None = None) -> Iterator[Flink]:
    """The REST API of a filled source."""
    flink = Flink("Flink", source.address, transport)
    try:
        yield flink
    finally:
        flink.close()
