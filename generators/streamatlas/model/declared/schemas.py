"""The shape of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from streamatlas.model import field_types
from streamatlas.model.forms import FIELD, FIELD_TYPE, SCHEMA_REF, TEXT, WORD
from streamatlas.model.values import Declared, Duration, StandsFor, Texts, read_by


class FieldFacts(Declared):
    """One field of a schema: its type, or a mapping to this."""

    type: Annotated[str, read_by(field_types.field_type), FIELD_TYPE]
    """What it holds.

    Read by: SQL, table definitions, manuals
    """
    unit: Annotated[str, WORD] = ""
    """What its numbers count. Beside a field that is called `unit`, numbers are in that unit.

    Example: GiB
    Read by: check units, pages
    """
    doc: Annotated[str, TEXT] = ""
    """What it means.

    Example: Without taxes.
    Read by: pages, manuals
    """
    classification: Literal["public", "internal", "customer", "secret"] | None = None
    """Who may see it.

    Example: customer
    Read by: pages
    """


class Schema(Declared):
    """The shape of a record, for any number of topics and stores."""

    id: Annotated[Texts, FIELD] = ()
    """The field or fields that tell one record from another; repeats share them.

    Example: order_id
    Read by: dedupe, primary keys, manuals
    """
    key: Annotated[Texts, FIELD] = ()
    """The field or fields that decide the partition.

    Example: customer_id
    Default: the first of `id`
    Read by: SQL, manuals
    """
    time: Annotated[str, FIELD] = ""
    """The field that says when it happened.

    Example: ordered_at
    Read by: SQL, windows of queries
    """
    out_of_order: Duration | None = None
    """How late a record may come after one with a later time.

    Read by: SQL, check latency
    """
    like: Annotated[str, SCHEMA_REF] = ""
    """Another schema, whose fields and facts this one has too.

    Example: order
    """
    doc: Annotated[str, TEXT] = ""
    """What one record says.

    Example: One order, when it is placed.
    Read by: pages
    """
    fields_: Mapping[Annotated[str, FIELD], Annotated[FieldFacts, StandsFor("type")]] = Field(
        default_factory=dict
    )
    """The fields: each a type, or a mapping to its facts.

    Example: {order_id: string, amount: {type: 'decimal(12,2)', unit: EUR}}
    Read by: SQL, table definitions, manuals
    """
