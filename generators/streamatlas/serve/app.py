"""What a browser asks for: pages, the newest report, and each new one as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streamatlas.serve.events import EventStream
from streamatlas.serve.policy import HEADERS, content_security_policy
from streamatlas.serve.static import Site

if TYPE_CHECKING:
    from streamatlas.serve.collector import Feed

SCHEMA = Path(__file__).with_name("status.schema.json")
_GRAPH = Path("catalog", "graph.json")


def create(site: Path, feed: Feed) -> Starlette:
    """The portal over a folder of built pages and a feed of reports.

    `app.state.closing`, once set, ends every event stream: a server sets it before it stops.
    """
    app = Starlette(
        routes=[
            Route("/status.json", _status(feed)),
            Route("/status.schema.json", _file(SCHEMA, "application/schema+json")),
            Route("/graph.json", _file(site / _GRAPH, "application/json")),
            Route("/events", _events(feed)),
            Route("/healthz", _healthz(feed)),
            Mount("/", Site(site)),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6),
        ],
    )
    app.state.closing = asyncio.Event()
    return app


Endpoint = Callable[[Request], Awaitable[Response]]


def _status(feed: Feed) -> Endpoint:
    async def status(request: Request) -> Response:
        """The newest report; 304 where the client has it, 503 before the first."""
        published = feed.current
        if published is None:
            waiting = {"detail": "The first poll has not ended yet."}
            return JSONResponse(waiting, 503, {"Retry-After": "2", "Cache-Control": "no-store"})
        headers = {"ETag": published.etag, "Cache-Control": "no-cache"}
        if _has(request, published.etag):
            return Response(status_code=304, headers=headers)
        return Response(published.body, headers=headers, media_type="application/json")

    return status


def _has(request: Request, etag: str) -> bool:
    tags = request.headers.get("if-none-match", "").split(",")
    return etag in [tag.strip().removeprefix("W/") for tag in tags]


def _events(feed: Feed) -> Endpoint:
    async def events(request: Request) -> Response:
        """Every report from now on; `Last-Event-ID` names the one that the client has."""
        last = request.headers.get("last-event-id")
        return EventStream(feed, last, request.app.state.closing)

    return events


def _healthz(feed: Feed) -> Endpoint:
    async def healthz(request: Request) -> Response:
        """That the portal itself answers; the platform's health is in status.json."""
        taken_at = feed.current.report.taken_at.isoformat() if feed.current else None
        return JSONResponse({"ok": True, "taken_at": taken_at}, 200, {"Cache-Control": "no-store"})

    return healthz


def _file(path: Path, media_type: str) -> Endpoint:
    async def file(request: Request) -> Response:
        if not path.is_file():
            return JSONResponse({"detail": f"There is no {path.name} yet."}, 404)
        return FileResponse(path, media_type=media_type, headers={"Cache-Control": "no-cache"})

    return file


class SecurityHeaders:
    """Adds the headers that every answer carries, where the answer has not set its own.

    A 304 gets none: a browser would replace the policy of the page that it kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {**HEADERS, "Content-Security-Policy": content_security_policy()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 304:
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
