"""Why a process of the sandbox does not run, in one line, for whoever shows what does not answer.

One small file a name below the state folder. The supervisor writes one when a process dies, and
`up` where it gives up; both take it away when all is well again.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from itertools import takewhile
from pathlib import Path

from streamatlas.graph.graph import Source
from streamatlas.observe.answers import hider
from streamatlas.sandbox import environment
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import broker

LONGEST = 160
SILENT = "it says nothing"
UP = "up"
"""Under this name `up` says why the whole platform does not run."""

_PROCESSES = {"flink": "jobmanager", "postgres": "postgres"}


def last_words(folders: Folders, name: str, since: str = "") -> str:
    """The last error that a process logged and its cause, else the last line that it printed.

    Errors before `since` (as the log writes times, in UTC) are of an earlier life. No secret.
    """
    printed = _lines(folders.log / f"{name}.out")
    found = _error(_lines(folders.logs(name)), since) or _error(printed)
    words = found or (printed or [SILENT])[-1]
    return _short(folders, words)


_ERROR = re.compile(r"^.*? (?:ERROR +\S+|FATAL +\S+|FATAL:) +")
"""What stands before the words of an error in a log of Java, and in one of PostgreSQL."""


def _error(lines: list[str], since: str = "") -> str:
    """The last error with the innermost exception that follows it; empty where there is none."""
    at = [i for i, line in enumerate(lines) if _ERROR.match(line) and line >= since]
    if not at:
        return ""
    trace = takewhile(lambda line: not line[:4].isdigit(), lines[at[-1] + 1 :])
    causes = [line for line in trace if not line.startswith(("at ", "..."))]
    words = _ERROR.sub("", lines[at[-1]])
    return ": ".join((words, *(line.removeprefix("Caused by: ") for line in causes[-1:])))


def not_started(folders: Folders, name: str, since: str = "") -> str:
    """That a process did not start, and its last words."""
    return f"{name} did not start: {last_words(folders, name, since)}"


def now() -> str:
    """The time as the logs write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())


def _lines(log: Path) -> list[str]:
    """Lines of the last 64 KiB that are not blank."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2**16))
        text = file.read().decode("utf-8", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def tell(folders: Folders, name: str, words: str) -> None:
    """Leave the reason where others find it; the older one goes."""
    folders.trouble.mkdir(exist_ok=True)
    number, new = tempfile.mkstemp(dir=folders.trouble, prefix=".")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(_short(folders, words))
    Path(new).replace(folders.trouble / name)


def _short(folders: Folders, words: str) -> str:
    """On one line, without secrets."""
    shown = hider(environment.read(folders))(" ".join(words.split()))
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def forget(folders: Folders, name: str) -> None:
    """It is well again."""
    (folders.trouble / name).unlink(missing_ok=True)


def forget_all(folders: Folders) -> None:
    """Somebody tries anew."""
    for file in folders.trouble.glob("*"):
        file.unlink(missing_ok=True)


def of_source(folders: Folders, source: Source) -> str:
    """Why a source may not answer, as far as the sandbox knows; or empty."""
    process = _PROCESSES.get(source.kind) or broker(source.cluster)
    return _read(folders.trouble / process) or _read(folders.trouble / UP)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
