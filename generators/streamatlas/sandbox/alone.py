"""One `up` or `down` at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from streamatlas.sandbox import records
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.progress import EVERY, Say, telling


@contextmanager
def alone(folders: Folders, say: Say, every: float = EVERY) -> Iterator[None]:
    """Wait until no other `up` or `down` of this sandbox is at work, and keep others out."""
    lock = _locked(folders, say, every)
    try:
        for line in records.mend(folders):
            say(line)
        yield
    finally:
        os.close(lock)


def _locked(folders: Folders, say: Say, every: float) -> int:
    """The lock's file; another is made where the one that was waited for has been wiped."""
    while True:
        folders.make()
        path = folders.state / "lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)  # closed at exec
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            words = "another `up` or `down` of this sandbox is at work: waiting for it"
            with telling(say, words, every):
                fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists() and os.path.samestat(os.fstat(lock), path.stat()):
            return lock
        os.close(lock)
