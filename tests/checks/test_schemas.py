"""Checks of schemas: their id, key and time, and what they are like."""

from __future__ import annotations

import pytest

from factory import graph_of, loaded
from streamatlas.checks import like, schema_field
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import loads

FIELDS = "fields: {order_id: string, at: timestamp, n: bigint}"


def found(*schemas: str, check: object = schema_field) -> list[str]:
    lines = "".join(f"  {schema}\n" for schema in schemas)
    graph = graph_of(f"platform: p\nschemas:\n{lines}")
    module = like if check is like else schema_field
    return [f"{p.at.line}:{p.at.column}: {p.message}" for p in module.check(graph)]


@pytest.mark.parametrize(
    ("schemas", "messages"),
    [
        (
            (f"a: {{id: orderid, {FIELDS}}}",),
            ["3:11: schema/a has no field 'orderid'; did you mean 'order_id'?"],
        ),
        (
            (f"a: {{id: [order_id, zzz], {FIELDS}}}",),
            ["3:22: schema/a has no field 'zzz'; it has order_id, at, n"],
        ),
        (
            (f"a: {{id: order_id, key: ORDER_ID, time: when, {FIELDS}}}",),
            [
                "3:26: schema/a has no field 'ORDER_ID'; it has order_id, at, n",
                "3:42: schema/a has no field 'when'; it has order_id, at, n",
            ],
        ),
        (("a: {id: x}",), ["3:11: schema/a has no field 'x'; it has none"]),
        (
            (f"a: {{id: order_id, time: n, {FIELDS}}}",),
            ["3:27: 'n' is bigint, and the time of a record is a timestamp"],
        ),
        # What is taken over is told where it was said, and what is added is known.
        (
            (f"a: {{id: x, {FIELDS}}}", "b: {like: a, fields: {x: string}}"),
            ["3:11: schema/a has no field 'x'; it has order_id, at, n"],
        ),
        ((f"a: {{{FIELDS}}}", "b: {like: a, id: order_id, key: y, fields: {y: string}}"), []),
        ((f"a: {{{FIELDS}}}", "b: {like: a}", "c: {like: b, id: order_id, time: at}"), []),
        (("a: {like: gone, id: x}",), []),  # the missing schema is told, once
        (("a: {like: b, id: x}", "b: {like: gone, key: y}"), []),
        ((f"a: {{{FIELDS}}}",), []),
    ],
)
def test_id_key_and_time_are_fields(schemas: tuple[str, ...], messages: list[str]) -> None:
    assert found(*schemas) == messages


def test_a_field_that_could_not_be_read_is_not_missing() -> None:
    read = loads("platform: p\nschemas: {a: {id: x, fields: {x: strng, y: int}}}\n", "t.yaml")
    assert read.topology is None
    assert read.salvaged is not None
    salvaged = type(read)(read.salvaged, read.positions)
    assert list(schema_field.check(resolve(salvaged, "sandbox"))) == []
    assert loaded("platform: p\nschemas: {a: {id: x, fields: {x: string}}}\n").topology


@pytest.mark.parametrize(
    ("schemas", "messages"),
    [
        (
            ("a: {like: a}",),
            ["3:13: schema/a is like itself (schema/a -> schema/a): leave out one 'like'"],
        ),
        (
            ("x: {like: c}", "a: {like: b}", "b: {like: c}", "c: {like: a}", "y: {like: x}"),
            [
                "4:13: schema/a is like itself (schema/a -> schema/b -> schema/c -> schema/a): "
                "leave out one 'like'"
            ],
        ),
        (("a: {like: b}", "b: {like: c}", "c: {}"), []),
        (("a: {like: b}",), []),
        (
            ("a: {like: a}", "b: {like: b}"),
            [
                "3:13: schema/a is like itself (schema/a -> schema/a): leave out one 'like'",
                "4:13: schema/b is like itself (schema/b -> schema/b): leave out one 'like'",
            ],
        ),
    ],
)
def test_no_schema_is_like_itself(schemas: tuple[str, ...], messages: list[str]) -> None:
    assert found(*schemas, check=like) == messages


def test_a_long_circle_is_shortened() -> None:
    schemas = [f"s{n}: {{like: s{(n + 1) % 5000}}}" for n in range(5000)]
    (message,) = found(*schemas, check=like)
    assert "schema/s7 -> ... -> schema/s0)" in message
    assert len(message) < 250


@pytest.mark.parametrize("order", [1, -1])
def test_a_long_way_of_schemas_is_told_once(order: int) -> None:
    schemas = ["s0: {fields: {a: int}}", *(f"s{n}: {{like: s{n - 1}}}" for n in range(1, 5000))]
    (message,) = found(*schemas[::order], check=like)
    assert message.endswith("more than 20 schemas are like the next here: write the fields out")
