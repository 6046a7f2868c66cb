"""A platform of another trade runs as the shipped one does: nothing is tied to the example.

Its sandbox is gone before that of the other tests begins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ends import records, rows

pytestmark = pytest.mark.e2e
Until = Callable[[Callable[[], Any], float], float]


def test_it_comes_up_and_is_well(second: Any, until: Until) -> None:
    until(lambda: second.status()["overall"]["status"] == "OK", 120)
    nodes = second.status()["nodes"]
    assert nodes.keys() == {node.ref for node in second.graph.nodes()}


def test_rows_come_out_at_every_end(second: Any, until: Until) -> None:
    until(lambda: all(rows(second).values()), 120)
    until(lambda: all(records(second).values()), 240)  # the topic of quarters at a checkpoint


def test_its_pages_name_nothing_of_the_example(second: Any) -> None:
    page = (second.folders.state / "site" / "catalog" / "map" / "index.html").read_text()
    assert "rides.helsinki" in page
    assert not [word for word in ("vault", "usage-pipeline", "store/usage") if word in page]
