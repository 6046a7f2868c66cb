"""Tables of a page: HTML inside Markdown, which on a phone become cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from streamatlas.targets.markup import html

_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def said(text: str) -> str:
    """Our own words as HTML, with `code` and [links](#there)."""
    words = _CODE.sub(r"<code>\1</code>", html(text))
    return _LINK.sub(r'<a href="\2">\1</a>', words)


def code(text: str) -> str:
    """Text as it is written in a file."""
    return f"<code>{html(text)}</code>" if text else ""


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of HTML cells; the first cell of each row heads it."""
    columns = "".join(f'<th scope="col">{html(head)}</th>' for head in heads)
    body = "\n".join(_row(row, heads) for row in rows)
    return (
        f'<div class="sa-scroll" tabindex="0" role="region" aria-label="{html(name)}">'
        f'<table class="sa-table sa-keys"><thead><tr>{columns}</tr></thead><tbody>\n{body}\n'
        "</tbody></table></div>"
    )


def _row(row: Sequence[str], heads: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(
        f'<td data-label="{html(head)}">{cell}</td>' if cell else "<td></td>"
        for cell, head in zip(others, heads[1:], strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'
