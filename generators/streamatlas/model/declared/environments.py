"""Where the platform runs: servers of each environment, and what is different there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from streamatlas.model import units
from streamatlas.model.declared.nodes import Limits
from streamatlas.model.forms import FRACTION, ID, PATH, USER
from streamatlas.model.values import (
    Address,
    Brokers,
    Command,
    Declared,
    Duration,
    Folder,
    Link,
    Secret,
    Size,
    Whole,
    read_by,
)

ONLY = ""
"""The name of the cluster whose keys stand right below `kafka:` and the like: it has none."""


def clusters(value: object) -> object:
    """Keys right below a server's name mean one cluster, on which all is."""
    if isinstance(value, dict) and not any(isinstance(v, dict) for v in value.values()):
        return {ONLY: value}
    return value


class Traffic(Declared):
    """What the sandbox sends."""

    scale: Annotated[float, read_by(units.fraction), FRACTION] | None = None
    """What declared rates are multiplied by; bands and limits are scaled alike.

    Read by: sandbox traffic, status
    """


class Server(Declared):
    """A PostgreSQL server."""

    address: Address = ""
    """Where it answers.

    Example: jdbc:postgresql://db.example.com/usage
    Default: $POSTGRES_ADDRESS
    Read by: SQL, status
    """
    user: Annotated[str, USER] = ""
    """The portal's user.

    Example: $DB_USER
    """
    password: Secret | None = None
    """The portal's password.

    Example: $DB_PASSWORD
    """


class Kafka(Server):
    """A Kafka cluster."""

    address: Brokers = ""
    """Its brokers.

    Example: kafka.example.com:9093
    Default: $KAFKA_ADDRESS; of a named one that of its name, as $KAFKA_EDGE_ADDRESS
    Read by: SQL, apply, status
    """
    user: Annotated[str, USER] = ""
    """The portal's user (SCRAM).

    Example: $KAFKA_USER
    """
    password: Secret | None = None
    """The portal's password.

    Example: $KAFKA_PASSWORD
    """
    ca: Annotated[str, PATH] = ""
    """The file of the authority that signed the brokers' certificates, on each machine.

    Example: /etc/kafka/ca.pem
    Default: the system's own
    """
    cert: Annotated[str, PATH] = ""
    """The file of the portal's certificate.

    Example: /etc/kafka/portal.pem
    """
    key: Annotated[str, PATH] = ""
    """The file of the certificate's key.

    Example: /etc/kafka/portal.key
    """
    replication: Whole | None = None
    """How many copies its topics have.

    Example: 3
    Default: 1
    Read by: the Kafka definitions
    """


class Flink(Server):
    """A Flink cluster with its SQL gateway."""

    address: Address = ""
    """Its REST address.

    Example: https://flink.example.com
    Default: $FLINK_ADDRESS
    Read by: deploy, status
    """
    gateway: Address = ""
    """The address of its SQL gateway.

    Example: https://sql.example.com
    Default: $FLINK_GATEWAY
    Read by: deploy
    """
    state: Folder = ""
    """The folder of checkpoints and savepoints.

    Example: s3://usage-flink
    Default: $FLINK_STATE
    Read by: SQL, deploy
    """
    user: Annotated[str, USER] = ""
    """The portal's user.

    Example: $FLINK_USER
    """
    password: Secret | None = None
    """The portal's password.

    Example: $FLINK_PASSWORD
    """
    token: Secret | None = None
    """The portal's token, instead of user and password.

    Example: $FLINK_TOKEN
    """
    ca: Annotated[str, PATH] = ""
    """The file of the authority that signed the server's certificate.

    Example: /etc/flink/ca.pem
    Default: the system's own
    """


class Metrics(Declared):
    """Where metrics of Kafka come from."""

    from_: Literal["portal", "kminion", "kafka-exporter"] | None = None
    """Who exports them; alert rules and dashboards use its names.

    Read by: pages
    """
    address: Address = ""
    """The Prometheus in which long history is read.

    Example: https://prometheus.example.com
    Read by: pages
    """


class Deploy(Declared):
    """Commands around each job that is replaced; a failure stops."""

    before: Command = ""
    """Run before a job is replaced; no shell reads it.

    Example: change-ticket open
    Read by: deploy, apply
    """
    after: Command = ""
    """Run after a job was replaced.

    Example: change-ticket close
    Read by: deploy, apply
    """
    within: Duration | None = None
    """How long each may take.

    Read by: deploy, apply
    """


class NodeOverride(Declared):
    """What is different for a service or store in one environment."""

    limits: Limits | None = None
    """What it can take there.

    Example: {rate: 5k/s}
    Read by: check limit, pages
    """


class TopicOverride(NodeOverride):
    """What is different for a topic in one environment."""

    partitions: Whole | None = None
    """How many parts it has there.

    Read by: the Kafka definitions
    """
    replication: Whole | None = None
    """How many copies of it there are there.

    Read by: the Kafka definitions
    """
    retention: Duration | None = None
    """How long records are kept there.

    Read by: the Kafka definitions
    """


class JobOverride(NodeOverride):
    """What is different for a job in one environment."""

    parallelism: Whole | None = None
    """In how many parts it runs there.

    Read by: deploy
    """
    taskmanager_memory: Size | None = None
    """The memory of each of its TaskManagers there.

    Read by: pages
    """
    checkpoint_interval: Duration | None = None
    """How often its state is saved there.

    Read by: SQL
    """


Clusters = BeforeValidator(clusters)


class Environment(Declared):
    """Servers of one environment, and what is different there."""

    portal: Link = ""
    """The address of the portal.

    Example: https://usage.example.com
    Read by: pages
    """
    traffic: Traffic | None = None
    """How much of the declared rates the sandbox sends; without it, nothing is sent.

    Example: {scale: 0.01}
    Read by: sandbox traffic, status
    """
    kafka: Annotated[Mapping[Annotated[str, ID], Kafka], Clusters] = Field(default_factory=dict)
    """One Kafka cluster, or several by name.

    Example: {address: 'kafka.example.com:9093', user: $KAFKA_USER, password: $KAFKA_PASSWORD}
    Default: one, at $KAFKA_ADDRESS
    Read by: SQL, apply, status
    """
    flink: Annotated[Mapping[Annotated[str, ID], Flink], Clusters] = Field(default_factory=dict)
    """One Flink cluster, or several by name.

    Example: {address: https://flink.example.com, gateway: https://sql.example.com}
    Default: one, at $FLINK_ADDRESS
    Read by: deploy, status
    """
    postgres: Annotated[Mapping[Annotated[str, ID], Server], Clusters] = Field(default_factory=dict)
    """One PostgreSQL server, or several by name.

    Example: {address: jdbc:postgresql://db.example.com/usage, user: $DB_USER}
    Default: one, at $POSTGRES_ADDRESS
    Read by: SQL, status
    """
    metrics: Metrics | None = None
    """Where metrics of Kafka and long history come from.

    Example: {from: kminion, address: https://prometheus.example.com}
    Read by: pages
    """
    deploy: Deploy | None = None
    """Commands around each job that is replaced.

    Example: {before: change-ticket open, after: change-ticket close}
    Read by: deploy, apply
    """
    services: Mapping[Annotated[str, ID], NodeOverride] = Field(default_factory=dict)
    """What is different for services there.

    Example: {reports: {limits: {rate: 50/s}}}
    """
    topics: Mapping[Annotated[str, ID], TopicOverride] = Field(default_factory=dict)
    """What is different for topics there.

    Example: {orders: {partitions: 24}}
    """
    jobs: Mapping[Annotated[str, ID], JobOverride] = Field(default_factory=dict)
    """What is different for jobs there.

    Example: {paid-orders: {parallelism: 12}}
    """
    stores: Mapping[Annotated[str, ID], NodeOverride] = Field(default_factory=dict)
    """What is different for stores there.

    Example: {orders: {limits: {size: 2TiB}}}
    """
