"""Problems as SARIF 2.1.0, which code scanning of GitHub and many editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TextIO
from urllib.parse import quote

from streamatlas.cli.problems import located, printable
from streamatlas.model.problem import Problem
from streamatlas.reference.rules import Rule, rules

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(problems: Iterable[Problem], folder: Path, out: TextIO) -> None:
    """One run, with every rule that it could name; files are relative to the working folder."""
    known = rules()
    places = {name: place for place, name in enumerate(known)}
    run = {
        "tool": {"driver": {"name": "streamatlas", "rules": [_rule(r) for r in known.values()]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(located(problem, folder), places) for problem in problems],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    print(json.dumps(log, indent=2), file=out)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.line},
        "fullDescription": {"text": rule.line},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(problem: Problem, places: Mapping[str, int]) -> dict[str, Any]:
    at = problem.at
    return {
        "ruleId": problem.rule,
        "ruleIndex": places[problem.rule],
        "level": problem.level,
        "message": {"text": _plain(problem.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(at.file)},
                    "region": {"startLine": at.line, "startColumn": at.column},
                }
            }
        ],
    }


def _plain(message: str) -> str:
    """Without what would be read as a link."""
    return printable(message).replace("](", "] (")


def _uri(file: str) -> str:
    """Relative to the working folder, from where a repository is scanned; else absolute."""
    path = Path(file)
    if not path.is_absolute():
        return quote(PurePosixPath(file).as_posix())
    here = Path.cwd()
    return quote(path.relative_to(here).as_posix()) if path.is_relative_to(here) else path.as_uri()
