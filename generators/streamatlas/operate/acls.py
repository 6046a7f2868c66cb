"""ACLs: create what is declared and missing. Others are told and stay: nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from streamatlas.graph.access import COLLECTOR, Acl
from streamatlas.operate.kafka import Admin
from streamatlas.operate.step import Step

_RESOURCES = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "cluster": ResourceType.BROKER,  # librdkafka's name for it
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
}
_OPERATIONS = {  # DescribeConfigs is DESCRIBE_CONFIGS
    "".join(map(str.capitalize, operation.name.split("_"))): operation for operation in AclOperation
}
_NAMES = {operation: name for name, operation in _OPERATIONS.items()}
_KINDS = {kind: name for name, kind in _RESOURCES.items()}


def of_portal(declared: Iterable[Acl], user: str) -> tuple[Acl, ...]:
    """The declared ones, where who looks is the user as whom the portal logs in here."""
    mine = {COLLECTOR: user or COLLECTOR}
    return tuple(replace(acl, principal=mine.get(acl.principal, acl.principal)) for acl in declared)


def plan(declared: Collection[Acl], running: Collection[Acl]) -> tuple[Step[Acl], ...]:
    """Missing ones are created; what our principals have beside is a `leave`."""
    ours = {acl.principal for acl in declared}
    missing = (acl for acl in declared if acl not in running)
    extra = (acl for acl in running if acl.principal in ours and acl not in declared)
    return (
        *(Step("create", _subject(acl), acl) for acl in missing),
        *(Step("leave", _subject(acl), acl, "is not declared") for acl in sorted(extra)),
    )


def _subject(acl: Acl) -> str:
    prefix = "*" if acl.pattern == "prefixed" else ""
    host = "" if acl.host == "*" else f" from {acl.host}"
    return f"acl of {acl.principal}: {acl.operation} on {acl.resource} {acl.name}{prefix}{host}"


def running(admin: Admin) -> frozenset[Acl]:
    """What the broker allows, to whom, from where. Raises OperateError where we may not ask."""
    everything = AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]  # the stub forgets that None means any
        ResourcePatternType.ANY,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ALLOW,
    )
    (found,) = admin.wait("read ACLs", [admin.client.describe_acls(everything)])
    return frozenset(from_binding(binding) for binding in found if binding.restype in _KINDS)


def from_binding(binding: AclBinding) -> Acl:
    """The ACL that Kafka's form says; only ALLOW is asked for, so it is not part of it."""
    return Acl(
        principal=binding.principal.removeprefix("User:"),
        resource=_KINDS[ResourceType(binding.restype)],
        name=binding.name,
        pattern=ResourcePatternType(binding.resource_pattern_type).name.lower(),
        operation=_NAMES[AclOperation(binding.operation)],
        host=binding.host,
    )


def binding(acl: Acl) -> AclBinding:
    """The ACL as Kafka takes it: allow."""
    return AclBinding(
        _RESOURCES[acl.resource],
        acl.name,
        ResourcePatternType[acl.pattern.upper()],
        f"User:{acl.principal}",
        acl.host,
        _OPERATIONS[acl.operation],
        AclPermissionType.ALLOW,
    )


def apply(admin: Admin, steps: Iterable[Step[Acl]]) -> None:
    """Create the missing; raises OperateError at the first that fails."""
    bindings = [binding(step.value) for step in steps if step.verb == "create"]
    if bindings:
        admin.wait("create ACLs", admin.client.create_acls(bindings).values())
