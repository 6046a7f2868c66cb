from __future__ import annotations

from dataclasses import replace

from streamatlas.graph.access import COLLECTOR, Acl, acls
from streamatlas.graph.graph import Graph
from streamatlas.operate.acls import binding, from_binding, of_portal, plan


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


def test_who_looks_is_the_user_of_the_portal_there(graph: Graph) -> None:
    declared = acls(graph)
    found = of_portal(declared, "portal-at-edge")
    assert len(found) == len(declared)
    looks = {acl.operation for acl in found if acl.principal == "portal-at-edge"}
    assert looks == {"Describe", "DescribeConfigs"}
    assert COLLECTOR not in {acl.principal for acl in found}
    assert of_portal(declared, "") == declared
