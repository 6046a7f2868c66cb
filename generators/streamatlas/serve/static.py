"""The generated site as it lies on disk; a new build is served from the next request on."""

from __future__ import annotations

import os
import re
from pathlib import Path

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from streamatlas.serve.policy import content_security_policy

_NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{8}\.min\.(js|css)$")
_MISSING = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>No pages yet</title>
<h1>No pages yet</h1>
<p>The portal runs, but its pages are not built. Type this, then load again:</p>
<pre>streamatlas site</pre>
<p>Live status is at <a href="/status.json">status.json</a>.</p>
</html>
"""


class Site(StaticFiles):
    """Files of the site with ETag, a policy for each page, and what to type when it is missing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder

    async def check_config(self) -> None:
        """Nothing: a missing folder is answered request by request."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, the 404 page, or 503 while there is no site."""
        if not self._folder.is_dir():
            return HTMLResponse(_MISSING, 503, {"Retry-After": "10", "Cache-Control": "no-store"})
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _cache_control(path)
        if isinstance(response, FileResponse) and response.media_type == "text/html":
            response.headers["Content-Security-Policy"] = self._policy(response.path)
        return response

    def _policy(self, page: str | os.PathLike[str]) -> str:
        theme = self._folder / "404.html"
        trusted = theme.read_bytes() if theme.is_file() else b""
        return content_security_policy(Path(page).read_bytes(), trusted)


def _cache_control(path: str) -> str:
    """For ever where the name changes with the content, else ask again each time."""
    if _NAMED_BY_CONTENT.search(path):
        return "public, max-age=31536000, immutable"
    return "no-cache"
