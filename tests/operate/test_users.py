from __future__ import annotations

import pytest

from streamatlas.operate.step import OperateError
from streamatlas.operate.users import Login, password, plan

PORTAL = Login("streamatlas", "KAFKA_PASSWORD")
ADMIN = Login("admin", "KAFKA_ADMIN_USER")
OPS = Login("ops", "KAFKA_EDGE_ADMIN_USER")


def test_each_principal_has_its_own_variable_and_the_collector_the_portals() -> None:
    steps = plan(["streamatlas", "usage-pipeline"], PORTAL, ADMIN)
    assert [step.value for step in steps] == [
        PORTAL,
        Login("usage-pipeline", "KAFKA_PASSWORD_USAGE_PIPELINE"),
    ]


def test_nobody_takes_over_the_operators_own_password() -> None:
    with pytest.raises(OperateError, match=r"^ops is the cluster's operator \(\$KAFKA_EDGE"):
        plan(["streamatlas", "ops"], PORTAL, OPS)


def test_an_operator_who_also_looks_keeps_its_password() -> None:
    (step,) = plan(["ops", "vault"], Login("ops", "KAFKA_EDGE_PASSWORD"), OPS)
    assert step.value.user == "vault"


def test_a_missing_password_is_named_by_its_variable() -> None:
    with pytest.raises(OperateError, match=r"^\$KAFKA_PASSWORD_VAULT is not set"):
        password("KAFKA_PASSWORD_VAULT", {})
