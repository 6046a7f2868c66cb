"""One `up` or `down` at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.progress import Say


@contextmanager
def alone(folders: Folders, say: Say) -> Iterator[None]:
    """Wait until no other `up` or `down` of this sandbox is at work, and keep others out."""
    folders.make()
    lock = os.open(folders.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)  # closed at exec
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another `up` or `down` of this sandbox is at work: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
