from __future__ import annotations

from pathlib import Path

import pytest

from factory import example
from streamatlas.sandbox import environment, trouble
from streamatlas.sandbox.folders import Folders
from streamatlas.sandbox.ports import Ports


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.make()
    return made


def test_the_last_words_are_the_last_error(folders: Folders) -> None:
    assert trouble.last_words(folders, "kafka") == "it says nothing"
    (folders.log / "kafka.out").write_text("one\ntwo\n\n")
    assert trouble.last_words(folders, "kafka") == "two"
    folders.logs("kafka").write_text("2026T0 INFO  a\n2026T1 ERROR k no disk\n2026T2 INFO  bye\n")
    assert trouble.last_words(folders, "kafka") == "no disk"


def test_an_error_is_told_with_its_innermost_cause(folders: Folders) -> None:
    folders.logs("kafka").write_text(
        "2026-11-24T12:01:00.000Z ERROR k.Kafka$ Exiting Kafka\n"
        "java.lang.RuntimeException: it fails\n\tat kafka.Kafka.main(Kafka.scala)\n"
        "Caused by: java.io.IOException: no disk\n\t... 3 more\n"
        "2026-11-24T12:01:01.000Z INFO  k.Kafka$ bye\n"
    )
    assert trouble.last_words(folders, "kafka") == "Exiting Kafka: java.io.IOException: no disk"


def test_an_error_that_postgres_printed_comes_before_its_last_line(folders: Folders) -> None:
    (folders.log / "postgres.out").write_text(
        "2026-11-24 12:01:00.000 UTC [7] FATAL:  could not map\n"
        "2026-11-24 12:01:00.000 UTC [7] LOG:  database system is shut down\n"
    )
    assert trouble.last_words(folders, "postgres") == "could not map"


def test_an_error_of_an_earlier_life_is_not_among_them(folders: Folders) -> None:
    folders.logs("kafka").write_text("2026-11-24T12:01:00.000Z ERROR k no disk\n")
    (folders.log / "kafka.out").write_text("one\n")
    assert trouble.last_words(folders, "kafka", "2026-11-24T12:02:00") == "one"


def test_they_hold_no_secret_and_are_short(folders: Folders) -> None:
    secret = environment.write(folders, Ports())["KAFKA_ADMIN_PASSWORD"]
    (folders.log / "kafka.out").write_text(f"login as {secret} {'x' * 1000}")
    words = trouble.last_words(folders, "kafka")
    trouble.tell(folders, "postgres", f"{secret}\n{'x' * 1000}")
    told = (folders.trouble / "postgres").read_text()
    assert secret not in words + told
    assert max(len(words), len(told)) <= trouble.LONGEST
    assert "\n" not in told


def test_a_source_has_the_trouble_of_its_process_else_that_of_up(folders: Folders) -> None:
    sources = example().sources
    kafka, flink = sources["source/kafka"], sources["source/flink"]
    assert trouble.of_source(folders, kafka) == ""
    trouble.tell(folders, trouble.UP, "no jars")
    trouble.tell(folders, "jobmanager", "jobmanager did not start: no port")
    assert trouble.of_source(folders, kafka) == "no jars"
    assert trouble.of_source(folders, flink) == "jobmanager did not start: no port"
    trouble.forget_all(folders)
    assert trouble.of_source(folders, flink) == ""
