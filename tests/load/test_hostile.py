"""Files that nobody wrote, or wrote to do harm: one line each, soon, and never a traceback."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from factory import SMALL
from streamatlas.load.document import MOST_PROBLEMS
from streamatlas.load.topology import load_topology
from streamatlas.model.problem import Problem

GOOD = SMALL.encode()


def only(path: Path) -> Problem:
    loaded = load_topology(path)
    assert loaded.topology is None
    assert len(loaded.problems) == 1
    return loaded.problems[0]


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (b"", 1, 1, "this file is empty"),
        (b"\n \n# only a remark\n", 1, 1, "this file is empty"),
        (b"hello", 1, 1, "a mapping is meant here: key: value"),
        (b"- a\n- b\n", 1, 1, "a mapping is meant here: key: value"),
        (b"platform: caf\xe9", 1, 14, "this is not UTF-8: save it as UTF-8"),
        (b"a: b\nc: \x00", 2, 4, "control character U+0000 may not stand here"),
        (b"a: \x1b[31m", 1, 4, "control character U+001B may not stand here"),
        (GOOD.decode().encode("utf-16"), 1, 1, "this is UTF-16: save it as UTF-8"),
        (GOOD.decode().encode("utf-32"), 1, 1, "this is UTF-32: save it as UTF-8"),
        (b"\0\0\xfe\xff\0\0\0a", 1, 1, "this is UTF-32: save it as UTF-8"),
        (random.Random(1).randbytes(100_000), 1, 1, "this is not UTF-8: save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n", 1, 1, "this is not UTF-8: save it as UTF-8"),
        (b"a: " + b"[" * 100_000, 1, 103, "this is nested deeper than 100"),
        (b"{a: " * 100_000, 1, 401, "this is nested deeper than 100"),
        (b"? " * 100_000, 1, 3, "a key is one word, not a list or mapping"),
        (b"a: &x 1\nb: *x", 1, 4, "anchors are not read here: leave '&x' out"),
        (b"a: *x", 1, 4, "aliases are not read here: write the value of '*x' out"),
        (b"a: {<<: {b: c}}", 1, 5, "'<<' is not read here: write the keys out"),
        (b"a: 1\n---\nb: 2\n", 2, 1, "only one document may stand in a file"),
        (
            b"a: !!python/object/apply:os.system [ls]",
            1,
            4,
            "tags are not read here: leave the '!' and what follows it out, or quote the text",
        ),
        (
            b"".join(b"k%d: x\n" % n for n in range(200_000)),
            100_000,
            9,
            "more than 200,000 values up to here: split it with include",
        ),
    ],
)
def test_one_positioned_line(
    content: bytes, line: int, column: int, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "topology.yaml"
    file.write_bytes(content)
    problem = only(file)
    assert (problem.at.line, problem.at.column, problem.message) == (line, column, message)


def test_fifty_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.touch()
    os.truncate(file, 50 * 2**20)
    assert only(file).message == "this is over 10 MB: split it with include"


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert only(tmp_path / "pipe").message == "this is no regular file"
    assert only(tmp_path).message == "this is a folder"
    assert only(tmp_path / "none").message == "cannot be read: No such file or directory"
    assert only(tmp_path / "a\0b").message == "cannot be read: this is no name of a file"
    assert only(tmp_path / ("n" * 300)).message == "cannot be read: File name too long"


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "cannot be read" in only(tmp_path / "loop").message


def test_a_byte_order_mark_and_other_line_ends_change_nothing(tmp_path: Path) -> None:
    ways = (GOOD, b"\xef\xbb\xbf" + GOOD, GOOD.replace(b"\n", b"\r\n"))
    found = []
    for content in ways:
        file = tmp_path / "topology.yaml"
        file.write_bytes(content)
        found.append(load_topology(file))
    assert [loaded.problems for loaded in found] == [()] * 3
    assert found[0].topology == found[1].topology == found[2].topology
    assert found[0].positions.keys == found[1].positions.keys == found[2].positions.keys
    assert found[0].positions.values == found[1].positions.values == found[2].positions.values


@pytest.mark.parametrize("line", [b"a: x\n", b"a:\n"])
def test_reading_stops_after_many_mistakes(line: bytes, tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.write_bytes(line * 1_000_000)
    problems = load_topology(file).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].message == "100 mistakes up to here: the rest was not read"


def test_a_very_long_value_is_shown_in_part(tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.write_bytes(b"platform: a\nformat: " + b"9" * 1_000_000)
    assert len(only(file).message) < 500
