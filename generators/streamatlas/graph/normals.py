"""What is normal for a node, with every default."""

from __future__ import annotations

from datetime import timedelta

from streamatlas.graph.graph import Normal, Window
from streamatlas.model import declared
from streamatlas.model.units import Range

SILENT_AFTER = timedelta(minutes=5)
GRACE = timedelta(minutes=5)
REVIEW_EVERY = timedelta(days=180)


def normal(said: declared.Normal | None, zone: str) -> Normal | None:
    """The normal that was declared, in the wall clock of its owner's zone; None if none was."""
    if said is None:
        return None
    rate = said.rate or Range()
    return Normal(
        rate=rate,
        timezone=zone,
        silent_after=said.silent_after or (SILENT_AFTER if rate.low > 0 else None),
        latency=said.latency,
        grace=said.grace or GRACE,
        alerts_at=said.alerts_at,
        windows=tuple(_window(window) for window in said.windows),
        agreed=said.agreed,
        review_every=said.review_every or REVIEW_EVERY,
    )


def _window(window: declared.Window) -> Window:
    return Window(
        at=window.at,
        rate=window.rate or Range(),
        records=window.records,
        required=bool(window.required),
        why=window.why,
        since=window.from_,
        until=window.until,
    )
