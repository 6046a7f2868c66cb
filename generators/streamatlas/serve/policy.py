"""What a browser may do with our pages: nothing but what the portal itself serves.

The site's theme writes a few small scripts into every page. They are allowed by their hash,
and only those that the 404 page has too: that page holds the theme alone and nothing that came
out of a topology, so a script smuggled into another page stays forbidden.
"""

from __future__ import annotations

import base64
import hashlib
import re

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_BASE = re.compile(rb'new URL\("[^"]*",location\)')  # the one part that differs by page

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_security_policy(page: bytes = b"", theme: bytes = b"") -> str:
    """The policy for one page; `theme` is the site's 404 page, whose scripts are trusted."""
    trusted = {_without_base(script) for script in _INLINE.findall(theme)}
    hashes = [_hash(s) for s in _INLINE.findall(page) if _without_base(s) in trusted]
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *dict.fromkeys(hashes))),
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",  # drawings colour their shapes so
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def _without_base(script: bytes) -> bytes:
    return _BASE.sub(b"", script)


def _hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
