from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

from factory import example, graph_of
from streamatlas.sandbox.traffic.run import consumers, run

TWO = """\
platform: shop
teams: {shop: {chat: shop-eng}}
services:
  app: {owner: shop, reads: {orders: {}, refunds: {}, stock: {principal: clerk, group: counting}}}
  till: {owner: shop, writes: [orders, refunds, stock]}
topics: {orders: {cluster: edge}, refunds: {}, stock: {}}
environments: {sandbox: {kafka: {main: {}, edge: {}}}}
"""


def test_a_service_reads_from_each_cluster_as_each_edge_says() -> None:
    environ = {
        "KAFKA_ADDRESS": "127.0.0.1:1",
        "KAFKA_EDGE_ADDRESS": "127.0.0.1:2",
        "KAFKA_PASSWORD_APP": "a",
        "KAFKA_PASSWORD_CLERK": "b",
    }
    found = consumers(graph_of(TWO), environ)
    assert {name: consumer.topics for name, consumer in found.items()} == {
        "app (orders)": ("orders",),
        "app (refunds)": ("refunds",),
        "app (stock)": ("stock",),
    }
    for consumer in found.values():
        consumer.close()


def test_without_declared_traffic_it_idles_and_says_so(tmp_path: Path) -> None:
    """Nothing is set that a client would need: it would fail if it made one."""
    said: list[str] = []
    status = tmp_path / "traffic" / "status.json"

    def end() -> None:
        while not status.exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    threading.Thread(target=end).start()
    try:
        environ = {"STREAMATLAS_STATE": str(tmp_path)}
        run(example("production"), environ, lambda: 1_795_521_600.0, said.append)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert said == ["environment production declares no traffic"]
    assert json.loads(status.read_text())["producers"] == []
