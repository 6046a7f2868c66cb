from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.targets.file import File
from streamatlas.writer import MANIFEST, WriteError, Written, compare, write

OWNED = ("docs/catalog", "definitions/sandbox")
PAGE = File("docs/catalog/team/a.md", "# a\n")
TOPICS = File("definitions/sandbox/kafka/topics.yaml", "[]\n")


def tree(root: Path) -> dict[str, str]:
    """Every file below root but the lists of what was generated."""
    files = (p for p in root.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {p.relative_to(root).as_posix(): p.read_text() for p in files}


def test_files_are_written_once(tmp_path: Path) -> None:
    assert compare([PAGE, TOPICS], tmp_path, OWNED) == (TOPICS.path, PAGE.path)
    assert write([PAGE, TOPICS], tmp_path, OWNED) == Written((TOPICS.path, PAGE.path), ())
    assert tree(tmp_path) == {PAGE.path: PAGE.text, TOPICS.path: TOPICS.text}
    before = (tmp_path / PAGE.path).stat().st_mtime_ns
    assert write([PAGE, TOPICS], tmp_path, OWNED) == Written((), ())
    assert (tmp_path / PAGE.path).stat().st_mtime_ns == before
    assert compare([PAGE, TOPICS], tmp_path, OWNED) == ()


def test_only_what_was_generated_is_removed(tmp_path: Path) -> None:
    write([PAGE, TOPICS], tmp_path, OWNED)
    by_hand = tmp_path / "docs/catalog/team/notes.md"
    by_hand.write_text("mine")
    assert compare([PAGE], tmp_path, OWNED) == (TOPICS.path,)
    assert write([PAGE], tmp_path, OWNED) == Written((), (TOPICS.path,))
    assert not (tmp_path / "definitions/sandbox/kafka").exists()
    assert write([TOPICS], tmp_path, OWNED) == Written((TOPICS.path,), (PAGE.path,))
    assert by_hand.read_text() == "mine"


def test_a_changed_file_is_stale_and_written_again(tmp_path: Path) -> None:
    write([PAGE], tmp_path, OWNED)
    (tmp_path / PAGE.path).write_text("edited")
    assert compare([PAGE], tmp_path, OWNED) == (PAGE.path,)
    assert write([PAGE], tmp_path, OWNED) == Written((PAGE.path,), ())


def test_the_list_of_generated_files_is_sorted(tmp_path: Path) -> None:
    write([File(f"docs/catalog/{name}", "") for name in ("b", "a/c", "a.md")], tmp_path, OWNED)
    assert (tmp_path / "docs/catalog" / MANIFEST).read_text() == "a.md\na/c\nb\n"


def test_a_file_of_a_person_is_not_overwritten(tmp_path: Path) -> None:
    place = tmp_path / PAGE.path
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    with pytest.raises(WriteError, match=r"team/a\.md is in the way: it was not generated"):
        write([PAGE, TOPICS], tmp_path, OWNED)
    assert tree(tmp_path) == {PAGE.path: "mine"}
    place.write_text(PAGE.text)
    assert write([PAGE], tmp_path, OWNED) == Written((), ())


@pytest.mark.parametrize(
    "path",
    [
        "docs/other.md",
        "/etc/passwd",
        "docs/catalog/../../x",
        "docs/catalog//x",
        "docs/catalog/./x",
        "docs/catalog/",
        f"docs/catalog/{MANIFEST}",
    ],
)
def test_no_path_leads_out_of_the_owned_folders(tmp_path: Path, path: str) -> None:
    with pytest.raises(WriteError, match="lies outside docs/catalog and definitions/sandbox"):
        write([File(path, "x")], tmp_path, OWNED)
    assert tree(tmp_path) == {}


def test_no_link_leads_out_of_the_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "docs").mkdir(parents=True)
    outside.mkdir()
    (root / "docs/catalog").symlink_to(outside)
    with pytest.raises(WriteError, match="leads out of"):
        write([PAGE], root, OWNED)
    assert tree(outside) == {}


def test_a_list_that_was_tampered_with_removes_nothing_outside(tmp_path: Path) -> None:
    write([PAGE], tmp_path, OWNED)
    treasure = tmp_path / "docs/treasure.md"
    treasure.write_text("gold")
    (tmp_path / "docs/catalog" / MANIFEST).write_text("../treasure.md\n/etc/passwd\n\nteam/a.md\n")
    assert write([TOPICS], tmp_path, OWNED).removed == (PAGE.path,)
    assert treasure.read_text() == "gold"


def test_two_files_of_one_path_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="two files are both"):
        write([PAGE, PAGE], tmp_path, OWNED)


def test_what_the_disk_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "docs").write_text("a file where a folder is needed")
    with pytest.raises(WriteError, match=r"^cannot \w+ docs/catalog/\S+: Not a directory$"):
        write([PAGE], tmp_path, OWNED)
    long = File(f"docs/catalog/{'x' * 300}", "")
    with pytest.raises(WriteError, match="File name too long"):
        write([long], tmp_path / "empty", OWNED)


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / PAGE.path).mkdir(parents=True)
    with pytest.raises(WriteError, match=r"cannot read docs/catalog/team/a\.md: Is a directory"):
        write([PAGE], tmp_path, OWNED)


def test_a_build_that_is_cut_off_leaves_no_unknown_file(tmp_path: Path) -> None:
    write([PAGE], tmp_path, OWNED)
    (tmp_path / "docs/catalog/blocked").mkdir()
    files = [File("docs/catalog/a.md", "new"), File("docs/catalog/blocked/x/y.md", "new")]
    (tmp_path / "docs/catalog/blocked/x").write_text("in the way")
    with pytest.raises(WriteError):
        write(files, tmp_path, OWNED)
    (tmp_path / "docs/catalog/blocked/x").unlink()
    assert compare(files, tmp_path, OWNED) != ()
    assert write([PAGE], tmp_path, OWNED).changed == ()
    assert set(tree(tmp_path)) == {PAGE.path}


def test_new_files_may_be_read_by_all_whom_the_umask_allows(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write([PAGE], tmp_path, OWNED)
    finally:
        os.umask(old)
    assert (tmp_path / PAGE.path).stat().st_mode & 0o777 == 0o644


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_kept_byte_by_byte(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("bytes")
    write([File("docs/catalog/x.md", text)], root, OWNED)
    assert (root / "docs/catalog/x.md").read_bytes() == text.encode()
    assert compare([File("docs/catalog/x.md", text)], root, OWNED) == ()
