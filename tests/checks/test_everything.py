"""What is told together, and what is left out while something else is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from factory import SMALL
from streamatlas.checks.everything import problems

# Nobody reads `lonely`, and nobody owns or writes `stray`.
DRAFT = SMALL.replace(
    "  orders.paid: {}", "  orders.paid: {}\n  lonely: {owner: data}\n  stray: {}"
)


def rules(text: str, folder: Path) -> list[str]:
    file = folder / "topology.yaml"
    file.write_text(text)
    return sorted({problem.rule for problem in problems(file, date(2026, 11, 24))})


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert rules(DRAFT, tmp_path) == ["owner", "unread-topic"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{chat: data-eng}", "{chat: data-eng, was: shop}", "was"),
        ("20-400/s,", "20-400/s, agreed: 2020-01-01 with them,", "review"),
    ],
)
def test_it_is_told_beside_other_mistakes(old: str, new: str, rule: str, tmp_path: Path) -> None:
    assert rules(DRAFT.replace(old, new), tmp_path) == sorted(["owner", "unread-topic", rule])


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("reads: orders.paid", "reads: orders.payed", "reference"),  # and so orders.paid is unread
        ("reads: orders.paid", "read: orders.paid", "unknown-key"),
        ("reads: orders.paid", "reads: [orders.paid, 5: x]", "value"),
    ],
)
def test_it_is_not_told_while_it_may_be_there(
    old: str, new: str, rule: str, tmp_path: Path
) -> None:
    assert rules(DRAFT.replace(old, new), tmp_path) == [rule]


def test_a_mistake_in_every_environment_is_told_once(tmp_path: Path) -> None:
    text = DRAFT + "environments: {one: {portal: https://one.example.com}, two: {}, three: {}}\n"
    file = tmp_path / "topology.yaml"
    file.write_text(
        text.replace("20-400/s", "20-400/s, windows: [{at: 09:00-10:00, required: yes}]")
    )
    assert [problem.rule for problem in problems(file)] == [
        "required",
        "unread-topic",  # lonely
        "owner",  # stray
        "unread-topic",
    ]
