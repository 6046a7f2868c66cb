"""What a Java stack trace says in plain words."""

from __future__ import annotations

import re

_FRAME = re.compile(r"^\s+at .*|^\s*\.\.\. \d+ more.*", re.M)
_CAUSE = re.compile(rf"^Caused by: (.*?)(?={_FRAME.pattern}|^Caused by: |\Z)", re.M | re.S)


def innermost(trace: str) -> str:
    """The last 'Caused by' (else what stands above the frames) on one line.

    The class that it begins with is shortened to its bare name.
    """
    causes = _CAUSE.findall(trace)
    text = causes[-1] if causes else _FRAME.split(trace.strip(), maxsplit=1)[0]
    name, colon, message = text.strip().partition(": ")
    plain = f"{name.rpartition('.')[2]}{colon}{message}" if " " not in name else text.strip()
    return " ".join(plain.split())


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning and ` ...` where it is longer than so many characters."""
    return text if len(text) <= longest else text[:longest] + " ..."
