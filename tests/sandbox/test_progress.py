from __future__ import annotations

import threading

import pytest

from streamatlas.sandbox.progress import telling


def test_a_long_step_is_told_again_and_again() -> None:
    told: list[str] = []
    third = threading.Event()

    def say(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            third.set()

    with telling(say, "waiting", every=0.01):
        assert third.wait(10)
    assert told[0] == "waiting"
    assert told[1].startswith("waiting (")


def test_it_ends_with_the_step_also_when_that_fails() -> None:
    told: list[str] = []
    with pytest.raises(ValueError, match="no"), telling(told.append, "waiting", every=0.01):
        raise ValueError("no")
    count = len(told)
    threading.Event().wait(0.05)
    assert len(told) == count
