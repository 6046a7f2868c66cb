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


def test_who_waits_says_so_again_and_again(tmp_path: Path) -> None:
    folders, told, third = Folders(tmp_path / "state"), [], threading.Event()

    def say(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            third.set()

    def second() -> None:
        with alone(folders, say, every=0.01):
            pass

    with alone(folders, say):
        other = threading.Thread(target=second)
        other.start()
        assert third.wait(10)
    other.join(10)
    assert all("at work" in line for line in told)


def test_who_has_waited_for_a_wipe_begins_with_a_new_folder(tmp_path: Path) -> None:
    folders, waiting, inside = Folders(tmp_path / "state"), threading.Event(), []

    def second() -> None:
        with alone(folders, lambda line: waiting.set()):
            inside.append((folders.state / "lock").exists())

    with alone(folders, print):
        other = threading.Thread(target=second)
        other.start()
        assert waiting.wait(10)
        assert list(folders.delete()) == []
    other.join(10)
    assert inside == [True]


def test_nobody_else_may_enter_the_state(tmp_path: Path) -> None:
    with alone(Folders(tmp_path / "state"), print):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
