from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from factory import example, small
from streamatlas.sandbox import live, stack
from streamatlas.sandbox.programs import Machine

STATUS = {
    "nodes": {
        "job/paid-orders": {"status": "UNKNOWN", "reason": "not run from here"},
        "job/usage-pipeline": {"status": "OK", "reason": ""},
        "job/usage-aggregation": {"status": "CRITICAL", "reason": "no slots"},
    }
}


class _Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(STATUS).encode())

    def log_message(self, format: str, *args: object) -> None:
        """It is quiet."""


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Machine]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Portal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environ = {"STREAMATLAS_STATE": str(tmp_path), "PORT": str(server.server_port)}
        yield stack.machine(Path("topology.yaml"), environ)
        server.shutdown()


def test_a_job_that_is_only_watched_is_not_waited_for(ready: Machine) -> None:
    assert live.await_well(ready, small(), 0) == {}


def test_a_portal_without_a_status_is_waited_for_also_without_jobs(tmp_path: Path) -> None:
    ready = stack.machine(Path("topology.yaml"), {"STREAMATLAS_STATE": str(tmp_path), "PORT": "1"})
    assert live.await_well(ready, small(), 0) == {"the portal": "it has no status yet"}


def test_a_job_that_is_run_from_here_is(ready: Machine) -> None:
    assert live.unwell(ready, example()) == {"job/usage-aggregation": "CRITICAL: no slots"}
