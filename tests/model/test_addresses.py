"""Addresses that tell a secret, and those that only look so."""

from __future__ import annotations

import pytest

from streamatlas.model import addresses
from streamatlas.model.units import SecretError, UnitError

TELLING = (
    "jdbc:postgresql://h/db?user=me&password=hunter5",
    "jdbc:postgresql://me:hunter5@h/db",
    "jdbc:sqlserver://h:1433;user=me;Password=hunter5",
    "https://me:hunter2@h",
    "https://me:$PART-hunter2@h",
    "https://me:hun/ter2@h:8081",
    "s3://AKIA:hunter4@bucket",
    "https://h/?access_token=hunter2",
    "https://h/?a=b&apikey=hunter2",
    "https://h/?sslpassword=hunter2",
    "https://h/#token=hunter2",
)
CLEAN = (
    "",
    "$KAFKA_ADDRESS",
    "kafka.example.com:9093,other.example.com:9093",
    "jdbc:postgresql://db.example.com:5432,db2.example.com:5432/usage?email=a@b",
    "jdbc:postgresql://h/db?user=me&password=$DB_PASSWORD",
    "https://me:$FLINK_PASSWORD@flink.example.com",
    "https://me@flink.example.com",
    "https://h:8080/pkg/@scope",
    "https://[::1]:8080/@scope",
    "https://h/?page_token=3&password=",
    "https://git.example.com/blob/main/{file}#L{line}",
    "s3://usage-flink",
    "mailto:ops@example.com",
    "+44 20 7946 0999",
)


@pytest.mark.parametrize("text", TELLING)
def test_a_password_in_an_address(text: str) -> None:
    for read in (addresses.server, addresses.brokers):
        with pytest.raises(SecretError, match="a secret comes from the environment") as caught:
            read(text)
        assert "hunter" not in str(caught.value)
    with pytest.raises(UnitError, match="all can read it: take it out"):
        addresses.public(text)


@pytest.mark.parametrize("text", ["bob:hunter1@h:9092", "h:9092, bob:hunter1@h2:9092"])
def test_a_password_before_a_broker(text: str) -> None:
    with pytest.raises(SecretError):
        addresses.brokers(text)


@pytest.mark.parametrize("text", CLEAN)
def test_no_password(text: str) -> None:
    assert addresses.server(text) == addresses.public(text) == text


def test_brokers_without_a_password() -> None:
    for text in CLEAN[:3]:
        assert addresses.brokers(text) == text
