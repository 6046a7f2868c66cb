from pathlib import Path

import pytest

from streamatlas.layout.graphviz import LayoutError, cached, place

TWO = """digraph {
  rankdir=LR nodesep=0.2
  node [shape=box fixedsize=true width=2 height=0.5 label=""]
  edge [arrowhead=none tailport=e headport=w]
  n0 -> n1
  n0 -> n2
}"""


def test_nodes_lie_in_ranks_from_the_left() -> None:
    placement = place(TWO)
    (x0, _), (x1, y1), (x2, y2) = (placement.nodes[n] for n in ("n0", "n1", "n2"))
    assert x0 < x1 == x2
    assert y1 != y2


def test_splines_begin_and_end_at_the_boxes() -> None:
    placement = place(TWO)
    points = placement.edges["n0", "n1"]
    assert points[0][0] == placement.nodes["n0"][0] + 72
    assert points[-1][0] == placement.nodes["n1"][0] - 72
    assert len(points) % 3 == 1


def test_coordinates_are_whole_and_inside() -> None:
    placement = place(TWO)
    for x, y in placement.nodes.values():
        assert x == int(x) and 0 <= x <= placement.width
        assert y == int(y) and 0 <= y <= placement.height


def test_text_that_is_no_dot_is_one_error() -> None:
    with pytest.raises(LayoutError):
        place("digraph {")


def test_a_drawing_that_takes_too_long_is_one_error() -> None:
    with pytest.raises(LayoutError, match=r"not ready after 0\.001 s"):
        place(TWO, limit=0.001)


def test_the_second_layout_is_read_from_disk(tmp_path: Path) -> None:
    layout = cached(tmp_path)
    first = layout(TWO)
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text().replace('"n1"', '"renamed"'))
    assert "renamed" in layout(TWO).nodes
    assert "n1" in first.nodes


def test_a_broken_file_of_the_cache_is_made_anew(tmp_path: Path) -> None:
    layout = cached(tmp_path)
    first = layout(TWO)
    (file,) = tmp_path.iterdir()
    file.write_text("half a li")
    assert layout(TWO) == first
    assert "half" not in file.read_text()


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, no folder")
    assert cached(taken)(TWO) == place(TWO)
