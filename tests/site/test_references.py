"""A wrong name in a hand-written page is found with its line, all of them at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from factory import example, small
from streamatlas.layout.graphviz import place
from streamatlas.site.blocks import BLOCKS
from streamatlas.site.references import problems
from streamatlas.targets import facts
from streamatlas.targets.file import Facts

HEAD = "---\ntitle: T\nrender_macros: true\n---\n"


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    (file,) = facts.generate(Facts(example(), place))
    found: dict[str, Any] = json.loads(file.text)
    return found


def said(text: str, known: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in problems(text, "docs/page.md", known)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            'Ask {{ team("biling").chat }}.',
            "6:14: error: there is no team 'biling'; did you mean 'billing'? (reference)",
        ),
        (
            '{{ status("job/usage-pipelin") }}',
            "6:12: error: there is no node 'job/usage-pipelin'; did you mean 'job/usage-pipeline'?"
            " (reference)",
        ),
        (
            '{{ glossary("raw usag") }}',
            "6:14: error: there is no term in the glossary 'raw usag'; did you mean 'raw usage'?"
            " (reference)",
        ),
        ("{{ teem('billing') }}", "6:4: error: there is no macro 'teem'; did you mean 'team'?"),
        (
            '{{ team("billing").chatt }}',
            "6:19: error: team() has no 'chatt'; did you mean 'chat'?; it has id, chat, on_call,",
        ),
        ("{{ team(1) }}", "6:4: error: team() takes one name in quotes (macro)"),
        ("{{ team( }}", "6:1: error: "),
    ],
)
def test_line_and_nearest_name(line: str, problem: str, known: dict[str, Any]) -> None:
    found = [each.removeprefix("docs/page.md:") for each in said(f"{HEAD}\n{line}\n", known)]
    assert found[0].startswith(problem), found


def test_all_at_once(known: dict[str, Any]) -> None:
    text = f'{HEAD}{{{{ team("a") }}}}\n{{{{ node("b") }}}}\n{{{{ c }}}}\n'
    lines = {each.split(":")[1] for each in said(text, known)}
    assert lines == {"5", "6", "7"}


def test_right_names_are_silent(known: dict[str, Any]) -> None:
    text = '{{ team("billing").chat }} {{ node("store/usage").link }} {{ overall() }} {{ ask() }}'
    assert said(HEAD + text, known) == []


def test_commands_to_try_name_what_this_platform_has(known: dict[str, Any]) -> None:
    said = {name: BLOCKS[name](known, "./") for name in ("batch", "sender", "job")}
    assert said == {
        "batch": "service/vault",
        "sender": "service/compute",
        "job": "usage-aggregation",
    }
    (file,) = facts.generate(Facts(small(), place))
    assert set(json.loads(file.text)["try"].values()) == {"service/YOUR-SERVICE", "YOUR-JOB"}


def test_pages_that_do_not_opt_in_are_text(known: dict[str, Any]) -> None:
    assert said("{{ $labels.x }} {% nothing %}", known) == []
    assert said("---\ntitle: T\n---\n{{ nobody }}", known) == []
