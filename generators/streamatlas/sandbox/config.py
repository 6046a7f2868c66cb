"""The configuration files of Kafka, Flink and their logs, as text."""

from __future__ import annotations

from streamatlas.graph.access import ADMIN
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports

SLOTS = 4


def kafka(folders: Folders, ports: Ports, process: str = "kafka") -> str:
    """`server.properties`: one node, users by SCRAM, nothing allowed unless said."""
    clients, controller = ports.brokers[process]
    login = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    jaas = f'{login} username="{ADMIN}" password="${{env:ADMIN_PASSWORD}}";'
    values = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"CLIENT://127.0.0.1:{clients},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{clients}",
        "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller}",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "sasl.mechanism.controller.protocol": "SCRAM-SHA-512",
        "listener.name.client.scram-sha-512.sasl.jaas.config": jaas,
        "listener.name.controller.scram-sha-512.sasl.jaas.config": jaas,
        "config.providers": "env",
        "config.providers.env.class": "org.apache.kafka.common.config.provider"
        ".EnvVarConfigProvider",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMIN}",
        "log.dirs": str(folders.broker(process)),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        **dict.fromkeys(_ONE_REPLICA, "1"),
        **_SMALL_KAFKA,
    }
    return _properties(values)


_ONE_REPLICA = (
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
    "share.coordinator.state.topic.replication.factor",
    "share.coordinator.state.topic.min.isr",
)

_SMALL_KAFKA = {
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "1",
    "num.network.threads": "1",
    "num.io.threads": "2",
    "background.threads": "2",
    "log.index.size.max.bytes": "1048576",
    "log.cleaner.dedupe.buffer.size": "4194304",  # its default is a 128 MB array
}


def flink(folders: Folders, ports: Ports, name: str, slots: int = SLOTS) -> str:
    """`config.yaml` of jobmanager, taskmanager or gateway: they differ in temporary files."""
    tmp = folders.tmp / name
    values = {
        **_loopback(ports),
        "metrics.internal.query-service.port": str(ports.metrics[name == "taskmanager"]),
        "io.tmp.dirs": tmp,
        "web.tmpdir": tmp,
        "blob.storage.directory": tmp,
        "process.working-dir": tmp,
        "execution.target": "remote",
        "execution.checkpointing.interval": "5 s",
        "execution.checkpointing.dir": f"file://{folders.flink}/checkpoints",
        "execution.checkpointing.savepoint-dir": f"file://{folders.flink}/savepoints",
        # A script's own SET of this is ignored.
        "execution.checkpointing.num-retained": 3,
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "cluster.registration.error-delay": "300 ms",  # default 10 s: a late TaskManager
        "cluster.registration.initial-timeout": "200 ms",
        "heartbeat.interval": 1000,
        "heartbeat.timeout": 6000,
        # State of a day's traffic is more than a small heap holds.
        "state.backend.type": "rocksdb",
        "state.backend.rocksdb.memory.fixed-per-tm": "96m",
        "execution.checkpointing.incremental": "true",
        "security.delegation.tokens.enabled": "false",
        "taskmanager.numberOfTaskSlots": slots,
        "taskmanager.cpu.cores": 2,
        **_TASKMANAGER_MEMORY,
    }
    return "".join(f"{name}: {_yaml(value)}\n" for name, value in values.items())


def _loopback(ports: Ports) -> dict[str, object]:
    here = "127.0.0.1"
    hosts = dict.fromkeys(
        (
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "rest.address",
            "rest.bind-address",
            "taskmanager.host",
            "taskmanager.bind-host",
            "sql-gateway.endpoint.rest.address",
            "sql-gateway.endpoint.rest.bind-address",
        ),
        here,
    )
    return {
        **hosts,
        "rest.port": ports.flink,
        "rest.bind-port": str(ports.flink),
        "jobmanager.rpc.port": ports.jobmanager,
        "blob.server.port": str(ports.blob),
        "taskmanager.rpc.port": str(ports.taskmanager),
        "taskmanager.data.port": ports.taskmanager_data,
        "sql-gateway.endpoint.rest.port": ports.gateway,
        # Without it the gateway takes `rest.bind-port`.
        "sql-gateway.endpoint.rest.bind-port": str(ports.gateway),
    }


_TASKMANAGER_MEMORY = {
    f"taskmanager.memory.{name}": size
    for name, size in {
        "task.heap.size": "128m",
        "task.off-heap.size": "0m",
        "framework.heap.size": "64m",
        "framework.off-heap.size": "96m",  # Kafka's readers use direct memory
        "managed.size": "32m",
        "network.min": "32m",
        "network.max": "32m",
        "jvm-metaspace.size": "192m",
        "jvm-overhead.min": "64m",
        "jvm-overhead.max": "64m",
    }.items()
}


def logging() -> str:
    """`log4j2.properties`: at most three files of 4 MB a process; the name is a system property."""
    return _properties(
        {
            "rootLogger.level": "INFO",
            "rootLogger.appenderRef.file.ref": "file",
            "appender.file.name": "file",
            "appender.file.type": "RollingFile",
            "appender.file.fileName": "${sys:log.file}",
            "appender.file.filePattern": "${sys:log.file}.%i",
            "appender.file.layout.type": "PatternLayout",
            "appender.file.layout.pattern": "%d{yyyy-MM-dd'T'HH:mm:ss.SSS}Z %-5p %c{1.} %m%n",
            "appender.file.policies.type": "Policies",
            "appender.file.policies.size.type": "SizeBasedTriggeringPolicy",
            "appender.file.policies.size.size": "4MB",
            "appender.file.strategy.type": "DefaultRolloverStrategy",
            "appender.file.strategy.max": "2",
        }
    )


def _properties(values: dict[str, str]) -> str:
    """Java reads Latin-1 here: whatever is not ASCII is written as UTF-16 escapes."""
    return "".join(f"{name}={_latin(value)}\n" for name, value in values.items())


def _latin(value: str) -> str:
    units = value.replace("\\", "\\\\").encode("utf-16-be")
    codes = (int.from_bytes(units[i : i + 2]) for i in range(0, len(units), 2))
    return "".join(chr(code) if code < 0x7F else f"\\u{code:04x}" for code in codes)


def _yaml(value: object) -> str:
    """A scalar; text is quoted, for a path may hold anything."""
    return (
        str(value)
        if isinstance(value, int)
        else '"{}"'.format(str(value).replace("\\", "\\\\").replace('"', '\\"'))
    )
