"""The pages that people look things up in, and the schema beside them."""

from __future__ import annotations

from collections.abc import Sequence

from streamatlas.model.generated import File
from streamatlas.reference import checks_page, commands_page, format_page, schema
from streamatlas.reference.commands_page import Command


def pages(commands: Sequence[Command], folder: str) -> tuple[File, ...]:
    """All files of the reference, below `folder`."""
    texts = {
        "format.md": format_page.page(),
        "checks.md": checks_page.page(),
        "commands.md": commands_page.page(commands),
        schema.FILE: schema.text(),
    }
    return tuple(File(f"{folder}/{name}", text) for name, text in texts.items())
