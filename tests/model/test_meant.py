from __future__ import annotations

import pytest

from streamatlas.model import units
from streamatlas.model.meant import meant


@pytest.mark.parametrize(
    ("parse", "text", "other"),
    [
        ("duration", "7 days", "7d"),
        ("duration", "7D", "7d"),
        ("duration", "1w", "7d"),
        ("duration", "5m", "5min"),
        ("duration", "1.5h", "1h 30min"),
        ("duration", "60000ms", "1min"),
        ("duration", "10ms", None),
        ("duration", "7", None),
        ("duration", "for ever", None),
        ("size", "8GB", "8GiB"),
        ("size", "8 gb", "8GiB"),
        ("size", "8G", "8GiB"),
        ("size", "500", None),
        ("yes_no", "True", "true"),
        ("yes_no", "on", "true"),
        ("yes_no", "off", "false"),
        ("yes_no", "maybe", None),
        ("rate", "5 - 10/s", "5-10/s"),
        ("rate", "5/s-10/s", "5-10/s"),
        ("rate", "5/min - 10/min", "5-10/min"),
        ("rate", "5..10/s", "5-10/s"),
        ("rate", "5 to 10/s", "5-10/s"),
        ("rate", "<10/s", "up to 10/s"),
        ("rate", "upto 10/s", "up to 10/s"),
        ("rate", ">= 10/min", "at least 10/min"),
        ("rate", "5-10/sec", "5-10/s"),
        ("rate", "5-10 per second", "5-10/s"),
        ("rate", "5-10K/s", "5-10k/s"),
        ("limit", "25K per minute", "25k/min"),
        ("rate", "5-10", None),
        ("at", "09:00 - 10:00", "09:00-10:00"),
        ("at", "9-10", "9:00-10:00"),
        ("at", "09:00 to 10:00 Monday-Friday", "09:00-10:00 mon-fri"),
        ("at", "09:00-10:00 Mon, Wed", "09:00-10:00 mon wed"),
        ("at", "09:00-10:00 every day", "09:00-10:00 daily"),
        ("at", "noon", None),
        ("at", "9" * 100, None),
    ],
)
def test_what_was_meant(parse: str, text: str, other: str | None) -> None:
    assert meant(text, getattr(units, parse)) == other
