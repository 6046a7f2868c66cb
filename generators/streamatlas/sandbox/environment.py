"""The sandbox's addresses and generated secrets, as NAME=value lines."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from streamatlas.graph.access import ADMIN, COLLECTOR
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports

DATABASE = "streamatlas"


def environ(state: Path, base: Mapping[str, str]) -> dict[str, str]:
    """`base` with the sandbox's own values; these win, so that `sandbox` is never elsewhere."""
    return {**base, "STREAMATLAS_STATE": str(state), **_read(Folders(state).environment)}


def write(folders: Folders, ports: Ports, passwords: Iterable[str] = ()) -> dict[str, str]:
    """Write addresses anew, make the passwords that are missing, keep the others.

    `passwords` are the names under which the jobs' and services' passwords are looked up.
    """
    kept = _read(folders.environment)
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


def _read(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name: value for name, _, value in pairs}


def _write_secret(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
