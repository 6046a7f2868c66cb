"""Topology text made safe for where it goes: HTML, Markdown, a code fence, front matter, a link.

Whatever an owner wrote into a `doc`, an id or an address is text and stays text. Line breaks
and control characters become spaces; marks that turn the direction of writing, and what is no
character at all, are shown as a replacement, so that a name cannot pretend to be another one.
"""

from __future__ import annotations

import html as _html
import json
import re
from collections.abc import Mapping

_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_TURNS = re.compile("[\ud800-\udfff\ufffe\uffff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPECIAL = re.compile(r"[^\w\s]|_", re.ASCII)
_LINK = re.compile(r"(https?://[^\s]+|mailto:[^\s]+|tel:[+0-9]+)", re.IGNORECASE)
_PATH = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_PHONE = re.compile(r"\+[0-9][0-9 ()./-]{4,}[0-9]")


def plain(text: str) -> str:
    """One line of visible text."""
    return _TURNS.sub("\ufffd", _SPACES.sub(" ", text)).strip()


def html(text: str) -> str:
    """For HTML content and for attribute values in double quotes."""
    return _html.escape(plain(text), quote=True)


def inline(text: str) -> str:
    """For running Markdown: every mark of ASCII becomes an entity and loses its meaning."""
    return _SPECIAL.sub(_entity, plain(text))


def _entity(match: re.Match[str]) -> str:
    character = match.group()
    return character if ord(character) > 127 else f"&#{ord(character)};"


def fence(code: str, language: str) -> str:
    """A fenced block of Markdown that no line of `code` can end."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{code.rstrip()}\n{marks}\n"


def front_matter(values: Mapping[str, object]) -> str:
    """The head of a page: YAML between two rules. JSON is YAML, and needs no care for marks."""
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(("---", *lines, "---", "", ""))


def link(target: str) -> str | None:
    """The address to link to where `target` is one that a reader may follow; else None.

    Web and mail addresses stay as they are, a telephone number becomes `tel:`.
    """
    text = plain(target)
    if _PHONE.fullmatch(text):
        return "tel:" + re.sub(r"[^+0-9]", "", text)
    return text if _LINK.fullmatch(text) else None


def web(target: str) -> str | None:
    """The address where `target` is one of the web, which `links` of a node must be; else None."""
    address = link(target)
    return address if address and address[:4].lower() == "http" else None


def percent(text: str) -> str:
    """A path within an address: what has a meaning there, and what is not ASCII, is encoded."""
    return "".join(c if c in _PATH else _encoded(c) for c in text)


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def anchor(target: str) -> str:
    """HTML of an address as its owner wrote it, linked where it can be followed."""
    address = link(target)
    label = html(re.sub(r"^https?://", "", plain(target)))
    return f'<a href="{html(address)}">{label}</a>' if address else label
