"""The page of the commands: their options, and how they end."""

from __future__ import annotations

import argparse
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamatlas.reference.tables import code, said, table

_HEAD = """\
---
title: The commands
description: Every command, its options and its exit codes
order: 3
---

# The commands

<p class="sa-lead">Every command, its options, and the code that it ends with.</p>

Each takes `--topology FILE` (`topology.yaml`) and `--env NAME` (`sandbox`). Wrong usage ends
with 64.
"""
_COMMON = ("--topology", "--env", "--help")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, its parser, and what is said of how it ends."""

    name: str
    parser: argparse.ArgumentParser
    ends: str


def page(commands: Sequence[Command]) -> str:
    """The whole page in Markdown."""
    return "\n\n".join((_HEAD.rstrip(), *_texts(commands))) + "\n"


def _texts(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        yield f"## {command.name}"
        yield f"{_sentence(command.parser.description or '')}"
        yield f"```console\n{_usage(command)}\n```"
        if rows := list(_rows(command.parser)):
            yield table(f"Options of {command.name}", ("Option", "Meaning"), rows)
        yield f"Exit codes: {_one_line(command.ends)}"


def _usage(command: Command) -> str:
    words = (
        f"[{_called(action)}]" if action.option_strings else _positional(action)
        for action in _own(command.parser)
    )
    usage = " ".join((f"$ streamatlas {command.name}", *words))
    return " \\\n    ".join(textwrap.wrap(usage, 72, break_on_hyphens=False))


def _own(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """What is the command's own, in the order of its declaration."""
    for action in parser._actions:
        if not set(action.option_strings) & set(_COMMON):
            yield action


def _rows(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in _own(parser):
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from _of_part(name, sub)
        else:
            yield code(_called(action)), said(_sentence(action.help or ""))


def _of_part(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    own = [a for a in _own(parser) if a.help != argparse.SUPPRESS]
    yield code(" ".join([name, *(_positional(a) for a in own if not a.option_strings)])), ""
    for action in own:
        if action.option_strings:
            yield code(f"{name} {_called(action)}"), said(_sentence(action.help or ""))


def _called(action: argparse.Action) -> str:
    """`--format text, json`, `--out DIR`, `FILE`."""
    if not action.option_strings:
        return _positional(action)
    name = action.option_strings[-1]
    if action.nargs == 0:
        return name
    if action.choices:
        return f"{name} {'|'.join(map(str, action.choices))}"
    value = str(action.metavar or action.dest.upper())
    return f"{name} [{value}]" if action.nargs == "?" else f"{name} {value}"


def _positional(action: argparse.Action) -> str:
    if isinstance(action, argparse._SubParsersAction):
        return "|".join(action.choices)
    name = str(action.metavar or action.dest.upper())
    return f"[{name}]" if action.nargs == "?" else name


def _sentence(text: str) -> str:
    text = _one_line(text)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _one_line(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split())
