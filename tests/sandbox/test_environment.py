from __future__ import annotations

from pathlib import Path

from factory import SMALL, graph_of
from streamatlas.sandbox.environment import Needs, clusters, environ, needs, write
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import SPAN, Ports


def test_secrets_are_made_once_and_addresses_follow_the_ports(tmp_path: Path) -> None:
    first = write(Folders(tmp_path), Ports(20000), Needs(("KAFKA_PASSWORD_BILLING",)))
    second = write(Folders(tmp_path), Ports(21000), Needs(("KAFKA_PASSWORD_VAULT",)))
    kept = ("KAFKA_ADMIN_PASSWORD", "POSTGRES_PASSWORD", "KAFKA_PASSWORD_BILLING")
    assert [first[name] for name in kept] == [second[name] for name in kept]
    assert second["KAFKA_ADDRESS"] == "127.0.0.1:21000"
    assert len({second[n] for n in second if "PASSWORD" in n}) == 5  # the collector's has two names


NAMED = """
environments:
  sandbox:
    kafka: {main: {}, edge: {}, far: {address: 'far.example.com:9093', user: $U, password: $P}}
    flink: {main: {}, edge: {}}
    postgres: {edge: {user: $ME}}
"""


def test_each_kafka_cluster_that_is_not_elsewhere_has_a_broker(tmp_path: Path) -> None:
    wanted = needs(graph_of(SMALL + NAMED))
    assert wanted.clusters == ("edge",)
    found = write(Folders(tmp_path), Ports(20000, clusters=("edge",)), wanted)
    assert found["KAFKA_ADDRESS"] == "127.0.0.1:20000"
    assert found["KAFKA_EDGE_ADDRESS"] == f"127.0.0.1:{20000 + SPAN}"
    assert found["KAFKA_EDGE_ADMIN_PASSWORD"] != found["KAFKA_ADMIN_PASSWORD"]
    assert (found["KAFKA_EDGE_USER"], found["KAFKA_EDGE_ADMIN_USER"]) == ("streamatlas", "admin")
    assert clusters(Folders(tmp_path)) == ("edge",)
    assert "KAFKA_FAR_ADDRESS" not in found


def test_there_is_one_flink_and_one_postgres_whatever_they_are_called(tmp_path: Path) -> None:
    found = write(Folders(tmp_path), Ports(), needs(graph_of(SMALL + NAMED)))
    for name in ("FLINK_EDGE_ADDRESS", "FLINK_EDGE_GATEWAY", "FLINK_EDGE_STATE"):
        assert found[name] == found[name.replace("EDGE_", "")]
    assert found["POSTGRES_EDGE_ADDRESS"] == found["POSTGRES_ADDRESS"]


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
