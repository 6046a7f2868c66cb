from factory import graph_of
from streamatlas.checks import id as ids
from streamatlas.checks import name
from streamatlas.graph.access import acls, principals
from streamatlas.graph.edges import fact
from streamatlas.graph.walk import feeds

OWN = """\
platform: p
teams: {t: {chat: c}}
services: {s: {owner: t, writes: {in.a: {principal: sender}}}, r: {owner: t, reads: out}}
topics: {in.a: {schema: e}, in.b: {owner: t, schema: e}, out: {schema: e}, late: {schema: e}}
schemas: {e: {id: id, fields: {id: string}}}
jobs:
  j:
    owner: t
    reads: {in.a: {as: kept, group: other, principal: reader}}
    writes:
      out: SELECT id FROM kept
      late: {from: [kept, in.b], guarantee: at-least-once, as: second}
"""


def test_an_edge_has_its_own_facts() -> None:
    graph = graph_of(OWN)
    found = {e.ref: (e.name, e.principal, e.group, e.guarantee) for e in graph.edges}
    assert found["topic/in.a -> job/j"] == ("kept", "reader", "other", "exactly-once")
    assert found["topic/in.b -> job/j"] == ("in_b", "j", "j", "exactly-once")
    assert found["job/j -> topic/out"] == ("out", "j", "j", "exactly-once")
    assert found["job/j -> topic/late"] == ("second", "j", "j", "at-least-once")
    assert found["service/s -> topic/in.a"] == ("in_a", "sender", "s", "")


def test_permissions_are_those_of_the_edge() -> None:
    graph = graph_of(OWN)
    found = {(a.principal, a.resource, a.name, a.operation) for a in acls(graph)}
    assert ("reader", "topic", "in.a", "Read") in found
    assert ("reader", "group", "other", "Read") in found
    assert ("sender", "topic", "in.a", "Write") in found
    assert ("j", "topic", "in.a", "Read") not in found
    assert principals(graph) == ("j", "r", "reader", "sender", "streamatlas")


def test_only_what_is_written_exactly_once_needs_transactions() -> None:
    lines = OWN.replace("    writes:\n      out: SELECT id FROM kept\n", "    writes:\n")
    assert "transactional-id" in {a.resource for a in acls(graph_of(OWN))}
    assert "transactional-id" not in {a.resource for a in acls(graph_of(lines))}


def test_data_is_followed_by_what_sql_calls_it() -> None:
    graph = graph_of(OWN)
    assert feeds(graph, "job/j", "topic/out") == {"topic/in.a"}
    assert feeds(graph, "job/j", "topic/late") == {"topic/in.a", "topic/in.b"}


def test_where_an_edge_says_a_fact() -> None:
    graph = graph_of(OWN)
    places = {
        (edge.ref, key): fact(edge, key, graph.positions)
        for edge in graph.edges
        for key in ("as", "group", "guarantee")
    }
    found = {what: (at.line, at.column) for what, at in places.items() if at}
    assert found == {
        ("topic/in.a -> job/j", "as"): (9, 24),
        ("topic/in.a -> job/j", "group"): (9, 37),
        ("job/j -> topic/late", "as"): (12, 64),
        ("job/j -> topic/late", "guarantee"): (12, 45),
    }


def test_names_of_edges_do_not_collide() -> None:
    clash = OWN.replace("as: second", "as: kept")
    assert [str(p) for p in name.check(graph_of(clash))] == [
        "topology.yaml:12:64: error: topic/late and topic/in.a (line 9) are both 'kept' "
        "in the SQL of job/j (name)"
    ]
    step = OWN.replace("    writes:\n", "    steps: {in_b: {from: kept}}\n    writes:\n")
    assert [str(p) for p in name.check(graph_of(step))] == [
        "topology.yaml:10:13: error: step 'in_b' and topic/in.b (line 13) are both 'in_b' "
        "in the SQL of job/j (name)"
    ]


def test_two_principals_of_one_variable() -> None:
    twice = OWN.replace("principal: reader", "principal: sen-der").replace(
        "principal: sender", "principal: sen.der"
    )
    assert [str(p) for p in name.check(graph_of(twice))] == [
        "topology.yaml:9:55: error: job/j and service/s (line 3) are both 'sen_der' "
        "as user of Kafka (name)"
    ]


def test_facts_of_edges_are_names() -> None:
    odd = OWN.replace("as: kept", "as: a-b").replace("group: other", "group: a b")
    found = [str(p) for p in ids.check(graph_of(odd.replace("kept", "in.a")))]
    assert found == [
        "topology.yaml:9:36: error: 'a b' is no group: write a-b, without spaces (id)",
        "topology.yaml:9:24: error: 'a-b' is no name in SQL: write letters, digits and '_', "
        "no digit first (id)",
    ]
