"""The page of the checks: what each rule wants, why, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.reference.rules import Rule, rules
from streamatlas.reference.tables import said, table

_HEAD = """\
---
title: The checks
description: Every rule of streamatlas check, why it is there, and what to write instead
order: 2
---

# The checks

<p class="sa-lead">What <code>streamatlas check</code> wants, why, and what to write instead.</p>

`streamatlas check` names everything at once, with file, line, column and rule. It ends with 1 where
there is an error, and with 0 where there are warnings alone; with `--strict` warnings count too.
What depends on a day is judged as of today, or `--as-of DATE`. `streamatlas check --explain RULE`
prints the text of a rule. In CI, `--format github` annotates a pull request, and `--format sarif`
is for code scanning.
"""


def page() -> str:
    """The whole page in Markdown."""
    return "\n\n".join((_HEAD.rstrip(), _all(), *_texts())) + "\n"


def _all() -> str:
    rows = (
        (f'<a href="#{rule.id}">{rule.id}</a>', rule.level, said(rule.line))
        for rule in rules().values()
    )
    return table("All rules", ("Rule", "Level", "What must hold"), rows)


def _texts() -> Iterator[str]:
    for rule in rules().values():
        yield f"## {rule.id}"
        yield _text(rule)


def _text(rule: Rule) -> str:
    """The first line is what must hold, and the level."""
    _, _, rest = rule.text.partition("\n")
    return f"**{rule.line}** ({rule.level})\n\n{rest.strip()}"
