from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from streamatlas.sandbox import programs, records, stack
from streamatlas.sandbox.environment import Needs
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.identity import Identity
from streamatlas.sandbox.stack import StartError


def _place(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    folders.make()
    return folders


def _environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"STREAMATLAS_STATE": str(tmp_path), "M2_REPO": str(tmp_path / "m2"), **more}


def test_a_taken_port_is_named_with_its_holder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ready = stack.machine(Path("topology.yaml"), _environ(tmp_path, PORT=port), Needs())
        with pytest.raises(StartError, match=rf"process {os.getpid()}\) holds port {port}\."):
            stack.refuse_taken_ports(ready)


def test_what_runs_keeps_its_ports(tmp_path: Path) -> None:
    topology = Path("topology.yaml")
    ready = stack.machine(topology, _environ(tmp_path, PORT_BASE="20000"), Needs())
    me = Identity(os.getpid(), _started(os.getpid()))
    records.write_processes(ready.folders, {"kafka": me})
    assert stack.machine(topology, _environ(tmp_path), Needs()).ports.base == 20000
    with pytest.raises(StartError, match="PORT_BASE=20000"):
        stack.machine(topology, _environ(tmp_path, PORT_BASE="21000"), Needs())


def _started(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def test_only_up_makes_secrets(tmp_path: Path) -> None:
    topology, environ = Path("topology.yaml"), _environ(tmp_path)
    assert stack.machine(topology, environ).secrets == {}
    assert not Folders(tmp_path).environment.exists()
    made = stack.machine(topology, environ, Needs(("KAFKA_PASSWORD_BILLING",))).secrets
    before = Folders(tmp_path).environment.stat()
    read = stack.machine(topology, {**environ, "PORT_BASE": "21000"}).secrets
    after = Folders(tmp_path).environment.stat()
    assert read == made
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_cluster_keeps_its_ports_when_others_come_and_go(tmp_path: Path) -> None:
    topology, environ = Path("topology.yaml"), _environ(tmp_path)
    stack.machine(topology, environ, Needs(clusters=("edge",)))
    ready = stack.machine(topology, environ, Needs(clusters=("far", "edge")))
    assert ready.ports.clusters == ("edge", "far")
    assert stack.machine(topology, environ, Needs()).ports == ready.ports
    broker = programs.program(ready, "kafka.edge")
    assert broker.argv[-1] == f"{tmp_path}/conf/kafka.edge.properties"
    assert broker.env["ADMIN_PASSWORD"] == ready.secrets["KAFKA_EDGE_ADMIN_PASSWORD"]


def test_there_is_nothing_to_stop_where_nothing_was_started(tmp_path: Path) -> None:
    assert not stack.stop(_place(tmp_path))
