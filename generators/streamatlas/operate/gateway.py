"""Flink's SQL gateway: one session, statement after statement."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx

from streamatlas.graph.graph import Source
from streamatlas.graph.names import label
from streamatlas.operate.flink import Rest
from streamatlas.operate.step import OperateError

PAUSE = 0.05
STATEMENT = timedelta(minutes=2)


class Session:
    """An open session of the gateway."""

    def __init__(self, rest: Rest, handle: str) -> None:
        self._rest = rest
        self._path = f"/v1/sessions/{handle}"

    def run(self, statement: str, within: timedelta = STATEMENT) -> dict[str, Any]:
        """Run one statement to its end; its first page of results.

        Raises OperateError with the inner cause, which may quote the statement.
        """
        handle = self._rest.ask(
            "POST",
            f"{self._path}/statements",
            lambda asked: str(asked["operationHandle"]),
            {"statement": statement},
        )
        operation = f"{self._path}/operations/{handle}"
        self._wait(operation, within)
        return self._rest.ask("GET", f"{operation}/result/0?rowFormat=JSON", dict)

    def _wait(self, operation: str, within: timedelta) -> None:
        deadline = time.monotonic() + within.total_seconds()
        while self._rest.ask("GET", f"{operation}/status", _status) in {"PENDING", "RUNNING"}:
            if time.monotonic() > deadline:
                raise OperateError(f"no answer within {within.total_seconds():.0f} s")
            time.sleep(PAUSE)


def _status(answer: Any) -> str:
    return str(answer["status"])


def job_id(page: dict[str, Any]) -> str:
    """The id of the job that a statement started; raises OperateError where it started none."""
    if page.get("jobID"):
        return str(page["jobID"])
    raise OperateError("the script started no job: it has no INSERT")


def _opened(answer: Any) -> str:
    return str(answer["sessionHandle"])


@contextmanager
def connect(source: Source, transport: httpx.BaseTransport | None = None) -> Iterator[Session]:
    """A new session at the gateway of a filled source, closed at the end."""
    name = f"the SQL gateway of {label(source.ref)}" if source.cluster else "the SQL gateway"
    rest = Rest(name, source.gateway, source, transport)
    try:
        handle = rest.ask("POST", "/v1/sessions", _opened, {"properties": {}})
        yield Session(rest, handle)
        rest.ask("DELETE", f"/v1/sessions/{handle}", lambda _: None)
    finally:
        rest.close()
