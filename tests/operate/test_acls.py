from __future__ import annotations

from dataclasses import replace

from streamatlas.graph.access import Acl, acls
from streamatlas.graph.graph import Graph
from streamatlas.operate.acls import binding, from_binding, plan


def test_only_missing_acls_are_created(graph: Graph) -> None:
    declared = acls(graph)
    steps = plan(declared, declared[1:])
    assert [(s.verb, s.value) for s in steps] == [("create", declared[0])]


def test_what_our_principals_have_beside_is_told_and_stays(graph: Graph) -> None:
    declared = acls(graph)
    ours = Acl("vault", "topic", "secret.plans", "literal", "Read")
    theirs = Acl("stranger", "topic", "usage.raw.vault", "literal", "Read")
    (step,) = plan(declared, (*declared, ours, theirs))
    assert str(step) == "leave acl of vault: Read on topic secret.plans: is not declared"


def test_a_permission_for_one_host_is_not_the_declared_one_for_every_host(graph: Graph) -> None:
    first, *others = acls(graph)
    narrow = from_binding(binding(replace(first, host="10.0.0.7")))
    create, leave = plan(acls(graph), (narrow, *others))
    assert (create.verb, create.value) == ("create", first)
    assert leave.verb == "leave" and " from 10.0.0.7: is not declared" in str(leave)


def test_every_declared_acl_comes_back_from_kafkas_form_as_it_was(graph: Graph) -> None:
    assert [from_binding(binding(acl)) for acl in acls(graph)] == list(acls(graph))
