from __future__ import annotations

from pathlib import Path

from streamatlas.sandbox.pages import digest_of


def test_the_pages_are_built_again_when_something_they_are_made_from_changes(
    tmp_path: Path,
) -> None:
    (tmp_path / "docs" / "catalog").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text("one")
    first = digest_of(tmp_path, "topology")
    assert digest_of(tmp_path, "topology") == first
    (tmp_path / "docs" / "catalog" / "generated.md").write_text("new")
    assert digest_of(tmp_path, "topology") == first
    assert digest_of(tmp_path, "other topology") != first
    (tmp_path / "docs" / "index.md").write_text("more")
    assert digest_of(tmp_path, "topology") != first
