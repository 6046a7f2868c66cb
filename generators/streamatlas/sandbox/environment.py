"""The sandbox's addresses and generated secrets, as NAME=value lines."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from streamatlas.graph import access, names
from streamatlas.graph.access import ADMIN, COLLECTOR
from streamatlas.graph.graph import Graph
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports, broker

DATABASE = "streamatlas"
CLUSTERS = "KAFKA_CLUSTERS"


def environ(state: Path, base: Mapping[str, str]) -> dict[str, str]:
    """`base` with the sandbox's own values; these win, so that `sandbox` is never elsewhere."""
    return {**base, "STREAMATLAS_STATE": str(state), **read(Folders(state))}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a topology needs of the sandbox.

    `passwords` are the names under which the jobs' and services' are looked up, `clusters` the
    Kafka clusters beside the first, `same` variables that stand for the same as others: there
    is but one Flink and one PostgreSQL, whatever they are called.
    """

    passwords: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)


def needs(graph: Graph) -> Needs:
    """What the sandbox must have for a platform. Servers with an address are elsewhere."""
    named = [s for s in graph.sources.values() if s.cluster not in ("", names.MAIN)]
    here = [s for s in named if s.address == f"${names.setting(s.kind, s.cluster, 'address')}"]
    return Needs(
        tuple(names.secret(principal) for principal in access.principals(graph)),
        tuple(source.cluster for source in here if source.kind == "kafka"),
        {
            names.setting(source.kind, source.cluster, what): names.setting(source.kind, "", what)
            for source in here
            for what in _WHAT.get(source.kind, ())
        },
    )


_WHAT = {"flink": ("address", "gateway", "state"), "postgres": ("address", "user", "password")}


def write(folders: Folders, ports: Ports, wanted: Needs | None = None) -> dict[str, str]:
    """Write addresses anew, make the passwords that are missing, keep the others.

    Only `up` does, alone: two writers would lose each other's passwords.
    """
    kept, wanted = read(folders), wanted or Needs()
    secret = (*_SECRETS, *wanted.passwords, *_secrets_of(ports.clusters))
    made = {name: kept.get(name) or secrets.token_urlsafe(24) for name in secret}
    values = {**kept, **made, **_addresses(folders, ports)}
    values[f"KAFKA_PASSWORD_{COLLECTOR.upper()}"] = values["KAFKA_PASSWORD"]
    values |= {name: values[other] for name, other in wanted.same.items()}
    text = "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
    _write_secret(folders.environment, text)
    return values


_SECRETS = ("KAFKA_PASSWORD", "KAFKA_ADMIN_PASSWORD", "POSTGRES_PASSWORD")


def admin_password(cluster: str) -> str:
    """The variable with the password of a Kafka cluster's operator."""
    return names.setting("kafka", cluster, "admin_password")


def _secrets_of(clusters: Iterable[str]) -> Iterator[str]:
    for cluster in clusters:
        yield names.setting("kafka", cluster, "password")
        yield admin_password(cluster)


def _of_broker(cluster: str, ports: Ports) -> dict[str, str]:
    values = {
        "address": f"127.0.0.1:{ports.brokers[broker(cluster)][0]}",
        "user": COLLECTOR,
        "admin_user": ADMIN,
    }
    return {names.setting("kafka", cluster, what): value for what, value in values.items()}


def _addresses(folders: Folders, ports: Ports) -> dict[str, str]:
    brokers = [_of_broker(cluster, ports) for cluster in ("", *ports.clusters)]
    return {
        **{name: value for each in brokers for name, value in each.items()},
        CLUSTERS: ",".join(ports.clusters),
        "FLINK_ADDRESS": f"http://127.0.0.1:{ports.flink}",
        "FLINK_GATEWAY": f"http://127.0.0.1:{ports.gateway}",
        "FLINK_STATE": f"file://{folders.flink}",  # Flink decodes no %20
        "POSTGRES_ADDRESS": f"jdbc:postgresql://127.0.0.1:{ports.postgres}/{DATABASE}",
        "POSTGRES_USER": DATABASE,
        "PORT_BASE": str(ports.base),
        "PORT": str(ports.portal),
    }


def clusters(folders: Folders) -> tuple[str, ...]:
    """The Kafka clusters beside the first that it ever had: each keeps its ports."""
    return tuple(filter(None, read(folders).get(CLUSTERS, "").split(",")))


def read(folders: Folders) -> dict[str, str]:
    """What `up` has written; empty before that."""
    try:
        text = folders.environment.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name: value for name, _, value in pairs}


def _write_secret(path: Path, text: str) -> None:
    number, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    Path(new).replace(path)
