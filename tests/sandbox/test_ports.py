from __future__ import annotations

import pytest

from streamatlas.sandbox.ports import SPAN, PortError, Ports, read


def test_every_port_is_near_the_base_and_used_once() -> None:
    numbers = [port for ports in Ports(20000, 8000).of().values() for port in ports]
    assert len(set(numbers)) == len(numbers)
    assert {n for n in numbers if n != 8000} == set(range(20000, 20000 + SPAN))


def test_further_clusters_come_after_all_others() -> None:
    ports = Ports(20000, 8000, ("edge", "far.off"))
    assert ports.brokers == {
        "kafka": (20000, 20001),
        "kafka.edge": (20000 + SPAN, 20001 + SPAN),
        "kafka.far.off": (20002 + SPAN, 20003 + SPAN),
    }
    numbers = [port for ports in ports.of().values() for port in ports]
    assert len(set(numbers)) == len(numbers) == SPAN + 5
    with pytest.raises(PortError, match=f"one of the {SPAN + 2} ports"):
        read({"PORT_BASE": str(8000 - SPAN)}, ("edge",))


def test_defaults_and_settings() -> None:
    assert read({}) == Ports(19000, 8000)
    assert read({"PORT_BASE": "21000", "PORT": "8080"}) == Ports(21000, 8080)


def test_the_portals_port_is_none_of_the_others() -> None:
    with pytest.raises(PortError, match=r"PORT=8000 .* PORT_BASE=7995"):
        read({"PORT_BASE": "7995"})
    assert read({"PORT_BASE": str(8000 - SPAN)}).portal == 8000
    assert read({"PORT_BASE": "8001"}).portal == 8000


@pytest.mark.parametrize("text", ["0", "65530", "x", "-1", "1e3", "²"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(PortError, match="PORT_BASE="):
        read({"PORT_BASE": text})
