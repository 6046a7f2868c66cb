from __future__ import annotations

from pathlib import Path

from streamatlas.sandbox.environment import environ, write
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports


def test_secrets_are_made_once_and_addresses_follow_the_ports(tmp_path: Path) -> None:
    first = write(Folders(tmp_path), Ports(20000), ["KAFKA_PASSWORD_BILLING"])
    second = write(Folders(tmp_path), Ports(21000), ["KAFKA_PASSWORD_VAULT"])
    kept = ("KAFKA_ADMIN_PASSWORD", "POSTGRES_PASSWORD", "KAFKA_PASSWORD_BILLING")
    assert [first[name] for name in kept] == [second[name] for name in kept]
    assert second["KAFKA_ADDRESS"] == "127.0.0.1:21000"
    assert len({second[n] for n in second if "PASSWORD" in n}) == 5  # the collector's has two names


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write(Folders(tmp_path), Ports())
    assert Folders(tmp_path).environment.stat().st_mode & 0o777 == 0o600


def test_the_sandbox_is_never_elsewhere(tmp_path: Path) -> None:
    write(Folders(tmp_path), Ports())
    merged = environ(tmp_path, {"KAFKA_ADDRESS": "kafka.example.com:9093", "HOME": "/home/me"})
    assert merged["KAFKA_ADDRESS"] == "127.0.0.1:19000"
    assert merged["HOME"] == "/home/me"


def test_where_nothing_is_written_yet(tmp_path: Path) -> None:
    assert environ(tmp_path, {"A": "b"}) == {"A": "b", "STREAMATLAS_STATE": str(tmp_path)}
