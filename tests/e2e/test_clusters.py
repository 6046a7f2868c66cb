"""Two Kafka clusters: each has what is declared on it, and one may fail without the other.

A sandbox of its own, without traffic and pages, whose topology names two clusters; a portal
serves it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer, Producer

from streamatlas.graph.graph import Graph
from streamatlas.graph.names import secret, setting
from streamatlas.graph.resolve import resolve
from streamatlas.graph.secrets import filled
from streamatlas.load.topology import load_topology
from streamatlas.operate import acls
from streamatlas.operate.apply import apply
from streamatlas.operate.deploy import start
from streamatlas.operate.kafka import TIMEOUT, Admin, login
from streamatlas.sandbox import prepare, programs, records, stack
from streamatlas.sandbox.environment import environ as with_sandbox
from streamatlas.sandbox.environment import needs
from streamatlas.sandbox.programs import Machine
from streamatlas.sandbox.supervisor import launch

pytestmark = pytest.mark.e2e
Wait = Callable[[Callable[[], Any], float], float]

PLATFORM = """\
platform: ships
teams: {port: {chat: port}, sea: {chat: sea}}
services:
  buoys: {owner: sea, writes: ships.seen}
  board: {owner: port, reads: ships.passed}
topics:
  ships.seen: {schema: seen, cluster: edge, partitions: 4}
  ships.passed: {schema: seen, partitions: 2}
schemas:
  seen:
    id: sighting
    key: ship
    time: seen_at
    fields: {sighting: string, ship: string, seen_at: timestamp}
jobs:
  ships-pass:
    owner: port
    writes: {ships.passed: {from: ships.seen, dedupe: true}}
    state-ttl: 4d
    checkpoint-interval: 3s
environments:
  sandbox: {kafka: {main: {}, edge: {}}}
"""
RESTART_AFTER = 600  # the test itself starts what it has killed
EDGE, MAIN = "source/kafka.edge", "source/kafka.main"


@dataclass(frozen=True)
class Platform:
    """What runs, with all addresses and passwords."""

    graph: Graph
    machine: Machine
    environ: Mapping[str, str]

    def admin(self, source: str) -> Admin:
        return Admin(filled(self.graph.sources[source], self.environ), self.environ)

    def login(self, cluster: str, user: str) -> dict[str, Any]:
        address = self.environ[setting("kafka", cluster, "address")]
        return login(address, user, self.environ[secret(user)])

    def status(self) -> dict[str, Any]:
        """What the portal says; empty before its first poll."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.machine.ports.portal}/status.json")
        except httpx.TransportError:
            return {}
        return dict(answer.json()) if answer.is_success else {}

    def statuses(self) -> dict[str, str]:
        return {ref: node["status"] for ref, node in self.status().get("nodes", {}).items()}


@pytest.fixture(scope="module")
def platform(
    more_ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Both clusters as declared, the job running, the portal serving; all ended at the end."""
    folder = tmp_path_factory.mktemp("ships")
    base, portal = more_ports
    environ = {
        **os.environ,
        "STREAMATLAS_STATE": str(folder / "state"),
        "STREAMATLAS_RESTART_AFTER": str(RESTART_AFTER),
        "PORT_BASE": str(base),
        "PORT": str(portal),
    }
    file = folder / "topology.yaml"
    file.write_text(PLATFORM, encoding="utf-8")
    graph = resolve(load_topology(file), "sandbox")
    ready = stack.machine(file, environ, needs(graph))
    servers = programs.servers(needs(graph).clusters)
    assert "kafka.edge" in servers
    prepare.prepare(ready, environ, print)
    records.want(ready.folders, servers)
    keeper = launch(ready.folders, programs.supervisor(ready), environ)
    try:
        stack.await_answers(ready, servers, print)
        inside = with_sandbox(ready.folders.state, environ)
        apply(graph, inside, print)
        start(graph, graph.jobs["ships-pass"], inside, print)
        stack.supervise(ready, environ, (*servers, "portal"))
        yield Platform(graph, ready, inside)
    finally:
        stack.stop(ready.folders)
        assert keeper.wait(20) == 0
        shutil.rmtree(ready.folders.state)


def test_each_cluster_has_what_is_declared_on_it(platform: Platform) -> None:
    """And nothing of the other's: not a topic, not a permission."""
    expected = {EDGE: ("ships.seen", "buoys"), MAIN: ("ships.passed", "board")}
    for source, (topic, principal) in expected.items():
        admin = platform.admin(source)
        topics = admin.client.list_topics(timeout=TIMEOUT).topics
        assert [name for name in topics if name.startswith("ships")] == [topic]
        found = {acl for acl in acls.running(admin) if acl.principal in ("buoys", "board")}
        assert {acl.principal for acl in found} == {principal}
        users = {acl.principal for acl in acls.running(admin)}
        assert {"ships-pass", "streamatlas"} <= users


def test_what_edge_holds_arrives_on_main_once_through_the_death_of_edge(
    platform: Platform, until: Wait
) -> None:
    until(lambda: platform.statuses().get("job/ships-pass") == "OK", 60)
    assert {source["status"] for source in platform.status()["sources"].values()} == {"OK"}
    send(platform, range(3_000))
    received = arrivals(platform, 3_000)

    stack.kill(platform.machine.folders, "kafka.edge")
    until(lambda: platform.status()["sources"]["kafka.edge"]["status"] == "CRITICAL", 45)
    only_edge_is_blamed(platform.status())
    folders = platform.machine.folders
    stack.supervise(platform.machine, platform.environ, records.wanted(folders))

    until(lambda: {*platform.statuses().values()} == {"OK"}, 90)
    assert platform.status()["incidents"] == []
    send(platform, range(2_000, 5_000))  # a third of it again
    received += arrivals(platform, 2_000)
    assert received == Counter(f"sighting-{number}" for number in range(5_000))


def only_edge_is_blamed(status: Mapping[str, Any]) -> None:
    """One incident; what edge holds is not known because of it, what main holds is well."""
    (incident,) = status["incidents"]
    assert incident["cause"] == EDGE
    assert {"topic/ships.seen", "service/buoys"} <= {*incident["unseen"]}
    assert {source["status"] for source in status["sources"].values()} == {"OK", "CRITICAL"}
    nodes = status["nodes"]
    assert nodes["topic/ships.seen"]["cause"] == EDGE
    assert nodes["topic/ships.passed"]["status"] == "OK"
    assert {node["cause"] for node in nodes.values()} <= {None, EDGE}


def send(platform: Platform, numbers: range) -> None:
    errors: list[object] = []
    producer = Producer({**platform.login("edge", "buoys"), "enable.idempotence": True})
    for number in numbers:
        ship, at = f"ship-{number % 50}", f"2026-11-24T10:{number % 60:02}:00Z"
        value = json.dumps({"sighting": f"sighting-{number}", "ship": ship, "seen_at": at})
        producer.produce(
            "ships.seen", value, ship, on_delivery=lambda error, _: errors.append(error)
        )
        producer.poll(0)
    assert producer.flush(60) == 0
    assert set(errors) == {None}


def arrivals(platform: Platform, wanted: int) -> Counter[str]:
    """How often each sighting is on main, as its reader sees it: that many, and no more come."""
    settings = {**platform.login("", "board"), "group.id": "board", "auto.offset.reset": "earliest"}
    reader = Consumer({**settings, "isolation.level": "read_committed"})
    reader.subscribe(["ships.passed"])
    found: Counter[str] = Counter()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        message = reader.poll(1)
        value = message.value() if message and not message.error() else None
        if value:
            found[json.loads(value)["sighting"]] += 1
        if sum(found.values()) >= wanted and not value:
            break
    reader.commit(asynchronous=False)
    reader.close()
    assert sum(found.values()) == wanted
    return found
