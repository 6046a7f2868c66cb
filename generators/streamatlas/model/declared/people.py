"""Whom the platform is for: teams, their words, their views of the map, their announcements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from streamatlas.model import addresses, units
from streamatlas.model.forms import (
    ANY_REF,
    DEPTH,
    LABEL,
    PHONE,
    SEE,
    TEXT,
)
from streamatlas.model.values import (
    Channel,
    Day,
    Declared,
    Limit,
    Link,
    Secret,
    Texts,
    When,
    Zone,
    read_by,
)


class Team(Declared):
    """People who own and watch things."""

    chat: Channel
    """The team's channel in chat, without `#`.

    Example: shop-eng
    Read by: pages, triage
    """
    timezone: Zone | None = None
    """The clock that the team's windows and dates are in.

    Read by: windows, maintenance, pages
    """
    on_call: Annotated[str, read_by(addresses.public), PHONE] = ""
    """Where the person on call is reached: an address, or a number.

    Example: https://pager.example.com/shop
    Default: the chat
    Read by: pages, triage
    """
    chat_webhook: Secret | None = None
    """Where the notifier posts to the team's channel.

    Read by: pages
    """
    chat_limit: Limit | None = None
    """How many messages the channel gets at most; what is over it comes later, as one.

    Example: 20/h
    Read by: pages
    """
    doc: Annotated[str, TEXT] = ""
    """What the team does, in a sentence.

    Example: Runs the shop that customers see.
    """
    was: Texts = ()
    """Earlier ids of the team: their links lead here.

    Example: web-team
    Read by: pages, check was
    """
    also: Texts = ()
    """Other names that people search by.

    Example: storefront
    Read by: search
    """
    links: Mapping[Annotated[str, LABEL], Link] = Field(default_factory=dict)
    """Addresses that belong to the team, by any name.

    Example: {wiki: https://wiki.example.com/shop}
    Read by: pages, triage
    """


class Term(Declared):
    """What a word means here."""

    doc: Annotated[str, TEXT]
    """What it means, in a sentence or two.

    Example: What one account used of one product in one minute.
    """
    see: Annotated[Texts, SEE] = ()
    """Other words or things that it has to do with.

    Example: topic/orders
    """


class View(Declared):
    """A saved map: a part of the platform that people often look at."""

    of: Annotated[str, ANY_REF]
    """What stands in the middle.

    Example: service/billing
    """
    depth: Annotated[str, read_by(units.depth), DEPTH] = ""
    """How many edges away things are shown."""
    direction: Literal["both", "upstream", "downstream"] | None = None
    """Whether to follow the data to its origins, to its readers, or both."""
    collapsed: Annotated[Texts, ANY_REF] = ()
    """Teams or things that are drawn as one box.

    Example: [team/mail, team/forms]
    """


class Maintenance(Declared):
    """Work that was announced: meanwhile the status is MAINTENANCE and alerts are muted."""

    of: Annotated[Texts, ANY_REF]
    """What is worked on.

    Example: store/usage
    Read by: pages
    """
    at: When
    """The hours of the work.

    Example: 22:00-02:00
    """
    date: Day | None = None
    """The day on which the work begins.

    Default: each day of `at`
    """
    timezone: Zone | None = None
    """The clock that `at` and `date` are in.

    Default: that of the owner of what is worked on
    """
    why: Annotated[str, TEXT] = ""
    """What is done.

    Example: PostgreSQL upgrade
    """
