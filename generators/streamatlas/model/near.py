"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

_LONGEST = 60
_MOST = 5_000


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The most similar of the known names; None where none is close or they are too many."""
    if len(name) > _LONGEST or len(known) > _MOST:
        return None
    near = get_close_matches(name, known, 1)
    return near[0] if near else None
