"""What a Java stack trace says in plain words."""

from __future__ import annotations

import re

_FRAME = re.compile(r"^\s+at .*|^\s*\.\.\. \d+ more.*", re.M)
_CAUSE = re.compile(rf"^Caused by: (.*?)(?={_FRAME.pattern}|^Caused by: |\Z)", re.M | re.S)
_LONGEST = 600


def innermost(trace: str) -> str:
    """The last 'Caused by' (else the first line) with its class shortened to its bare name."""
    causes = _CAUSE.findall(trace)
    text = causes[-1] if causes else _FRAME.split(trace.strip(), maxsplit=1)[0]
    name, colon, message = text.strip().partition(": ")
    plain = f"{name.rpartition('.')[2]}{colon}{message}" if " " not in name else text.strip()
    one_line = " ".join(plain.split())
    return one_line if len(one_line) <= _LONGEST else one_line[:_LONGEST] + " ..."
