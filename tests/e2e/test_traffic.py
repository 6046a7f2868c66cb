"""The sandbox's traffic on the real broker, with the generated rights alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from streamatlas.sandbox.traffic.control import control

pytestmark = pytest.mark.e2e
SENDERS = ("compute", "mail", "cast", "forms", "maps", "meet", "vault", "crm")
Until = Callable[[Callable[[], Any], float], Any]


def sent(sandbox: Any, service: str) -> int:
    """How many records of a service the broker has taken; none may have failed."""
    status = control(sandbox.environ).status() or {}
    (row,) = (r for r in status["producers"] if r["stream"].startswith(f"{service} -> "))
    assert (row["failed"], row["problem"]) == (0, "")
    return int(row["sent"])


def read(sandbox: Any, service: str) -> int:
    """How many records a service has got; a broker that was killed is an error, and no loss."""
    status = control(sandbox.environ).status() or {}
    (row,) = (r for r in status["consumers"] if r["service"] == service)
    return int(row["received"])


def test_producers_and_readers_are_at_work(sandbox: Any, until: Until) -> None:
    begun = {sender: sent(sandbox, sender) for sender in SENDERS}
    until(lambda: all(sent(sandbox, who) > begun[who] for who in SENDERS), 90)
    until(lambda: read(sandbox, "sales") > 0, 240)  # at the end of an hour of event time
    shown = sandbox.command("traffic", "status")
    assert shown.returncode == 0
    assert "compute -> usage.minute.compute: " in shown.stdout
    assert "usage-pages, store/usage-daily: " in shown.stdout
    assert "billing, store/subscriptions: " in shown.stdout
    assert control(sandbox.environ).backlog_sent() is not None


def test_a_burst_sends_a_batch_now(sandbox: Any, until: Until) -> None:
    before = sent(sandbox, "vault")
    assert sandbox.command(
        "traffic", "burst", "topic/usage.raw.vault", "--seconds", "5"
    ).stdout == ("service/vault sends a burst\n")
    until(lambda: sent(sandbox, "vault") >= before + 900, 40)  # 190/s


def test_a_silenced_service_sends_nothing_until_it_may(sandbox: Any, until: Until) -> None:
    assert sandbox.command("traffic", "silence", "compute").returncode == 0
    time.sleep(5)
    before = sent(sandbox, "compute")
    time.sleep(5)
    assert sent(sandbox, "compute") == before
    assert sandbox.command("traffic", "silence", "compute", "--resume").returncode == 0
    until(lambda: sent(sandbox, "compute") > before, 30)
