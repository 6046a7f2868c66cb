"""What one value of the file may be, as types that read it; and what every part of it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    PlainValidator,
)
from pydantic_core import core_schema

from streamatlas.model import addresses, calendar, forms, units
from streamatlas.model.meant import meant
from streamatlas.model.units import At, Range, UnitError

T = TypeVar("T")


def _hyphens(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Declared(BaseModel):
    """What every part of the file has in common: frozen, and no key but the known ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_hyphens)


def read_by(parse: Callable[[str], T]) -> PlainValidator:
    """A field whose text is read by a parser."""

    def parsed(value: object) -> T:
        if not isinstance(value, str):
            raise UnitError("value", "one value is meant here, not a list or mapping")
        try:
            return parse(value)
        except UnitError as error:
            raise _nearer(error, value, parse) from None

    return PlainValidator(parsed)


def _nearer(error: UnitError, value: str, parse: Callable[[str], object]) -> UnitError:
    """The same, with what was meant in place of examples, where that can be told."""
    said, write, _ = str(error).partition(": write ")
    if not write or (other := meant(value, parse)) is None:
        return error
    return UnitError(error.rule, f"{said}: write {other}")


def channel(text: str) -> str:
    """`shop-eng`."""
    if text.startswith("#"):
        raise UnitError("value", f"'{text}' begins with '#': write {text.lstrip('#')}")
    return text


def team_id(value: object) -> object:
    """Where only a team is meant, `team/ID` is its id."""
    return value.removeprefix("team/") if isinstance(value, str) else value


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class StandsFor:
    """A mere text stands for a mapping with one key."""

    key: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """What pydantic asks: as the mapping, with a text made one before."""
        return core_schema.no_info_before_validator_function(self._whole, handler(source))

    def _whole(self, value: object) -> object:
        return {self.key: value} if isinstance(value, str) else value


Duration: TypeAlias = Annotated[timedelta, read_by(units.positive), forms.DURATION]
Whole: TypeAlias = Annotated[int, read_by(units.whole), forms.WHOLE]
Size: TypeAlias = Annotated[int, read_by(units.size), forms.SIZE]
Rate: TypeAlias = Annotated[Range, read_by(units.rate), forms.RATE]
Limit: TypeAlias = Annotated[float, read_by(units.limit), forms.LIMIT]
Amounts: TypeAlias = Annotated[Range, read_by(units.amounts), forms.AMOUNTS]
YesNo: TypeAlias = Annotated[bool, read_by(units.yes_no), forms.YES_NO]
Day: TypeAlias = Annotated[date, read_by(calendar.day), forms.DATE]
Zone: TypeAlias = Annotated[str, read_by(calendar.timezone), forms.ZONE]
When: TypeAlias = Annotated[At, read_by(units.at), forms.WINDOW]
Secret: TypeAlias = Annotated[str, read_by(units.secret), forms.SECRET]
Address: TypeAlias = Annotated[str, read_by(addresses.server), forms.URL]
Brokers: TypeAlias = Annotated[str, read_by(addresses.brokers), forms.BROKERS]
Folder: TypeAlias = Annotated[str, read_by(addresses.server), forms.FOLDER]
Link: TypeAlias = Annotated[str, read_by(addresses.public), forms.URL]
Command: TypeAlias = Annotated[str, read_by(units.command), forms.COMMAND]
Channel: TypeAlias = Annotated[str, read_by(channel), forms.CHANNEL]
TeamId: TypeAlias = Annotated[str, BeforeValidator(team_id), forms.TEAM_REF]
Texts: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), forms.WORD]
