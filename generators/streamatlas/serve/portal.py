"""The portal as a running server: one socket, one event loop, a quick and clean stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from streamatlas.graph.graph import Graph
from streamatlas.serve import collector
from streamatlas.serve.app import create

_STOPS = (signal.SIGINT, signal.SIGTERM)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


async def serve(
    listening: socket.socket,
    site: Path,
    graph: Graph,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    runbooks: Mapping[str, str],
    why: collector.Why = collector.silent,
) -> None:
    """The portal of one environment with its collector, until SIGINT or SIGTERM."""
    feed = collector.Feed()
    polling = collector.run(graph, environ, feed, clock, runbooks, why=why)
    await run(create(site, feed), listening, polling)


async def run(
    app: Starlette, listening: socket.socket, polling: Coroutine[None, None, None]
) -> None:
    """Answer and poll until a signal; a poll that fails ends both, loudly."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(polling)
        await Portal(app).serve(sockets=[listening])
        task.cancel()


class Portal(uvicorn.Server):
    """A uvicorn server that ends open event streams before it waits for connections."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._closing: asyncio.Event = app.state.closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every event stream, then the rest."""
        self._closing.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal and return, so that whoever runs us can tidy up and exit with 0."""
        loop = asyncio.get_running_loop()
        for each in _STOPS:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in _STOPS:
                loop.remove_signal_handler(each)
