"""One spelling of a name in each world: speech, SQL, metrics, URLs, environment variables."""

from __future__ import annotations

import re

MAIN = "main"
"""The cluster of whatever names none."""

SERVERS = {"flink": "Flink", "kafka": "Kafka", "postgres": "PostgreSQL"}


def label(ref: str) -> str:
    """What people call it: the id, or a server's own name (`source/kafka.edge` -> `Kafka edge`)."""
    kind, _, name = ref.partition("/")
    if kind != "source":
        return name
    server, _, cluster = name.partition(".")
    return f"{SERVERS.get(server, server)} {cluster}".rstrip()


def sql(name: str) -> str:
    """`usage.raw.vault` -> `usage_raw_vault`; `topic/usage.hourly` -> `usage_hourly`.

    A store's reference keeps its kind, `store/usage` -> `store_usage`, since a topic may have
    the same id.
    """
    return re.sub(r"[.\-/]", "_", name.removeprefix("topic/"))


def metric(name: str) -> str:
    """An id as part of a metric's name: `usage.hourly` -> `usage_hourly`."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def url(ref: str) -> str:
    """A node's page, below `catalog/`: `job/usage-pipeline/`."""
    return f"{ref}/"


def secret(principal: str) -> str:
    """The variable that holds a principal's password, without `$`."""
    return f"KAFKA_PASSWORD_{metric(principal).upper()}"


def setting(kind: str, cluster: str, what: str) -> str:
    """A variable of a server, without `$`: `KAFKA_ADDRESS`, `KAFKA_EDGE_ADDRESS` of cluster edge.

    The cluster `main` has the names of an only one.
    """
    named = [] if cluster in ("", MAIN) else [cluster]
    return metric("_".join((kind, *named, what))).upper()
