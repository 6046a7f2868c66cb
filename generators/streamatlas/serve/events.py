"""Server-sent events: each new report, pushed to whoever looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse
from starlette.types import Send

if TYPE_CHECKING:
    from streamatlas.serve.collector import Feed, Published

HEARTBEAT = 15.0  # seconds; shorter than the idle limit of common proxies
RETRY = 3000  # milliseconds until a browser connects again


class EventStream(StreamingResponse):
    """A `text/event-stream` whose source is closed as soon as the client is gone."""

    def __init__(self, feed: Feed, last_event_id: str | None, closing: asyncio.Event) -> None:
        self._events = events(feed, last_event_id, closing)
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(self._events, headers=headers, media_type="text/event-stream")

    async def stream_response(self, send: Send) -> None:
        """Send events until the client leaves or the portal stops."""
        async with aclosing(self._events):
            await super().stream_response(send)


async def events(
    feed: Feed,
    last_event_id: str | None,
    closing: asyncio.Event,
    heartbeat: float = HEARTBEAT,
) -> AsyncGenerator[bytes, None]:
    """Bytes of the stream; a report that the client has already (by its ETag) is not sent again.

    The feed keeps one report for a slow client, the newest; nothing piles up.
    """
    yield f"retry: {RETRY}\n\n".encode()
    async with aclosing(_beats(feed, closing, heartbeat)) as beats:
        async for published in beats:
            if published is None:
                yield b": beat\n\n"
            elif published.etag != last_event_id:
                yield _event(published)


async def _beats(
    feed: Feed, closing: asyncio.Event, heartbeat: float
) -> AsyncGenerator[Published | None, None]:
    """Each report, and None whenever there was none for `heartbeat` seconds."""
    changes: AsyncIterator[Published] = feed.changes()
    stop = asyncio.ensure_future(closing.wait())
    coming = asyncio.ensure_future(anext(changes))
    try:
        while not closing.is_set():
            wanted = {coming, stop}
            await asyncio.wait(wanted, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                published = coming.result()
                coming = asyncio.ensure_future(anext(changes))
                yield published
            elif not closing.is_set():
                yield None
    finally:
        stop.cancel()
        coming.cancel()  # ends `changes` too, which then leaves the feed
        await asyncio.gather(stop, coming, return_exceptions=True)


def _event(published: Published) -> bytes:
    lines = b"".join(b"data: %s\n" % line for line in published.body.splitlines())
    return b"id: %s\nevent: status\n%s\n" % (published.etag.encode(), lines)
