"""Users: one SCRAM credential for every principal, with the password of the environment.

A password cannot be read back, so each apply sets all of them: that is how a changed one
arrives. Open connections stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from streamatlas.graph import names
from streamatlas.operate.kafka import Admin
from streamatlas.operate.step import OperateError, Step

ITERATIONS = 4096


@dataclass(frozen=True, slots=True)
class Login:
    """A user of Kafka, and the name of the variable that tells of it."""

    user: str
    variable: str


def plan(principals: Iterable[str], portal: Login, operator: Login) -> tuple[Step[Login], ...]:
    """A step for every principal.

    `portal` is who the portal logs in as; `operator` who sets the passwords, with the variable
    that says so. Where they are one it keeps its password. Raises OperateError where another
    principal would take over the operator's own.
    """
    found = sorted(set(principals) - ({portal.user} & {operator.user}))
    if operator.user in found:
        raise OperateError(
            f"{operator.user} is the cluster's operator (${operator.variable}): give the job or "
            "service of that name another principal"
        )
    variables = {p: portal.variable if p == portal.user else names.secret(p) for p in found}
    return tuple(
        Step("set", f"user {user}", Login(user, name), f"from ${name}")
        for user, name in variables.items()
    )


def apply(admin: Admin, steps: Iterable[Step[Login]], environ: Mapping[str, str]) -> None:
    """Set the credentials; raises OperateError where a variable is not set."""
    changes: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(
            step.value.user,
            ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
            password(step.value.variable, environ).encode(),
        )
        for step in steps
    ]
    if changes:
        answers = admin.client.alter_user_scram_credentials(changes)
        admin.wait("set passwords", answers.values())


def password(name: str, environ: Mapping[str, str]) -> str:
    """The value of the variable; raises OperateError where it is not set."""
    if not environ.get(name):
        raise OperateError(f"${name} is not set: it is the password of a Kafka user")
    return environ[name]
