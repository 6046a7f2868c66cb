from pathlib import Path

import pytest

from streamatlas.load.topology import load_topology, loads
from streamatlas.model.problem import Position

OUT = ("jobs", "j", "writes", "out")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("SELECT here FROM a", (5, 19)),
        ("SELECT\n        x,\n\n        here FROM a", (8, 9)),
        ("'SELECT ''x'' AS x, here FROM a'", (5, 32)),
        ("'SELECT\n         here FROM a'", (6, 10)),
        ('"SELECT here FROM a"', (5, 20)),
        ('"SELECT \\"x\\", here FROM a"', (5, 12)),
        ("|\n        SELECT x, -- a\n          here FROM a", (7, 11)),
        ("|2-  # two\n\n        SELECT here FROM a\n", (7, 16)),
        (">\n        SELECT x,\n        y,\n\n        here FROM a", (9, 9)),
        ("{select: SELECT here FROM a}", (5, 28)),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_word_inside_a_text(written: str, place: tuple[int, int], ending: str) -> None:
    text = f"platform: p\njobs:\n  j:\n    writes:\n      out: {written}\n"
    loaded = loads(text.replace("\n", ending), "f.yaml")
    assert loaded.topology, loaded.problems
    select = loaded.topology.jobs["j"].writes["out"].select
    path = (*OUT, "select") if (*OUT, "select") in loaded.positions.values else OUT
    found = loaded.positions.inside(path, select, select.index("here"))
    assert found == Position("f.yaml", *place)


def test_what_was_not_written_has_its_ancestors_place() -> None:
    loaded = loads("platform: p\nteams: {t: {chat: c}}\n", "f.yaml")
    found = loaded.positions.inside(("teams", "t", "doc"), "some text", 5)
    assert found == Position("f.yaml", 2, 9)


def test_a_place_in_an_included_file(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text("platform: p\ninclude: more.yaml\n")
    (tmp_path / "more.yaml").write_text("jobs:\n  j: {owner: t, writes: {out: SELECT here}}\n")
    positions = load_topology(tmp_path / "main.yaml").positions
    assert positions.inside(OUT, "SELECT here", 7) == Position("more.yaml", 2, 38)
