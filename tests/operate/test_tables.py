from __future__ import annotations

import pytest

from streamatlas.graph.graph import Graph, Source
from streamatlas.operate.step import UnreachableError
from streamatlas.operate.tables import connect, plan


def test_only_missing_tables_are_created(graph: Graph) -> None:
    (step,) = plan(graph.stores.values(), {"usage", "usage_daily", "of_somebody_else"})
    assert str(step) == "create store/subscriptions: table subscriptions"


def test_a_server_that_does_not_answer_is_one_line_without_the_password() -> None:
    source = Source("postgres", "platform", "jdbc:postgresql://127.0.0.1:1/db", "someone", "geheim")
    with pytest.raises(UnreachableError) as raised, connect(source):
        pass
    text = str(raised.value)
    assert text.startswith("PostgreSQL at 127.0.0.1:1/db: ")
    assert "\n" not in text and "geheim" not in text
