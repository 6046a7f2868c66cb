"""The JSON Schema takes what the program takes, as an editor reads it, and says what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft7Validator

from factory import EXAMPLE, ROOT, SMALL, topologies
from streamatlas.cli.main import main
from streamatlas.model import calendar, field_types, forms, units
from streamatlas.model.forms import Form
from streamatlas.model.units import UnitError
from streamatlas.reference.schema import schema

SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)
FILES = (
    EXAMPLE,
    *EXAMPLE.parent.glob("teams/*.yaml"),
    *ROOT.glob("tests/mistakes/example/**/*.yaml"),
    *ROOT.glob("tests/second/**/*.yaml"),
    *ROOT.glob("tests/golden/*/topology.yaml"),
    *ROOT.glob("examples/*/topology.yaml"),
    *ROOT.glob("docs/tutorial/**/*.yaml"),
)


def as_editor(value: Any) -> Any:
    """What an editor sees: YAML of today has no dates, and keys are texts."""
    if isinstance(value, dict):
        return {_key(key): as_editor(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_editor(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def wrong(text: str) -> list[str]:
    """Where the text breaks the schema: paths, with `/`."""
    found = VALIDATOR.iter_errors(as_editor(yaml.safe_load(text)))
    return sorted("/".join(map(str, error.absolute_path)) for error in found)


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    refs = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(SCHEMA)))
    assert refs == {f"#/definitions/{name}" for name in SCHEMA["definitions"]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_it_takes_what_is_shipped(file: Path) -> None:
    assert wrong(file.read_text("utf-8")) == []


def test_the_shipped_files_tell_an_editor_where_it_is() -> None:
    for file in (EXAMPLE, *EXAMPLE.parent.glob("teams/*.yaml")):
        first, _, _ = file.read_text("utf-8").partition("\n")
        place = file.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(place.read_text("utf-8")) == SCHEMA


def test_it_takes_the_smallest_file() -> None:
    assert wrong(SMALL) == []


@settings(max_examples=50, deadline=None)
@given(topologies())
def test_it_takes_every_topology(text: str) -> None:
    assert wrong(text) == []


def test_it_takes_plain_scalars_that_an_editor_reads_otherwise() -> None:
    text = """
format: 1
platform: 2026
teams: {on: {chat: 12, also: [1.10, yes], on-call: 112}}
topics: {t: {partitions: 12, compacted: no, doc: true, normal: {rate: up to 5/s}}}
jobs: {j: {savepoints: 5, parallelism: 1k, restart: 1s-2min}}
maintenance: [{of: topic/t, date: 2026-12-05, at: 22:00-02:00}]
views: {v: {of: topic/t, depth: 2}}
environments: {sandbox: {traffic: {scale: 0.01}}}
"""
    assert wrong(text) == []


MISTAKES = {
    "services: {a: {onwer: b}}": "services/a",
    "teams: {a: {timezone: UTC}}": "teams/a",
    "teams: {a: {chat: '#a'}}": "teams/a/chat",
    "teams: {a: {chat: a, timezone: EST}}": "teams/a/timezone",
    "teams: {a b: {chat: c}}": "teams",
    "topics: {index: {}}": "topics",
    "topics: {a: {normal: {rate: 5/s}}}": "topics/a/normal/rate",
    "topics: {a: {normal: {silent-after: 5}}}": "topics/a/normal/silent-after",
    "topics: {a: {limits: {rate: 1-2/s}}}": "topics/a/limits/rate",
    "topics: {a: {partitions: 1.5}}": "topics/a/partitions",
    "topics: {a: {partitions: 0}}": "topics/a/partitions",
    "topics: {a: {compacted: maybe}}": "topics/a/compacted",
    "topics: {a: }": "topics/a",
    "topics: {a: {bad-records: drop}}": "topics/a/bad-records",
    "schemas: {a: {fields: {b: varchar}}}": "schemas/a/fields/b",
    "schemas: {a: {fields: {b: {unit: GiB}}}}": "schemas/a/fields/b",
    "jobs: {a: {reads: [a b]}}": "jobs/a/reads",
    "jobs: {a: {writes: {b: {guarantee: once}}}}": "jobs/a/writes",
    "maintenance: [{of: orders, at: 22:00-02:00}]": "maintenance/0/of",
    "maintenance: [{of: store/a, at: 9-10}]": "maintenance/0/at",
    "environments: {a: {kafka: {adress: b}}}": "environments/a/kafka",
    "environments: {a: {kafka: {b: {password: secret}}}}": "environments/a/kafka/b/password",
    "environments: {a: {topics: {b: {compacted: true}}}}": "environments/a/topics/b",
    "format: 2": "format",
    "include: ../b.yaml": "include",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_it_stops_a_mistake(text: str) -> None:
    assert wrong(text) == [MISTAKES[text]]


CASES = ROOT / "tests" / "mistakes"
PLATFORMS = {"example": CASES / "example", "second": ROOT / "tests" / "second"}
OF_FORM = [
    "date",
    "duration",
    "format",
    "number",
    "rate",
    "secret",
    "size",
    "timezone",
    "type",
    "unknown-key",
    "value",
]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("rule", OF_FORM)
def test_it_stops_what_check_says_of_form(rule: str, platform: str) -> None:
    """The case of the rule, in its file."""
    case = yaml.load((CASES / f"{rule}.yaml").read_text("utf-8"), yaml.CBaseLoader)[platform]
    lines = (PLATFORMS[platform] / case["file"]).read_text("utf-8").split("\n")
    lines[int(case["line"]) - 1] = case["becomes"]
    assert wrong("\n".join(lines)) != []


def _properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in {"file": SCHEMA, **SCHEMA["definitions"]}.items():
        for key, found in part["properties"].items():
            yield f"{name}.{key}", found


def _has_example(found: dict[str, Any]) -> bool:
    ways = [found, *found.get("anyOf", ())]
    return any("examples" in way or "enum" in way for way in ways)


def test_every_key_is_described_and_has_an_example() -> None:
    for name, found in _properties():
        assert found["description"], name
        assert _has_example(found) or found["type"] == ["string", "number", "boolean"], name


def test_every_example_is_right() -> None:
    """An example of a key is taken by that key's own part of the schema."""
    for name, found in _properties():
        validator = Draft7Validator(found | {"definitions": SCHEMA["definitions"]})
        for example in found.get("examples", ()):
            assert [error.message for error in validator.iter_errors(example)] == [], name


PARSERS: dict[str, tuple[Form, Callable[[str], object], str]] = {
    "duration": (forms.DURATION, units.positive, "1s|90s|15min|26 h|7d|23h 55min|1h30min|5|x"),
    "whole": (forms.WHOLE, units.whole, "1|12|1k|20,000|1.5k|a"),
    "fraction": (forms.FRACTION, units.fraction, "1|0.01|10.5|-1"),
    "size": (forms.SIZE, units.size, "1B|512KiB|8GiB|2TiB|1.5GiB|8GB"),
    "rate": (forms.RATE, units.rate, "1-5/s|300-1.2k/s|up to 5/s|at least 1/min|5/s|1-20,000/h"),
    "limit": (forms.LIMIT, units.limit, "25k/s|1/d|20,000/min|up to 5/s|1-2/s|5"),
    "amounts": (forms.AMOUNTS, units.amounts, "2.5M-5M|up to 5M|at least 1k|5M"),
    "yes": (forms.YES_NO, units.yes_no, "true|false|yes|no|on|True"),
    "date": (forms.DATE, calendar.day, "2026-12-05|2024-02-29|2026-1-1|1.1.2026"),
    "zone": (
        forms.ZONE,
        calendar.timezone,
        "UTC|Europe/Berlin|America/Argentina/Buenos_Aires|Etc/GMT+5|EST|PST|europe/berlin",
    ),
    "window": (
        forms.WINDOW,
        units.at,
        "09:10-09:15|9:10-9:15|22:00-02:00 weekdays|08:00-22:00 for 14h mon-thu|00:00-24:00 for 1d"
        "|every 15min for 1min|every 1h for 5min from 00:05|every 6h for 1h from 01:00 mon wed fri"
        "|00:00-01:00 1st|00:00-01:00 last|9-10|09:10|every 1h|09:10-09:15 someday",
    ),
    "secret": (forms.SECRET, units.secret, "$A|$A_B1|hunter2|$|${A}"),
    "restart": (forms.RESTART, units.restart, "1s-2min|1s|500ms-1s"),
    "keep": (forms.KEEP, units.keep, "5|30d|5 or 30d|all"),
    "depth": (forms.DEPTH, units.depth, "1|2|all|none"),
    "agreed": (forms.AGREED, calendar.agreed, "2026-11-02 with vault's lead|2026-11-02|with x"),
    "type": (
        forms.FIELD_TYPE,
        field_types.field_type,
        "string|bigint|decimal(18,6)|decimal(18, 6)|array<string>|map<string,array<int>>"
        "|array< map<string, decimal(3,1)> >|decimal|varchar",
    ),
}


@pytest.mark.parametrize("name", PARSERS)
def test_a_pattern_agrees_with_its_parser(name: str) -> None:
    form, parse, texts = PARSERS[name]
    for text in (*texts.split("|"), *form.examples):
        fits = re.search(form.pattern, text) is not None
        assert fits == _takes(parse, text), text


def _takes(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except UnitError:
        return False
    return True


def test_the_command_prints_or_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == SCHEMA
    out = tmp_path / "topology.schema.json"
    assert main(["schema", "--out", str(out)]) == 0
    assert out.read_text("utf-8") == printed
    assert f"# yaml-language-server: $schema={out}\n" in capsys.readouterr().out
    assert main(["schema", "--out", str(tmp_path)]) == 3
    assert "Is a directory" in capsys.readouterr().err
