from __future__ import annotations

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


def test_every_declared_acl_comes_back_from_kafkas_form_as_it_was(graph: Graph) -> None:
    assert [from_binding(binding(acl)) for acl in acls(graph)] == list(acls(graph))
