from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streamatlas.sandbox import identity, records
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.identity import Identity
from streamatlas.sandbox.programs import RESUME, Program
from streamatlas.sandbox.supervisor import Supervisor

SLEEP = "import time; time.sleep(60)"
CODES = {
    "kafka": SLEEP,
    "jobmanager": SLEEP,
    "stubborn": f"import signal; signal.signal(15, signal.SIG_IGN); {SLEEP}",
    "broken": "import sys; sys.exit('no disk')",
    RESUME: "pass",
}


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Supervisor]:
    folders = Folders(tmp_path)
    folders.make()
    lines: list[str] = []
    one = Supervisor(folders, _program, 10.0, {"PATH": os.defpath}, lines.append)
    yield one
    for child in one.children.values():
        child.kill()
        child.wait()


def _program(name: str) -> Program:
    return Program(name, (sys.executable, "-S", "-c", CODES[name]))


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _kill(keeper: Supervisor, name: str) -> None:
    keeper.running[name].signal(signal.SIGKILL)
    _until(lambda: not keeper.running[name].alive())


def test_what_is_wanted_runs_in_its_own_session_and_is_written_down(
    keeper: Supervisor,
) -> None:
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    one = keeper.running["kafka"]
    assert records.processes(keeper.folders)["kafka"] == one
    assert os.getsid(one.pid) == one.pid


def test_the_dead_are_started_again_after_a_while(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    first = keeper.running["kafka"]
    _kill(keeper, "kafka")
    keeper.tick(100)
    keeper.tick(109)
    assert "kafka" not in keeper.running
    assert "kafka" not in records.processes(keeper.folders)
    keeper.tick(110)
    assert keeper.running["kafka"] != first


def test_whoever_waits_for_the_dead_gets_them_now(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    _kill(keeper, "kafka")
    keeper.tick(100)
    keeper.hurry()
    keeper.tick(100.2)
    assert keeper.running["kafka"].alive()


def test_a_new_jobmanager_gets_its_jobs_back_once(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["jobmanager"])
    keeper.tick(0)
    assert RESUME not in keeper.running
    _kill(keeper, "jobmanager")
    keeper.tick(100)
    keeper.tick(111)
    keeper.tick(111.2)
    assert RESUME in keeper.running
    _until(lambda: not keeper.running[RESUME].alive())
    keeper.tick(112)
    keeper.tick(113)
    assert not keeper.forgotten
    assert RESUME not in keeper.running


def test_what_is_wanted_no_more_is_ended(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["kafka", "jobmanager"])
    keeper.tick(0)
    ended = keeper.running["jobmanager"]
    records.want(keeper.folders, ["kafka"])
    keeper.tick(1)
    assert not ended.alive()
    assert list(keeper.running) == ["kafka"]


def test_the_next_supervisor_adopts_what_runs(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    following = Supervisor(keeper.folders, _program, 10.0, {}, keeper.say)
    following.adopt()
    following.tick(1)
    assert following.running == keeper.running
    assert following.children == {}


def test_a_program_that_is_not_there_is_told_and_tried_again(keeper: Supervisor) -> None:
    told: list[str] = []
    keeper.say = told.append
    keeper.program = lambda name: Program(name, ("/does/not/exist",))
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    keeper.tick(5)
    keeper.tick(10)
    assert len(told) == 2
    assert "cannot be started" in told[0]


def test_a_program_that_ends_at_once_leaves_its_last_words(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["broken"])
    keeper.tick(0)
    _until(lambda: not keeper.running["broken"].alive())
    keeper.tick(1)
    left = keeper.folders.trouble / "broken"
    assert left.read_text() == "broken did not start: no disk"


def test_who_was_killed_has_no_last_words_and_runs_well_again_after_a_while(
    keeper: Supervisor,
) -> None:
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    _kill(keeper, "kafka")
    keeper.tick(100)
    left = keeper.folders.trouble / "kafka"
    assert left.read_text() == "kafka was ended by signal 9"
    keeper.tick(110)
    assert "kafka" in keeper.running
    keeper.tick(169)
    assert left.exists()
    keeper.tick(170)
    assert not left.exists()


def test_end_ends_everything(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["kafka", "jobmanager"])
    keeper.tick(0)
    were = list(keeper.running.values())
    keeper.end()
    assert not any(one.alive() for one in were)
    assert list(records.processes(keeper.folders)) == [records.SUPERVISOR]


def test_a_reused_process_id_is_another_process(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["kafka"])
    keeper.tick(0)
    real = keeper.running["kafka"]
    other = Identity(real.pid, real.started - 1)
    other.signal(signal.SIGKILL)
    assert real.alive()
    assert not other.alive()


def test_who_does_not_listen_is_killed(keeper: Supervisor) -> None:
    records.want(keeper.folders, ["stubborn"])
    keeper.tick(0)
    one = keeper.running["stubborn"]
    _until(lambda: _ignores_sigterm(one.pid))
    identity.end([one], signal.SIGTERM, 0.2)
    assert not one.alive()


def _ignores_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    mask = next(int(line.split()[1], 16) for line in status.splitlines() if "SigIgn" in line)
    return bool(mask & 1 << signal.SIGTERM - 1)
