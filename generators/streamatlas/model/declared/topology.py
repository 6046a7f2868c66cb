"""The whole of the main file and the files that it includes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from streamatlas.model import addresses
from streamatlas.model.declared.environments import Environment
from streamatlas.model.declared.jobs import Job
from streamatlas.model.declared.nodes import Service, Store, Topic
from streamatlas.model.declared.people import Maintenance, Team, Term, View
from streamatlas.model.declared.schemas import Schema
from streamatlas.model.forms import EDIT, FILES, FORMAT, ID, LABEL, PLATFORM, TERM, TEXT
from streamatlas.model.units import UnitError
from streamatlas.model.values import Channel, Declared, StandsFor, Texts, read_by


def _format(text: str) -> int:
    if text != "1":
        raise UnitError("format", f"this reads format 1, not {text}")
    return 1


class Topology(Declared):
    """What exists, who owns it, and what is normal."""

    platform: Annotated[str, PLATFORM]
    """The name of the platform. Only in the main file.

    Example: shop
    Read by: pages
    """
    format: Annotated[int, read_by(_format), FORMAT] | None = None
    """The version of this format.

    Default: 1
    """
    doc: Annotated[str, TEXT] = ""
    """What the platform is for, in a sentence. Only in the main file.

    Example: Every order of the shop, and what became of it.
    Read by: the home page
    """
    chat: Channel = ""
    """The channel in which anybody may ask, without `#`. Only in the main file.

    Example: streaming-help
    Read by: pages
    """
    edit: Annotated[str, read_by(addresses.public), EDIT] = ""
    """Where this file is edited, with `{file}` and `{line}`. Only in the main file.

    Example: https://git.example.com/shop/blob/main/{file}#L{line}
    Read by: links "edit this fact"
    """
    include: Annotated[Texts, FILES] = ()
    """Files of other teams, below the folder of the main file. Only in the main file.

    Example: teams/*.yaml
    """
    teams: Mapping[Annotated[str, ID], Team] = Field(default_factory=dict)
    """People who own and watch things.

    Example: {shop: {chat: shop-eng, timezone: Europe/Berlin}}
    """
    services: Mapping[Annotated[str, ID], Service] = Field(default_factory=dict)
    """Products and applications outside of streaming that send or read data.

    Example: {web-shop: {owner: shop, writes: orders}}
    """
    topics: Mapping[Annotated[str, ID], Topic] = Field(default_factory=dict)
    """Logs in Kafka.

    Example: {orders: {schema: order}}
    """
    stores: Mapping[Annotated[str, ID], Store] = Field(default_factory=dict)
    """Tables in which data ends up.

    Example: {orders: {kind: postgres, owner: data, schema: order-row}}
    """
    schemas: Mapping[Annotated[str, ID], Schema] = Field(default_factory=dict)
    """Shapes of records.

    Example: {order: {id: order_id, fields: {order_id: string}}}
    """
    jobs: Mapping[Annotated[str, ID], Job] = Field(default_factory=dict)
    """Flink jobs.

    Example: {paid-orders: {owner: data, reads: orders, writes: orders.paid}}
    """
    glossary: Mapping[Annotated[str, TERM], Annotated[Term, StandsFor("doc")]] = Field(
        default_factory=dict
    )
    """What words mean here: each a text, or a mapping.

    Example: {minute usage: What one account used in one minute.}
    Read by: glossary
    """
    views: Mapping[Annotated[str, LABEL], View] = Field(default_factory=dict)
    """Saved maps.

    Example: {the-bill: {of: service/billing, direction: upstream, depth: all}}
    Read by: pages
    """
    maintenance: tuple[Maintenance, ...] = ()
    """Work that was announced.

    Example: [{of: store/usage, date: 2026-12-05, at: 22:00-02:00, why: PostgreSQL upgrade}]
    Read by: pages
    """
    environments: Mapping[Annotated[str, ID], Environment] = Field(default_factory=dict)
    """Where the platform runs: servers, and what is different there. Only in the main file.

    Example: {production: {kafka: {address: 'kafka.example.com:9093'}}}
    """
