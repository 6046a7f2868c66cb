"""The processes of the sandbox: how each is started, ended, and known to answer."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from streamatlas.sandbox.environment import admin_password
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports, broker

RESUME = "resume"
_ONE_OF_EACH = ("jobmanager", "taskmanager", "gateway", "postgres")


@dataclass(frozen=True, slots=True)
class Program:
    """One process. `env` is added to the supervisor's own; `stop` ends it without loss.

    Without `cwd` it works in the state folder.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    cwd: Path | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What programs are made of: where things lie, ports, class paths and secrets."""

    topology: Path
    folders: Folders
    ports: Ports
    java: Path
    postgres: Path
    jars: Path
    class_paths: Mapping[str, str]
    secrets: Mapping[str, str]


def servers(clusters: Iterable[str]) -> tuple[str, ...]:
    """The processes of all servers: a broker for each Kafka cluster beside the first, too."""
    return ("kafka", *map(broker, clusters), *_ONE_OF_EACH)


def program(machine: Machine, name: str) -> Program:
    """The program of that name; KeyError where there is none."""
    if name in machine.ports.brokers:
        return _kafka(machine, name)
    return _PROGRAMS[name](machine)


def answers(ports: Ports, name: str) -> bool:
    """Whether a server, or the portal, answers now."""
    if name in ports.brokers:
        return listens(ports.brokers[name][0])
    return _ANSWERS[name](ports)


_SMALL_JVM = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    # Else a thread keeps a direct buffer of the largest size that it ever read.
    "-Djdk.nio.maxCachedBufferSize=262144",
    "-XX:-UsePerfData",  # else each JVM writes a file to /tmp
    "-XX:ErrorFile=log/crash-%p.log",
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
)

_OPEN = ("lang", "net", "io", "nio", "lang.reflect", "text", "time", "util", "util.concurrent")
_OPENED = (
    "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
    "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
    *(f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in _OPEN),
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED",
)


def _java(machine: Machine, name: str, *rest: str) -> tuple[str, ...]:
    return (
        str(machine.java),
        *_SMALL_JVM,
        f"-Djava.io.tmpdir={machine.folders.tmp / name}",
        f"-Dlog4j2.configurationFile={machine.folders.conf / 'log4j2.properties'}",
        f"-Dlog.file={machine.folders.logs(name)}",
        *rest,
    )


def kafka_format(machine: Machine, name: str, unique: str, scram: str) -> Program:
    """Make a broker's folder, with its one administrator; `unique` becomes the cluster's id."""
    tool = ("kafka.tools.StorageTool", "format", "--standalone", "-t", unique)
    conf = ("-c", str(machine.folders.conf / f"{name}.properties"))
    argv = _java(machine, name, "-Xmx128m", *tool, *conf, "--add-scram", scram)
    return Program(f"{name}-format", argv, {"CLASSPATH": machine.class_paths["kafka"]})


def _kafka(machine: Machine, name: str) -> Program:
    conf = str(machine.folders.conf / f"{name}.properties")
    argv = _java(machine, name, "-Xms64m", "-Xmx256m", "kafka.Kafka", conf)
    password = machine.secrets[admin_password(name.removeprefix("kafka").removeprefix("."))]
    env = {"CLASSPATH": machine.class_paths["kafka"], "ADMIN_PASSWORD": password}
    return Program(name, argv, env)


# RocksDB frees little of what glibc hands out thread by thread.
_FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}


def _flink(machine: Machine, name: str, heap: tuple[str, ...], *main: str) -> Program:
    conf = _conf(machine, name)
    env = {"CLASSPATH": machine.class_paths["flink"], "FLINK_CONF_DIR": conf, **_FEW_ARENAS}
    return Program(name, _java(machine, name, *heap, *_OPENED, *main), env)


def _conf(machine: Machine, name: str) -> str:
    return str(machine.folders.conf / name)


def _jobmanager(machine: Machine) -> Program:
    main = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
    options = ("--configDir", _conf(machine, "jobmanager"), "--executionMode", "cluster")
    return _flink(machine, "jobmanager", ("-Xms64m", "-Xmx192m"), main, *options)


def _taskmanager(machine: Machine) -> Program:
    main = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
    heap = ("-Xmx192m", "-XX:MaxDirectMemorySize=128m", "-XX:MaxMetaspaceSize=192m")
    options = ("--configDir", _conf(machine, "taskmanager"))
    return _flink(machine, "taskmanager", heap, main, *options)


def _gateway(machine: Machine) -> Program:
    main = "org.apache.flink.table.gateway.SqlGateway"
    return _flink(machine, "gateway", ("-Xms64m", "-Xmx192m"), main)


def initdb(machine: Machine, password_file: Path) -> Program:
    """Make PostgreSQL's folder, with its one user; it lies aside until its database exists."""
    user = ("-U", machine.secrets["POSTGRES_USER"], f"--pwfile={password_file}")
    options = ("-A", "scram-sha-256", "-E", "UTF8", "--no-sync", "-D")
    folder = str(machine.folders.half_made_postgres)
    argv = (str(machine.postgres / "initdb"), *user, *options, folder)
    return Program("initdb", (*as_user(os.geteuid()), *argv), {"LC_ALL": "C"})


def create_database(machine: Machine) -> Program:
    """PostgreSQL without a network: it reads SQL from its input, and ends."""
    folder = str(machine.folders.half_made_postgres)
    argv = (str(machine.postgres / "postgres"), "--single", "-D", folder)
    return Program("postgres", (*as_user(os.geteuid()), *argv, "postgres"), {"LC_ALL": "C"})


def _postgres(machine: Machine) -> Program:
    server = ("-D", str(machine.folders.postgres), "-h", "127.0.0.1", "-k", "")
    options = ("-p", str(machine.ports.postgres), "-c", "shared_buffers=16MB", "-c", "timezone=UTC")
    argv = (*as_user(os.geteuid()), str(machine.postgres / "postgres"), *server, *options)
    return Program("postgres", argv, {"LC_ALL": "C"}, signal.SIGINT)


def as_user(uid: int) -> tuple[str, ...]:
    """PostgreSQL refuses root: root runs it in a user namespace, where its files stay its own."""
    return () if uid else ("unshare", "--map-user=1000", "--map-group=1000", "--")


def command(machine: Machine, name: str, verb: str, *rest: str) -> Program:
    """One of our own commands, against this sandbox."""
    script = str(Path(sys.prefix) / "bin" / "streamatlas")
    common = ("--topology", str(machine.topology), "--env", "sandbox")
    root = machine.topology.parent
    return Program(name, (script, verb, *common, *rest), _same_sandbox(machine), cwd=root)


def supervisor(machine: Machine) -> Program:
    """The process that keeps the others alive."""
    argv = (sys.executable, "-m", "streamatlas.cli.supervise", str(machine.topology))
    return Program("supervisor", argv, _same_sandbox(machine))


def resume(machine: Machine) -> Program:
    """Starts the jobs that a JobManager has forgotten, from their newest state; then ends."""
    argv = (sys.executable, "-m", "streamatlas.cli.supervise", str(machine.topology), "resume")
    return Program(RESUME, argv, _same_sandbox(machine))


def _same_sandbox(machine: Machine) -> dict[str, str]:
    return {
        "STREAMATLAS_STATE": str(machine.folders.state),
        "PORT_BASE": str(machine.ports.base),
        "PORT": str(machine.ports.portal),
    }


def _portal(machine: Machine) -> Program:
    site = str(machine.folders.site)
    port = str(machine.ports.portal)
    return command(machine, "portal", "serve", "--site", site, "--port", port)


def _traffic(machine: Machine) -> Program:
    return command(machine, "traffic", "traffic", "run")


_PROGRAMS: Mapping[str, Callable[[Machine], Program]] = {
    "jobmanager": _jobmanager,
    "taskmanager": _taskmanager,
    "gateway": _gateway,
    "postgres": _postgres,
    "portal": _portal,
    "traffic": _traffic,
    RESUME: resume,
}


def listens(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def _taskmanager_answers(ports: Ports) -> bool:
    return bool((_get(ports.flink, "/overview") or {}).get("taskmanagers"))


def _get(port: int, path: str) -> dict[str, object] | None:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=2, trust_env=False)
        return dict(answer.json()) if answer.is_success else None
    except (httpx.HTTPError, ValueError):
        return None


_ANSWERS: Mapping[str, Callable[[Ports], bool]] = {
    "jobmanager": lambda ports: _get(ports.flink, "/overview") is not None,
    "taskmanager": _taskmanager_answers,
    "gateway": lambda ports: _get(ports.gateway, "/v1/info") is not None,
    "postgres": lambda ports: listens(ports.postgres),
    "portal": lambda ports: listens(ports.portal),
}
