"""The sandbox's addresses and generated secrets, as NAME=value lines."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from streamatlas.graph.access import ADMIN, COLLECTOR
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports

DATABASE = "streamatlas"


def environ(state: Path, base: Mapping[str, str]) -> dict[str, str]:
    """`base` with the sandbox's own values; these win, so that `sandbox` is never elsewhere."""
    return {**base, "STREAMATLAS_STATE": str(state), **read(Folders(state))}


def write(folders: Folders, ports: Ports, passwords: Iterable[str] = ()) -> dict[str, str]:
    """Write addresses anew, make the passwords that are missing, keep the others.

    Only `up` does, alone: two writers would lose each other's passwords.
    `passwords` are the names under which the jobs' and services' passwords are looked up.
    """
    kept = read(folders)
    made = {name: kept.get(name) or secrets.token_urlsafe(24) for name in (*_SECRETS, *passwords)}
    values = {**kept, **made, **_addresses(folders, ports)}
    values[f"KAFKA_PASSWORD_{COLLECTOR.upper()}"] = values["KAFKA_PASSWORD"]
    text = "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
    _write_secret(folders.environment, text)
    return values


_SECRETS = ("KAFKA_PASSWORD", "KAFKA_ADMIN_PASSWORD", "POSTGRES_PASSWORD")


def _addresses(folders: Folders, ports: Ports) -> dict[str, str]:
    return {
        "KAFKA_ADDRESS": f"127.0.0.1:{ports.kafka}",
        "KAFKA_USER": COLLECTOR,
        "KAFKA_ADMIN_USER": ADMIN,
        "FLINK_ADDRESS": f"http://127.0.0.1:{ports.flink}",
        "FLINK_GATEWAY": f"http://127.0.0.1:{ports.gateway}",
        "FLINK_STATE": f"file://{folders.flink}",  # Flink decodes no %20
        "POSTGRES_ADDRESS": f"jdbc:postgresql://127.0.0.1:{ports.postgres}/{DATABASE}",
        "POSTGRES_USER": DATABASE,
        "PORT_BASE": str(ports.base),
        "PORT": str(ports.portal),
    }


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
