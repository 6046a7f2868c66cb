from __future__ import annotations

from pathlib import Path

import yaml

from streamatlas.sandbox import config
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports

PLACE = Folders(Path("/a b/ü\\n$x/.streamatlas"))


def _pairs(properties: str) -> dict[str, str]:
    return {name: value for name, _, value in (p.partition("=") for p in properties.splitlines())}


def test_kafka_listens_on_the_loopback_and_denies_by_default() -> None:
    read = _pairs(config.kafka(PLACE, Ports(20000)))
    assert read["listeners"] == "CLIENT://127.0.0.1:20000,CONTROLLER://127.0.0.1:20001"
    assert "allow.everyone.if.no.acl.found" not in read
    assert read["authorizer.class.name"].endswith("StandardAuthorizer")
    assert "password=" in read["listener.name.client.scram-sha-512.sasl.jaas.config"]
    assert "${env:ADMIN_PASSWORD}" in read["listener.name.client.scram-sha-512.sasl.jaas.config"]


def test_each_broker_has_its_own_ports_and_folder() -> None:
    ports = Ports(20000, clusters=("edge",))
    first, second = (_pairs(config.kafka(PLACE, ports, name)) for name in ports.brokers)
    assert second["listeners"] == "CLIENT://127.0.0.1:20011,CONTROLLER://127.0.0.1:20012"
    assert second["log.dirs"] == f"{first['log.dirs']}.edge"


def test_properties_are_ascii_and_escape_what_java_would_read() -> None:
    read = _pairs(config.kafka(PLACE, Ports()))
    assert read["log.dirs"] == r"/a b/\u00fc\\n$x/.streamatlas/kafka"


def test_flink_reads_back_what_was_meant() -> None:
    read = yaml.safe_load(config.flink(PLACE, Ports(20000), "taskmanager"))
    assert read["io.tmp.dirs"] == f"{PLACE.tmp}/taskmanager"
    assert read["rest.port"] == 20002
    assert read["execution.checkpointing.num-retained"] == 3
    hosts = [v for k, v in read.items() if k.endswith(("address", "host"))]
    assert hosts == ["127.0.0.1"] * 8


def test_no_two_processes_share_a_port() -> None:
    ports = Ports(20000)
    files = [config.flink(PLACE, ports, name) for name in ("jobmanager", "taskmanager")]
    asked = [yaml.safe_load(text)["metrics.internal.query-service.port"] for text in files]
    assert asked == ["20009", "20010"]


def test_logs_are_bounded() -> None:
    read = _pairs(config.logging())
    assert read["appender.file.strategy.max"] == "2"
    assert read["appender.file.policies.size.size"] == "4MB"
