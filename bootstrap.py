"""Make the environment `.venv` from a lock file, then become a command in it.

    python3 bootstrap.py up|test [COMMAND ...]

`make` calls this; it needs nothing but Python's standard library, and runs on old Pythons far
enough to say so. Exit code 3: something that the machine lacks, named in one line; else the
command's own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator  # noqa: UP035  # an old Python must get as far as check_machine

NEEDED = (3, 11)
NEWEST = (3, 13)  # the lock files name packages for these and what lies between
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TMP = VENV / "tmp"
UNREACHABLE = ("connection", "resolve", "timed out")
UNSERVED = "no matching distribution"


class LackingError(Exception):
    """What the machine lacks, and the line to type."""


def main(lock: str, *command: str) -> int:
    """Check the machine, bring the environment up to date, become the command."""
    try:
        check_machine()
        make_environment(lock)
    except LackingError as lacking:
        print(lacking, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    if command:
        program = str(VENV / "bin" / command[0])
        os.execv(program, [program, *command[1:]])
    return 0


def check_machine() -> None:
    """Python with venv, and git; each missing one is named with the line that brings it."""
    if not NEEDED <= sys.version_info[:2] <= NEWEST:
        become_served()
    if sys.version_info < NEEDED:
        found = "{}.{}".format(*sys.version_info)
        raise LackingError(f"Python 3.11 or newer is needed, this is {found}: make up PYTHON=...")
    if shutil.which("git") is None:
        raise LackingError("git is missing: sudo apt-get install git")
    try:
        import ensurepip  # noqa: F401  # Debian leaves it out of python3
        import venv  # noqa: F401
    except ImportError:
        raise LackingError("Python's venv is missing: sudo apt-get install python3-venv") from None


def become_served() -> None:
    """Go on in the newest Python that the locks serve, if one is installed beside this one."""
    for minor in range(NEWEST[1], NEEDED[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.run([other, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0:
            os.execv(other, [other, str(ROOT / "bootstrap.py"), *sys.argv[1:]])


def make_environment(lock: str) -> None:
    """Install what the lock names, unless that was done; the lock of `test` includes all."""
    if any(
        stamp(name).exists() and stamp(name).read_text() == digest(name) for name in {lock, "test"}
    ):
        return
    if not made_here():
        with telling("making the Python environment .venv"):
            run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    TMP.mkdir(exist_ok=True)
    with telling(f"installing the packages of requirements/{lock}.txt"):
        pip("--only-binary", ":all:", "--require-hashes", "-r", f"requirements/{lock}.txt")
        pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
    shutil.rmtree(TMP)
    stamp(lock).write_text(digest(lock))


def stamp(lock: str) -> Path:
    """The file that says from which lock the environment was made."""
    return VENV / f"{lock}.stamp"


def digest(lock: str) -> str:
    """Changes with the lock, the project's own data, this Python and the folder's place."""
    files = [(ROOT / name).read_bytes() for name in (f"requirements/{lock}.txt", "pyproject.toml")]
    parts = [*files, sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def made_here() -> bool:
    """Whether the environment is there and was made at this place: its scripts name it."""
    script = VENV / "bin" / "pip"
    return script.exists() and f"{VENV}/bin/" in script.read_text(errors="replace")


def pip(*arguments: str) -> None:
    """Install with pip; without a registry it gives up soon."""
    settings = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
    patience = ("--retries", "2", "--timeout", "15")
    run([str(VENV / "bin" / "python"), "-m", "pip", "install", *settings, *patience, *arguments])


def run(argv: list[str]) -> None:
    """Run to the end; raises LackingError with the last lines that say what went wrong."""
    env = {**os.environ, "TMPDIR": str(TMP)} if TMP.exists() else None  # noqa: TID251
    pipe = subprocess.PIPE
    done = subprocess.run(
        argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    if done.returncode == 0:
        return
    printed = (done.stdout + done.stderr).decode("utf-8", "replace")
    raise LackingError(failure(Path(argv[0]).name, printed))


def failure(program: str, printed: str) -> str:
    """What went wrong, by what the program has printed."""
    words = printed.strip().splitlines()
    if any(sign in line.lower() for line in words for sign in UNREACHABLE):
        return "No package registry answers pip: check the network, then run it again."
    unserved = [line for line in words if UNSERVED in line.lower()]
    if unserved:
        found = "{}.{}".format(*sys.version_info)
        return (
            f"{unserved[0]}\nThe lock has no package for Python {found} on "
            f"{sysconfig.get_platform()}: it serves Python 3.11 to 3.13 on Linux. "
            "Take one of them: make up PYTHON=python3.13"
        )
    return "\n".join([*words[-5:], f"{program} has failed: see above."])


@contextmanager
def telling(words: str) -> Iterator[None]:
    """Print the words, and every 8 s that it still goes on."""
    begun, over = time.monotonic(), threading.Event()

    def beat() -> None:
        while not over.wait(8):
            print(f"{words} ({time.monotonic() - begun:.0f} s)", flush=True)

    print(words, flush=True)
    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        over.set()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
