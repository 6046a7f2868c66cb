"""The default of each key, asked of the graph of a topology that says nothing but names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from streamatlas.graph.graph import Graph
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import loads
from streamatlas.model import declared, forms
from streamatlas.model.units import Keep, say_duration
from streamatlas.model.values import Declared
from streamatlas.reference.described import Key
from streamatlas.reference.shapes import shape

_BARE = """\
platform: ID
teams: {ID: {chat: CHAT}}
services: {ID: {owner: ID, normal: {windows: [{at: 09:10-09:15}]}}}
topics: {ID: {owner: ID}}
stores: {ID: {owner: ID}}
schemas: {ID: {fields: {ID: string}}}
jobs: {ID: {owner: ID}}
views: {ID: {of: team/ID}}
"""
_PARTS: Mapping[type[Declared], Callable[[Graph], object]] = {
    declared.Team: lambda graph: graph.teams["ID"],
    declared.Service: lambda graph: graph.services["ID"],
    declared.Topic: lambda graph: graph.topics["ID"],
    declared.Store: lambda graph: graph.stores["ID"],
    declared.Job: lambda graph: graph.jobs["ID"],
    declared.Schema: lambda graph: graph.schemas["ID"],
    declared.View: lambda graph: graph.views["ID"],
    declared.Normal: lambda graph: graph.services["ID"].normal,
    declared.Window: lambda graph: _window(graph),
    declared.Deploy: lambda graph: graph.deploy,
    declared.Metrics: lambda graph: graph.metrics,
}
# What the graph calls otherwise, or holds as something else.
_CALLED: Mapping[tuple[type[Declared], str], str] = {
    (declared.Store, "kind"): "engine",
    (declared.Topic, "timezone"): "wall_clock",
    (declared.Metrics, "from_"): "exporter",
    (declared.Topic, "bad_records"): "skips_bad",
    (declared.Schema, "id"): "identity",
}


def default(key: Key) -> str:
    """In words, or as it would be written; empty where nothing holds without the key."""
    return key.described.default or value(key)


def value(key: Key) -> str:
    """As it would be written; empty where it is nothing, or more than one value."""
    find = _PARTS.get(key.part)
    if find is None or key.described.default or key.required:
        return ""
    name = _CALLED.get((key.part, key.attribute), key.attribute.rstrip("_"))
    return _written(getattr(find(_bare()), name, None), key)


@cache
def _bare() -> Graph:
    return resolve(loads(_BARE, "topology.yaml"), "sandbox")


def _window(graph: Graph) -> object:
    normal = graph.services["ID"].normal
    return normal.windows[0] if normal else None


def _written(found: object, key: Key) -> str:
    form: Any = shape(key.info)
    match found:
        case "ID":
            return "the id"
        case bool():
            return ("skip" if found else "fail") if key.name == "bad-records" else _yes(found)
        case timedelta():
            return say_duration(found)
        case (timedelta() as low, timedelta() as high):
            return f"{say_duration(low)}-{say_duration(high)}"
        case Keep():
            return str(found.count)
        case int() if form == forms.SIZE:
            return f"{found // 2**30}GiB"
        case float() if form == forms.LIMIT:
            return f"{found * 3600:g}/h"
        case str() | int():
            return str(found)
    return ""


def _yes(found: bool) -> str:
    return "yes" if found else "no"
