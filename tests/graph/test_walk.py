"""Downstream, upstream, and who is hit."""

from __future__ import annotations

from hypothesis import given, settings

from factory import example, graph_of, graphs, small
from streamatlas.graph.graph import Graph
from streamatlas.graph.walk import downstream, feeds, teams_hit, upstream

TWO_WAYS = """\
platform: p
teams: {a: {chat: a}, b: {chat: b}, c: {chat: c}}
services:
  one: {owner: a, writes: in.one}
  two: {owner: a, writes: in.two}
  left: {owner: b, reads: out.left}
  right: {owner: c, reads: out.right}
topics: {in.one: {}, in.two: {}, out.left: {}, out.right: {}}
jobs:
  split:
    owner: a
    steps: {first: {from: in.one}, second: {from: first}}
    writes:
      out.left: {from: second}
      out.right: SELECT * FROM in_two
    reads: in.two
"""


def refs(reached: tuple[object, ...]) -> list[str]:
    return [r.ref for r in reached]  # type: ignore[attr-defined]


def test_a_job_passes_only_to_outputs_whose_query_names_the_input() -> None:
    graph = graph_of(TWO_WAYS)
    assert refs(downstream(graph, "service/one")) == [
        "topic/in.one",
        "job/split",
        "topic/out.left",
        "service/left",
    ]
    assert teams_hit(graph, "service/two") == ("c",)
    assert refs(upstream(graph, "service/right")) == [
        "topic/out.right",
        "job/split",
        "topic/in.two",
        "service/two",
    ]
    assert feeds(graph, "job/split", "topic/out.left") == {"topic/in.one"}


def test_the_job_itself_hits_everybody() -> None:
    assert teams_hit(graph_of(TWO_WAYS), "job/split") == ("b", "c")


def test_a_job_without_a_query_passes_everything() -> None:
    assert feeds(small(), "job/paid-orders", "topic/orders.paid") == {"topic/orders"}
    assert teams_hit(small(), "topic/orders") == ("data",)


def test_hops_and_path() -> None:
    reached = {r.ref: r for r in downstream(example(), "topic/usage.minute.vault")}
    assert reached["service/billing"].hops == 3
    assert reached["service/billing"].path == (
        "topic/usage.minute.vault",
        "job/usage-pipeline",
        "store/usage",
        "service/billing",
    )


def test_a_cycle_ends() -> None:
    text = TWO_WAYS.replace("reads: out.left", "reads: out.left, writes: in.one")
    assert "topic/in.one" in refs(downstream(graph_of(text), "service/left"))
    assert "service/one" not in refs(downstream(graph_of(text), "service/one"))


@settings(max_examples=30)
@given(graphs())
def test_downstream_is_the_inverse_of_upstream(graph: Graph) -> None:
    nodes = [node.ref for node in graph.nodes()]
    down = {(a, r.ref) for a in nodes for r in downstream(graph, a)}
    up = {(r.ref, b) for b in nodes for r in upstream(graph, b)}
    assert down == up


def test_the_inverse_holds_where_ways_part() -> None:
    for text in (TWO_WAYS, TWO_WAYS.replace("reads: out.left", "reads: out.left, writes: in.one")):
        graph = graph_of(text)
        nodes = [node.ref for node in graph.nodes()]
        down = {(a, r.ref) for a in nodes for r in downstream(graph, a)}
        assert down == {(r.ref, b) for b in nodes for r in upstream(graph, b)}
