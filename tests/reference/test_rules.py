"""Every rule that a problem can name is explained, in one shape."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from factory import ROOT
from streamatlas.checks import CHECKS, DATED
from streamatlas.reference.rules import rules

PACKAGE = ROOT / "generators" / "streamatlas"
# Which argument of a call is the rule.
RULE_OF = {"Problem": 1, "UnitError": 0, "_refuse": 1, "_say": 1, "_bounds": 2}


def named() -> Iterator[tuple[str, Path]]:
    """Rules that stand in the code: as a text, or as a module's constant."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = dict(_constants(tree))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and (place := RULE_OF.get(_called(call))) is not None:
                match call.args[place : place + 1]:
                    case [ast.Constant(value=str(name))]:
                        yield name, path
                    case [ast.Name(id=name)] if name in constants:
                        yield constants[name], path


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for part in tree.body:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                yield name, value


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def test_every_rule_of_the_code_is_explained() -> None:
    found = list(named())
    assert len({name for name, _ in found}) > 25
    assert {(name, str(path)) for name, path in found if name not in rules()} == set()


def test_every_rule_of_a_mistake_is_explained() -> None:
    cases = list((ROOT / "tests" / "mistakes").glob("*.yaml"))
    ids = {yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)["rule"] for path in cases}
    assert ids
    assert ids - set(rules()) == set()


def test_no_rule_is_explained_that_nothing_names() -> None:
    assert set(rules()) - {name for name, _ in named()} == set()


def test_no_rule_is_told_twice() -> None:
    ids = [*(check.ID for check in CHECKS), *(check.ID for check in DATED)]
    assert len(ids) == len(set(ids))
    sections = re.findall(r"^## (.+)$", (PACKAGE / "reference" / "form.md").read_text(), re.M)
    assert sections == sorted(sections)
    assert set(ids) & set(sections) == set()


@pytest.mark.parametrize("name", rules())
def test_a_text_says_what_must_hold_then_why_then_how(name: str) -> None:
    rule = rules()[name]
    assert rule.line.endswith("."), rule.line
    assert len(rule.text.splitlines()) >= 7
    assert re.search(r"^```(yaml|sql|console|text)$", rule.text, re.M)
    assert rule.text.count("```") % 2 == 0
    assert max(map(len, rule.text.splitlines())) <= 110


@pytest.mark.parametrize("name", sorted(rules().keys() - {"syntax"}))
def test_examples_are_yaml(name: str) -> None:
    for example in re.findall(r"^```yaml\n(.*?)^```$", rules()[name].text, re.M | re.S):
        assert yaml.load(example, yaml.CBaseLoader)
