"""Every port of the sandbox, from one base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from streamatlas.graph.names import MAIN

BASE = 19000
PORTAL = 8000
SPAN = 11


class PortError(ValueError):
    """A port that is not a number between 1 and 65535, or one that is wanted twice."""


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports on 127.0.0.1; the portal's own does not follow the base.

    `clusters` are the Kafka clusters beside the first, in the order in which they came.
    """

    base: int = BASE
    portal: int = PORTAL
    clusters: tuple[str, ...] = ()

    @property
    def span(self) -> int:
        """How many ports from the base are taken."""
        return SPAN + 2 * len(self.clusters)

    @property
    def brokers(self) -> dict[str, tuple[int, int]]:
        """Of each broker, by its process, the ports of its clients and of its controller."""
        more = range(self.base + SPAN, self.base + self.span, 2)
        firsts = (self.base, *more)
        names = ("", *self.clusters)
        return {broker(c): (port, port + 1) for c, port in zip(names, firsts, strict=True)}

    @property
    def flink(self) -> int:
        """Flink's REST API and web page."""
        return self.base + 2

    @property
    def jobmanager(self) -> int:
        """The JobManager, asked by TaskManagers."""
        return self.base + 3

    @property
    def blob(self) -> int:
        """Where TaskManagers fetch a job's files."""
        return self.base + 4

    @property
    def taskmanager(self) -> int:
        """The TaskManager, asked by the JobManager."""
        return self.base + 5

    @property
    def taskmanager_data(self) -> int:
        """Records between TaskManagers."""
        return self.base + 6

    @property
    def gateway(self) -> int:
        """Flink's SQL gateway."""
        return self.base + 7

    @property
    def postgres(self) -> int:
        """PostgreSQL."""
        return self.base + 8

    @property
    def metrics(self) -> tuple[int, int]:
        """Where JobManager and TaskManager answer each other's questions about metrics."""
        return self.base + 9, self.base + 10

    def of(self) -> dict[str, tuple[int, ...]]:
        """The ports that each process listens on, by its name."""
        return {
            **self.brokers,
            "jobmanager": (self.flink, self.jobmanager, self.blob, self.metrics[0]),
            "taskmanager": (self.taskmanager, self.taskmanager_data, self.metrics[1]),
            "gateway": (self.gateway,),
            "postgres": (self.postgres,),
            "portal": (self.portal,),
        }


def read(environ: Mapping[str, str], clusters: tuple[str, ...] = ()) -> Ports:
    """Ports by `PORT_BASE` and `PORT`; raises PortError."""
    span = Ports(clusters=clusters).span
    base = _port("PORT_BASE", environ.get("PORT_BASE") or str(BASE), 65535 - span)
    portal = _port("PORT", environ.get("PORT") or str(PORTAL), 65535)
    if base <= portal < base + span:
        raise PortError(
            f"PORT={portal} is one of the {span} ports from PORT_BASE={base}: choose others"
        )
    return Ports(base, portal, clusters)


def broker(cluster: str) -> str:
    """The process of a Kafka cluster: `kafka`, or `kafka.edge` of one beside the first."""
    return "kafka" if cluster in ("", MAIN) else f"kafka.{cluster}"


def _port(name: str, text: str, highest: int) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= highest:
        return int(text)
    raise PortError(f"{name}={text}: write a port between 1 and {highest}")
