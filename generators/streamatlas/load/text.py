"""The text of a file that somebody wrote, or one problem that says why it cannot be read."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from streamatlas.model.problem import Position, Problem

LARGEST = 10 * 2**20
# UTF-32 is first: one of its marks begins like one of UTF-16.
_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# What YAML forbids; a tab, a line feed, a carriage return and a next-line are allowed.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def read_text(path: Path, name: str) -> str | Problem:
    """The text of `path`; problems call the file `name`."""
    content = _read(path, name)
    return content if isinstance(content, Problem) else _decode(content, name)


def _read(path: Path, name: str) -> bytes | Problem:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = "a folder" if path.is_dir() else "no regular file"
            return Problem(Position(name), "syntax", f"this is {what}")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else None
        message = f"cannot be read: {reason or 'this is no name of a file'}"
        return Problem(Position(_one_line(name)), "syntax", message)
    if len(content) > LARGEST:
        return Problem(Position(name), "syntax", "this is over 10 MB: split it with include")
    return content


def _one_line(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]


def _decode(content: bytes, name: str) -> str | Problem:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Problem(Position(name), "syntax", f"this is {encoding}: save it as UTF-8")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        at = _position(name, content[: error.start].decode("utf-8"))
        return Problem(at, "syntax", "this is not UTF-8: save it as UTF-8")
    return text.removeprefix("\ufeff")


def unprintable(text: str, name: str) -> Problem | None:
    """The first character that YAML does not allow, if there is one."""
    match = _CONTROL.search(text)
    if match is None:
        return None
    at = _position(name, text[: match.start()])
    return Problem(at, "syntax", f"control character U+{ord(match[0]):04X} may not stand here")


def _position(name: str, before: str) -> Position:
    return Position(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
