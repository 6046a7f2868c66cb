"""Why a limit is too low, in words: how much is normal, when, and who brings it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from streamatlas.checks.rates import different, label, number, rate
from streamatlas.checks.when import Recurring, several
from streamatlas.graph.graph import Ref, Window
from streamatlas.graph.inflows import Share
from streamatlas.graph.sums import amount
from streamatlas.graph.worst import Spell, strongest
from streamatlas.model.problem import Level

AHEAD = timedelta(days=366)
_DAY = timedelta(days=1)
_NAMED = 8
_SPELLS = 4


@dataclass(frozen=True, slots=True)
class Excess:
    """A node's limit, what it has to take, and the spells above the limit: the highest first.

    `where` is ` in ENVIRONMENT` where that has a limit of its own.
    """

    ref: Ref
    where: str
    limit: float
    shares: Sequence[Share]
    spells: Sequence[Spell]
    today: date

    def message(self, level: Level) -> str:
        """One line: how much is normal, when, who brings it, when else, and the remedy."""
        worst = self.spells[0]
        alike = [spell for spell in self.spells if spell.rate == worst.rate]
        lower = [spell for spell in self.spells if spell.rate < worst.rate]
        limit, most = different(self.limit, worst.rate)
        brings = ", ".join(self._brings(worst))
        takes = f"{self.ref} takes {limit}{self.where}, but {self._bound()}{most} is normal"
        text = f"{takes} {self._first(worst, alike[1:])}: {brings}"
        text += "".join(self._later(worst, spell) for spell in alike[1:_SPELLS])
        text += self._also(lower)
        return text if level == "error" else f"{text}. {self._remedy()}"

    def _bound(self) -> str:
        """Whether less may come, or more."""
        if any(s.normal.rate.high is None and s.sure for s in self.shares):
            return "at least "
        return "up to " if any(share.sure < share.copies for share in self.shares) else ""

    def _first(self, worst: Spell, others: Sequence[Spell]) -> str:
        if not worst.windows:
            windows = any(share.normal.windows for share in self.shares)
            return "outside the windows" if windows else "at any time"
        since, until = self._dates(worst.windows)
        if any(self._dates(o.windows)[0] == until + _DAY for o in others if until):
            until = None  # it goes on, at another time
        clock = self._recurring(worst).clock()
        return f"{clock}{_dated(clock, since, until)}{self._coincide(worst)}"

    def _later(self, worst: Spell, spell: Spell) -> str:
        """When the same rate is reached by other windows."""
        if not spell.windows:
            return "; also outside the windows"
        since, until = self._dates(spell.windows)
        clock = self._recurring(spell).clock(self._recurring(worst).length)
        if since and since != until:
            return f"; from {since} {clock}{_dated(clock, None, until)}"
        return f"; also {clock}{_dated(clock, since, until)}"

    def _also(self, lower: Sequence[Spell]) -> str:
        """The next lower rate that is above the limit too."""
        if not lower:
            return ""
        still = f"; still {rate(lower[0].rate, self.limit)}"
        if not lower[0].windows:
            return f"{still} at other times"
        clock = self._recurring(lower[0]).clock()
        return f"{still} {clock}{_dated(clock, *self._dates(lower[0].windows))}"

    def _recurring(self, spell: Spell) -> Recurring:
        origins = {share.origin: share.normal.timezone for share in self.shares}
        zones = dict.fromkeys(origins[origin] for origin, _ in spell.windows)
        since, until = self._dates(spell.windows)
        last = self.today + AHEAD - _DAY
        return Recurring(spell.times, tuple(zones), since or self.today, until or last)

    def _dates(self, windows: Sequence[tuple[Ref, Window]]) -> tuple[date | None, date | None]:
        """From when and until when windows are declared, where that is not all the time."""
        since = max((w.since for _, w in windows if w.since), default=self.today)
        last = self.today + AHEAD
        until = min((w.until for _, w in windows if w.until), default=last)
        return since if since > self.today else None, until if until < last else None

    def _coincide(self, worst: Spell) -> str:
        """Whose windows make it worst, where they are several."""
        origins = list(dict.fromkeys(origin for origin, _ in worst.windows))
        if len(origins) < 2:
            return ""
        named = [self._label(origin) for origin in origins[: _NAMED // 2]]
        more = len(origins) - len(named)
        return (
            f", when windows of {several([*named, *([f'{more} more'] if more else [])])} coincide"
        )

    def _brings(self, worst: Spell) -> Iterator[str]:
        """Who brings how much, the most first."""
        opened: dict[Ref, list[Window]] = {}
        for origin, window in worst.windows:
            opened.setdefault(origin, []).append(window)
        amounts = [
            (amount(share, tuple(opened.get(share.origin, ()))), share)
            for share in strongest(self.shares)
        ]
        amounts = sorted((a for a in amounts if a[0]), key=lambda a: -a[0])
        for brought, share in amounts[:_NAMED]:
            twice = f" ({share.copies} times)" if share.copies > 1 else ""
            yield f"{self._label(share.origin)} {number(brought, self.limit)}{twice}"
        if rest := amounts[_NAMED:]:
            yield f"{len(rest)} more {number(sum(a[0] for a in rest), self.limit)}"

    def _label(self, origin: Ref) -> str:
        return label(origin, {share.origin for share in self.shares})

    def _remedy(self) -> str:
        if any(share.totals for share in self.shares):
            return "Aggregation makes it less: declare a normal"
        return "What becomes of it on the way is not said: declare a normal"


def _dated(clock: str, since: date | None, until: date | None) -> str:
    """` until 2027-01-31`; after a clock that has commas, with one more."""
    comma = "," if "," in clock else ""
    if since and since == until:
        return f"{comma} on {since}"
    first = f" from {since}" if since else ""
    last = f" until {until}" if until else ""
    return f"{comma}{first}{last}" if first or last else ""
