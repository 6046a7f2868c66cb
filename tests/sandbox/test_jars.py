from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from streamatlas.sandbox import jars
from streamatlas.sandbox.jars import Jar, JarError

GOOD = b"a jar"
JAR = Jar("kafka", "org.example", "thing", "1.0", hashlib.sha256(GOOD).hexdigest())


def _serving(*answers: bytes) -> Callable[[Jar, Path], Path]:
    """A registry that gives these bytes, one after the other."""
    left = list(answers)

    def download(jar: Jar, folder: Path) -> Path:
        file = folder / "download"
        file.write_bytes(left.pop(0))
        return file

    return download


def test_the_lock_names_each_program_and_no_address() -> None:
    locked = jars.locked()
    assert {jar.program for jar in locked} == {"kafka", "flink"}
    assert all(len(jar.sha256) == 64 for jar in locked)
    assert len({(jar.program, jar.path) for jar in locked}) == len(locked)


def test_a_jar_that_is_cut_short_is_fetched_again(tmp_path: Path) -> None:
    cache, tmp = tmp_path / "cache", tmp_path / "tmp"
    tmp.mkdir()
    (cache / JAR.path).parent.mkdir(parents=True)
    (cache / JAR.path).write_bytes(GOOD[:3])
    assert jars.missing([JAR], cache) == (JAR,)
    assert list(jars.fetch([JAR], cache, tmp, _serving(b"bad", GOOD))) == [JAR]
    assert jars.missing([JAR], cache) == ()
    assert list(tmp.iterdir()) == []
    assert [file.name for file in (cache / JAR.path).parent.iterdir()] == ["thing-1.0.jar"]


def test_what_stays_wrong_is_told_and_never_put_in_place(tmp_path: Path) -> None:
    with pytest.raises(JarError, match=r"thing-1\.0\.jar"):
        list(jars.fetch([JAR], tmp_path / "cache", tmp_path, _serving(*[b"bad"] * jars.TRIES)))
    assert not (tmp_path / "cache").exists()


def test_the_class_path_holds_one_programs_jars() -> None:
    other = Jar("flink", "org.example", "other", "2", "0")
    assert (
        jars.class_path([JAR, other], "kafka", Path("/m2"))
        == "/m2/org/example/thing/1.0/thing-1.0.jar"
    )


def test_the_cache_is_the_users(tmp_path: Path) -> None:
    assert jars.cache({"M2_REPO": str(tmp_path)}) == tmp_path
    assert jars.cache({"HOME": "/home/me"}).parts[-2:] == (".m2", "repository")
