"""A line at least every ten seconds, on a terminal or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]
EVERY = 8.0


@contextmanager
def telling(say: Say, words: str, every: float = EVERY) -> Iterator[None]:
    """Say the words now, and again with the seconds passed for as long as the step takes."""
    begun, over = time.monotonic(), threading.Event()

    def beat() -> None:
        while not over.wait(every):
            say(f"{words} ({time.monotonic() - begun:.0f} s)")

    say(words)
    teller = threading.Thread(target=beat, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
