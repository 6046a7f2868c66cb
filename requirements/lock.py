"""Make the lock files anew: `make lock`, in development only; needs uv and Maven on PATH."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
JARS = ROOT / "generators" / "streamatlas" / "sandbox" / "jars.txt"


def main() -> None:
    """Python packages first, then jars."""
    packages("up", "--extra", "sandbox")
    packages("test", "--extra", "sandbox", "--extra", "test", "-c", "requirements/up.txt")
    lines = (line for line in (HERE / "jars.in").read_text().splitlines() if line[0] != "#")
    wanted = [tuple(line.split()) for line in lines]
    locked = [jar for program in ("kafka", "flink") for jar in jars(program, wanted)]
    head = "# program group:artifact:version sha256, from requirements/jars.in: make lock"
    JARS.write_text("\n".join([head, *locked, ""]))


def packages(lock: str, *options: str) -> None:
    """One lock for every system and Python that is supported, without addresses."""
    settings = ("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet")
    unnamed = ("--no-emit-index-url", "--custom-compile-command", "make lock")
    argv = ("uv", "pip", "compile", *settings, *unnamed, "pyproject.toml", "requirements/build.in")
    subprocess.run((*argv, *options, "-o", f"requirements/{lock}.txt"), cwd=ROOT, check=True)


def jars(program: str, wanted: list[tuple[str, ...]]) -> list[str]:
    """What Maven resolves for one program, with the sha256 of each jar."""
    with tempfile.TemporaryDirectory() as folder:
        pom = Path(folder, "pom.xml")
        pom.write_text(project([at for whose, at in wanted if whose == program]))
        layout = ("-DincludeScope=runtime", "-DoutputDirectory=jars", "-Dmdep.useRepositoryLayout")
        argv = ("mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", *layout)
        subprocess.run(argv, cwd=folder, check=True)
        found = Path(folder, "jars")
        return [locked(program, jar, found) for jar in sorted(found.rglob("*.jar"))]


def project(wanted: list[str]) -> str:
    """A Maven project that needs the given coordinates and nothing else."""
    names = ("groupId", "artifactId", "version")
    needs = ("".join(map(tag, names, at.split(":"))) for at in wanted)
    head = tag("modelVersion", "4.0.0") + "".join(map(tag, names, ("lock", "lock", "1")))
    return tag("project", head + tag("dependencies", "".join(tag("dependency", n) for n in needs)))


def tag(name: str, content: str) -> str:
    """One element of XML."""
    return f"<{name}>{content}</{name}>"


def locked(program: str, jar: Path, root: Path) -> str:
    """A line of the lock; `jar` lies below `root` as Maven lays it."""
    *group, artifact, version, _ = jar.relative_to(root).parts
    digest = hashlib.sha256(jar.read_bytes()).hexdigest()
    return f"{program} {'.'.join(group)}:{artifact}:{version} {digest}"


if __name__ == "__main__":
    main()
