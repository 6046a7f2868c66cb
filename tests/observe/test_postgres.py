"""PostgreSQL's reader against servers that do not answer; the real one is in tests/e2e."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from streamatlas.graph.graph import Source
from streamatlas.model.observed import Snapshot
from streamatlas.observe.postgres import PostgresReader

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def read(port: int, within: float = 5, database: str = "usage", polls: int = 1) -> Snapshot:
    address = f"jdbc:postgresql://127.0.0.1:{port}/{database}"

    async def ask() -> Snapshot:
        source = Source("postgres", "p", address, "app", "hunter22")
        reader = PostgresReader(source, {"usage": "store/usage"})
        for _ in range(polls):
            snapshot = await reader.read(NOW, asyncio.get_running_loop().time() + within)
        await reader.aclose()
        return snapshot

    return asyncio.run(ask())


@contextmanager
def server(says: bytes) -> Iterator[int]:
    """A server that says the same to everybody and hangs up; nothing means that it hangs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with closing(client):
                    client.recv(1024)
                    client.sendall(says)

        if says:
            threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def test_nobody_there_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    snapshot = read(port)
    assert snapshot.sources["source/postgres"].missing == "refused"
    assert snapshot.stores["store/usage"].missing == "refused"


def test_a_server_that_says_nothing_is_timed_out_at_the_deadline() -> None:
    with server(b"") as port:
        assert read(port, 0.3, polls=2).sources["source/postgres"].missing == "timed out"


@pytest.mark.parametrize("says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 64, b"N"])
def test_a_server_that_is_no_postgresql_is_no_answer(says: bytes) -> None:
    with server(says) as port:
        reading = read(port).sources["source/postgres"]
    assert reading.value is reading.at is None
    assert reading.missing in ("no connection", "connection broken", "no TLS connection")


def test_an_address_that_is_none_is_a_reason() -> None:
    assert read(1, database="x?what=1").sources["source/postgres"].missing
