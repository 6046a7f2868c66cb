"""A runbook's file as it is written: `steps` by id, each one thing to ask, do, call or open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from streamatlas.model.declared import Declared, Duration, Texts


class DeclaredStep(Declared):
    """One step; which keys it has says what it is."""

    ask: str = ""
    help: str = ""
    check: str = ""
    show: Texts = ()
    yes: str = ""
    no: str = ""
    do: str = ""
    run: Mapping[str, str] = Field(default_factory=dict)
    expect: str = ""
    within: Duration | None = None
    then: str = ""
    else_: str = ""
    call: str = ""
    tell: Texts = ()
    open: str = ""
    clear: str = ""


class DeclaredRunbook(Declared):
    """One tree; the first step is the start."""

    title: str
    for_: Literal["service", "topic", "job", "store", "source"]
    opens_on: Texts = ()
    steps: Mapping[str, DeclaredStep]
