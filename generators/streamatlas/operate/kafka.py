"""How to log in to Kafka, and what its errors mean in plain words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from streamatlas.graph import names
from streamatlas.graph.graph import Source
from streamatlas.observe.kafka import MOVING, settings
from streamatlas.operate.step import OperateError, UnreachableError

TIMEOUT = 15.0
_SILENT = logging.Logger("librdkafka")
_SILENT.addHandler(logging.NullHandler())
_AWAY = frozenset(
    {
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TIMED_OUT,
        KafkaError._RESOLVE,
        KafkaError._AUTHENTICATION,
        KafkaError.REQUEST_TIMED_OUT,
    }
)


def login(address: str, user: str, password: str) -> dict[str, Any]:
    """The client settings of one SCRAM user; without TLS on the loopback only."""
    return _patient(Source("kafka", "", address, user, password))


def _patient(source: Source) -> dict[str, Any]:
    return {**settings(source), "socket.timeout.ms": 10_000, "logger": _SILENT}


class Admin:
    """An AdminClient as the operator of a filled source.

    The operator's user and password are `$KAFKA_ADMIN_USER` and `$KAFKA_ADMIN_PASSWORD`; of a
    cluster `edge`, `$KAFKA_EDGE_ADMIN_USER` and `$KAFKA_EDGE_ADMIN_PASSWORD`. Raises
    UnreachableError where the cluster does not answer or refuses the login.
    """

    def __init__(self, source: Source, environ: Mapping[str, str]) -> None:
        self._where = f"{names.label(source.ref)} at {source.address}"
        self._refused = ""
        self.variable = names.setting("kafka", source.cluster, "admin_user")
        secret = names.setting("kafka", source.cluster, "admin_password")
        self.user = environ.get(self.variable, "")
        if not self.user or not environ.get(secret):
            raise OperateError(
                f"set {self.variable} and {secret}: so apply logs in to {names.label(source.ref)}"
            )
        self.settings = _patient(replace(source, user=self.user, password=environ[secret]))
        noting: dict[str, Any] = {**self.settings, "error_cb": self._note}
        try:
            self.client = AdminClient(noting)
        except KafkaException as error:  # of the settings; nobody was asked yet
            files = " ".join(filter(None, (source.ca, source.cert, source.key)))
            raise OperateError(f"{self._where}: {error.args[0].str()} ({files})") from None

    def _note(self, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTHENTICATION:
            self._refused = "it refuses the login of $" + self.variable

    def ask(self, what: str, call: Callable[[], Any]) -> Any:
        """The answer of a blocking call, made again while the broker is still starting.

        `what` says in an error what was tried.
        """
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                return call()
            except KafkaException as error:
                if error.args[0].code() not in MOVING or time.monotonic() > deadline:
                    raise self._plain(what, error) from None
            except TimeoutError:
                raise self._away() from None
            time.sleep(0.3)

    def wait(self, what: str, futures: Iterable[Future[Any]]) -> list[Any]:
        """The results of all futures; the first failure is raised in plain words."""
        return [self.ask(what, lambda f=future: f.result(TIMEOUT)) for future in futures]  # type: ignore[misc]

    def _plain(self, what: str, error: KafkaException) -> OperateError:
        reason: KafkaError = error.args[0]
        if reason.code() in _AWAY:
            return self._away()
        return OperateError(f"{what}: {reason.str()}")

    def _away(self) -> UnreachableError:
        self.client.poll(0)  # hands over the errors that _note looks for
        return UnreachableError(f"{self._where}: {self._refused or 'it does not answer'}")
