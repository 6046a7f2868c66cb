from __future__ import annotations

import threading
from pathlib import Path

from streamatlas.sandbox.alone import alone
from streamatlas.sandbox.folders import Folders


def test_the_second_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    folders, told, order = Folders(tmp_path / "state"), [], []
    waiting = threading.Event()

    def say(line: str) -> None:
        told.append(line)
        waiting.set()

    def second() -> None:
        with alone(folders, say):
            order.append("second")

    with alone(folders, say):
        other = threading.Thread(target=second)
        other.start()
        assert waiting.wait(10)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]
    assert len(told) == 1


def test_nobody_else_may_enter_the_state(tmp_path: Path) -> None:
    with alone(Folders(tmp_path / "state"), print):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
