"""`check` as a whole process, given what nobody should give: a line with a place, little memory.

Limits of time are kept by `make bench` and by hand; here they only end a hang.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

MOST_MEMORY = 300 * 2**20
HANGS = 120

# The memory that this interpreter held at most is known to the system: no other counts with it.
CHECK = """
import sys
from streamatlas.cli.main import main
code = main(["check", sys.argv[1]])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak, file=sys.stderr)
sys.exit(code)
"""


def checked(file: Path) -> list[str]:
    """The problems that are printed, each on one line, without the lines they point at."""
    ended = subprocess.run(
        [sys.executable, "-c", CHECK, file.name],
        cwd=file.parent,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 1
    *_, peak = ended.stderr.strip().splitlines()
    assert int(peak.split()[1]) * 1024 < MOST_MEMORY
    return [line for line in ended.stdout.splitlines() if " error: " in line]


BOMB = b"a: &a [x, x, x]\n" + b"".join(
    b"b%d: &b%d [%s]\n" % (n, n, b", ".join([b"*b%d" % (n - 1) if n else b"*a"] * 9))
    for n in range(30)
)
TEAM = b"platform: p\nteams: {t: {chat: c}}\n"
CONTENTS = {
    "binary": bytes(range(256)) * 4_000,
    "empty": b"",
    "50 MB": b"#" * (50 * 2**20),
    "one long line": b"platform: " + b"x: " * 3_000_000,
    "brackets": b"a: " + b"[" * 100_000,
    "braces": b"{a: " * 100_000,
    "steps of spaces": b"".join(b" " * n + b"a:\n" for n in range(1_000)),
    "an anchor to itself": b"a: &a [*a]\n",
    "an anchor bomb": BOMB,
    "a merge": b"a: {<<: *a}\n",
    "NUL": b"platform: a\0b\n",
    "Latin-1": b"platform: caf\xe9\n",
    "UTF-16": "platform: p\n".encode("utf-16"),
    "UTF-32": "platform: p\n".encode("utf-32"),
    "tabs": b"platform: p\nteams:\n\tt: {chat: c}\n",
    "an open quote": b"platform: 'p\n" + b"x: y\n" * 100_000,
    "many line ends": b"platform: p\n" + b"\r\n" * 3_000_000 + b" x: [",
    "200,000 keys": TEAM + b"topics:\n" + b"".join(b"  k%d: {}\n" % n for n in range(200_000)),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_one_line_says_what_is_wrong(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.write_bytes(content)
    (line,) = checked(file)
    name, row, column, *_ = line.split(":")
    assert name == "topology.yaml"
    assert int(row) >= 1
    assert int(column) >= 1


MANY = {
    "duplicates": (b"platform: p\n" * 200_000, 101),
    "unknown keys": (b"".join(b"k%d: x\n" % n for n in range(90_000)), 501),
    "no owners": (
        TEAM + b"services:\n" + b"".join(b"  k%d: {}\n" % n for n in range(60_000)),
        1_001,
    ),
    "wrong references": (
        TEAM
        + b"services:\n"
        + b"".join(b"  k%d: {owner: x, writes: y%d}\n" % (n, n) for n in range(30_000)),
        1_001,
    ),
    "ids that differ in case": (
        TEAM
        + b"topics:\n"
        + b"".join(b"  %c%d: {}\n" % (c, n) for n in range(9_000) for c in b"aA"),
        2_002,
    ),
    "environments": (
        TEAM + b"environments:\n" + b"".join(b"  e%d: {}\n" % n for n in range(2_000)),
        1,
    ),
    "patterns": (
        TEAM + b"include: [" + b", ".join(b"x%d/*" % n for n in range(20_000)) + b"]\n",
        101,
    ),
}


@pytest.mark.parametrize(("content", "most"), MANY.values(), ids=MANY.keys())
def test_many_mistakes_are_shown_in_part(content: bytes, most: int, tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.write_bytes(content)
    lines = checked(file)
    assert len(lines) == most


def _zero(folder: Path) -> None:
    (folder / "a.yaml").symlink_to("/dev/zero")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "a.yaml")


def _folder(folder: Path) -> None:
    (folder / "a.yaml").mkdir()


def _circle_of_links(folder: Path) -> None:
    (folder / "a.yaml").symlink_to("b.yaml")
    (folder / "b.yaml").symlink_to("a.yaml")


def _link_outside(folder: Path) -> None:
    (folder.parent.parent / "outside.yaml").write_text("glossary: {a: b}\n")
    (folder / "a.yaml").symlink_to("../../outside.yaml")


def _itself(folder: Path) -> None:
    (folder / "a.yaml").write_text("include: teams/*.yaml\n")


def _the_main_file(folder: Path) -> None:
    (folder / "a.yaml").symlink_to("../topology.yaml")


def _huge(folder: Path) -> None:
    (folder / "a.yaml").touch()
    os.truncate(folder / "a.yaml", 2**40)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_zero, "topology.yaml:2:10: error: no file matches 'teams/*.yaml' (include)"),
        (_pipe, "teams/a.yaml:1:1: error: this is no regular file (syntax)"),
        (_folder, "teams/a.yaml:1:1: error: this is a folder (syntax)"),
        (
            _circle_of_links,
            "topology.yaml:2:10: error: 'teams/*.yaml' is no pattern of files (include)",
        ),
        (_link_outside, "topology.yaml:2:10: error: no file matches 'teams/*.yaml' (include)"),
        (_itself, "teams/a.yaml:1:1: error: only the main file may have 'include' (unknown-key)"),
        (
            _the_main_file,
            "teams/a.yaml:1:1: error: only the main file may have 'platform' (unknown-key)",
        ),
        (_huge, "teams/a.yaml:1:1: error: this is over 10 MB: split it with include (syntax)"),
    ],
)
def test_what_may_be_included(make: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    main = tmp_path / "topology.yaml"
    main.write_text("platform: p\ninclude: teams/*.yaml\n")
    (tmp_path / "teams").mkdir()
    make(tmp_path / "teams")
    assert checked(main)[0] == said


@pytest.mark.parametrize("name", ["none.yaml", "folder", "pipe", "loop", "zero"])
def test_what_is_no_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (line,) = checked(tmp_path / name)
    assert line.startswith(f"{name}:1:1: error: ")


def services(windows: Iterable[str]) -> str:
    """One topic that takes 10/s, and services that write more into it in their windows."""
    lines = (
        f"  s{n}: {{owner: t, writes: all, normal: {{rate: up to 1/s, windows: [{{{window}}}]}}}}\n"
        for n, window in enumerate(windows)
    )
    head = "platform: p\nteams: {t: {chat: c, timezone: Europe/Berlin}}\nservices:\n"
    return f"{head}{''.join(lines)}topics:\n  all: {{owner: t, limits: {{rate: 10/s}}}}\n"


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        (["at: every 1min for 5s, rate: up to 20/s"], "20/s is normal every 1min for 5s from"),
        (
            ["at: every 1min for 5s, rate: up to 20/s"] * 200,
            "4k/s is normal every 1min for 5s from 00:00 UTC, when windows of s0, s1, s2, s3 and",
        ),
        (
            [f"at: every 1min for {n % 59 + 1}s, rate: up to {20 + n}/s" for n in range(200)],
            "23.9k/s is normal every 1min for 1s from 00:00 UTC, when windows of s0, s59, s118",
        ),
        (
            [
                f"at: every 1h for {n // 60 + 1}s from 00:{n % 60:02}, rate: up to 20/s"
                for n in range(5000)
            ],
            "7.05k/s is normal every 1h for 1s from 00:01 UTC, when windows of s1, s61, s121",
        ),
    ],
)
def test_windows_that_come_often_are_told_as_they_recur(
    windows: list[str], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(services(windows))
    (line,) = checked(file)
    assert said in line
