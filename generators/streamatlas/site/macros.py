"""Macros of hand-written pages: facts of the topology, and the live parts of home and status.

`mkdocs-macros` calls `define_env`. Names were checked before (see `references`), so that a
macro is never asked for what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Protocol

from streamatlas.site import blocks
from streamatlas.site.blocks import Block, Values
from streamatlas.targets.glossary import anchor
from streamatlas.targets.markup import html, inline
from streamatlas.targets.pages import parts


class MacroEnvironment(Protocol):
    """What the plugin hands over."""

    page: Any
    variables: dict[str, Any]

    def macro(self, function: Callable[..., object]) -> None:
        """Register a function under its own name."""


def define_env(env: MacroEnvironment) -> None:
    """Register every macro; each knows the page that it stands on."""
    facts = env.variables["extra"]["facts"]

    def root() -> str:
        return "../" * env.page.url.count("/") or "./"

    def team(name: str) -> SimpleNamespace:
        """A team's facts: `team("billing").chat`."""
        return _entity(facts["teams"][name], root(), name)

    def node(ref: str) -> SimpleNamespace:
        """A node's facts: `node("job/usage-pipeline").owner`."""
        return _entity(facts["nodes"][ref], root(), facts["nodes"][ref]["name"])

    def status(ref: str) -> str:
        """A node's live chip, linked to its page."""
        address = root() + facts["nodes"][ref]["url"]
        return f'<a class="sa-plain" href="{html(address)}" {parts.mark_of(ref)}>{parts.CHIP}</a>'

    def glossary(term: str) -> str:
        """A term, linked to its meaning."""
        return f'<a href="{root()}catalog/glossary/#{html(anchor(term))}">{inline(term)}</a>'

    for macro in (team, node, status, glossary):
        env.macro(macro)
    for name, block in blocks.BLOCKS.items():
        env.macro(_macro(name, block, facts, root))


def _entity(values: dict[str, str], root: str, label: str) -> SimpleNamespace:
    """Facts as text for Markdown; `url` and `link` lead to its page."""
    url = html(root + values["url"])
    safe = {key: inline(value) for key, value in values.items()}
    return SimpleNamespace(**safe | {"url": url, "link": f'<a href="{url}">{inline(label)}</a>'})


def _macro(name: str, block: Block, facts: Values, root: Callable[[], str]) -> Callable[[], str]:
    """A block as a macro without arguments, registered under its own name."""

    def macro() -> str:
        return block(facts, root())

    macro.__name__ = name
    return macro
