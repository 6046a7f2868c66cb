"""Users: one SCRAM credential for every principal, with the password of the environment.

A password cannot be read back, so each apply sets all of them: that is how a changed one
arrives. Open connections stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def plan(principals: Iterable[str], collector: tuple[str, str]) -> tuple[Step[str], ...]:
    """A step for every principal, its value the name of the variable with the password.

    `collector` is the principal that the portal logs in as and the variable of its password.
    """
    user, variable = collector
    passwords = {p: variable if p == user else names.secret(p) for p in principals}
    return tuple(Step("set", f"user {p}", name, f"from ${name}") for p, name in passwords.items())


def apply(admin: Admin, steps: Iterable[Step[str]], environ: Mapping[str, str]) -> None:
    """Set the credentials; raises OperateError where a variable is not set."""
    changes: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(
            step.subject.removeprefix("user "),
            ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
            password(step.value, environ).encode(),
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
