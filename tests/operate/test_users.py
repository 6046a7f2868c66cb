from __future__ import annotations

import pytest

from streamatlas.operate.step import OperateError
from streamatlas.operate.users import password, plan


def test_each_principal_has_its_own_variable_and_the_collector_the_portals() -> None:
    steps = plan(["streamatlas", "usage-pipeline"], ("streamatlas", "KAFKA_PASSWORD"))
    assert [step.value for step in steps] == ["KAFKA_PASSWORD", "KAFKA_PASSWORD_USAGE_PIPELINE"]


def test_a_missing_password_is_named_by_its_variable() -> None:
    with pytest.raises(OperateError, match=r"^\$KAFKA_PASSWORD_VAULT is not set"):
        password("KAFKA_PASSWORD_VAULT", {})
