"""The serve command as a process: it starts without a stack, and it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from streamatlas.serve.holder import holder

ROOT = Path(__file__).parents[2]
STREAMATLAS = str(Path(sys.prefix) / "bin" / "streamatlas")
Serve = Callable[[int], "subprocess.Popen[str]"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts `streamatlas serve` on a port, with a state folder that holds no sandbox."""
    started: list[subprocess.Popen[str]] = []

    def start(port: int) -> subprocess.Popen[str]:
        argv = (STREAMATLAS, "serve", "--topology", "topology.yaml", "--port", str(port))
        environ = {**os.environ, "STREAMATLAS_STATE": str(tmp_path)}
        pipe = subprocess.PIPE
        started.append(
            subprocess.Popen(argv, cwd=ROOT, env=environ, stdout=pipe, stderr=pipe, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def status_of(port: int) -> dict[str, dict[str, dict[str, str]]]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            response = httpx.get(f"http://127.0.0.1:{port}/status.json", timeout=5)
        except httpx.ConnectError:
            response = None
        if response is not None and response.status_code == 200:
            return dict(response.json())
        time.sleep(0.1)
    raise TimeoutError


def test_without_a_stack_nothing_is_claimed_and_the_reason_is_said(serve: Serve) -> None:
    port = free_port()
    serve(port)
    status = status_of(port)
    assert {verdict["status"] for verdict in status["nodes"].values()} == {"UNKNOWN"}
    assert all(verdict["reason"] for verdict in status["nodes"].values())
    assert "OK" not in {verdict["status"] for verdict in status["sources"].values()}
    page = httpx.get(f"http://127.0.0.1:{port}/")
    assert (page.status_code, "streamatlas site" in page.text) == (503, True)


def test_a_process_that_did_not_start_is_the_reason(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "trouble").mkdir()
    (tmp_path / "trouble" / "kafka").write_text("kafka did not start: no disk")
    port = free_port()
    serve(port)
    sources = status_of(port)["sources"]
    assert "; kafka did not start: no disk" in sources["kafka"]["reason"]
    assert "did not start" not in sources["flink"]["reason"]


def test_it_stops_at_once_though_somebody_follows_the_stream(serve: Serve) -> None:
    port = free_port()
    process = serve(port)
    status_of(port)
    with httpx.stream("GET", f"http://127.0.0.1:{port}/events", timeout=30) as stream:
        chunks = stream.iter_raw()
        assert next(chunks).startswith(b"retry:")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert time.monotonic() - begun < 2
    _, errors = process.communicate()
    assert errors == ""


def test_a_taken_port_is_named_with_its_holder(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve(port)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert f"Port {port} is taken by " in errors
    assert f"(process {os.getpid()})" in errors
    assert f"streamatlas serve --port {port + 1}" in errors


def test_a_free_port_has_no_holder_that_we_see() -> None:
    assert holder(free_port()) == "another process"
