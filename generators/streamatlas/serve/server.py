"""The portal as a running server: one socket, one event loop, a quick and clean stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

_STOPS = (signal.SIGINT, signal.SIGTERM)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


async def run(app: Starlette, listening: socket.socket, collector: Coroutine[None, None, None]) -> None:
    """Serve and collect until SIGINT or SIGTERM; a collector that fails ends both."""
    server = Portal(app)
    async with asyncio.TaskGroup() as group:
        collecting = group.create_task(collector)
        await server.serve(sockets=[listening])
        collecting.cancel()


class Portal(uvicorn.Server):
    """A uvicorn server that ends open event streams before it waits for connections."""

    def __init__(self, app: Starlette) -> None:
        options = {"log_level": "warning", "access_log": False, "server_header": False}
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=1, **options))
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
