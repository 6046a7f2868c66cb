"""What is linked can be followed.

A link stands on a page, and is opened at night by somebody who has never seen it. One that a
browser cannot follow is found out then. So the values of `links`, `edit` and `portal` are addresses
of the web, and what a term of the glossary names under `see` is there.

```yaml
services:
  vault:
    links: {dashboard: grafana/vault}
edit: https://git.example.com/usage/{path}
glossary:
  raw usage: {doc: Usage as it was sent., see: minuteusage}
```

Write whole addresses, with `https://` in front. In `edit`, `{file}` and `{line}` are filled in, and
nothing else. Under `see` write another term, or a thing as `KIND/ID`:

```yaml
services:
  vault:
    links: {dashboard: https://grafana.example.com/d/vault}
edit: https://git.example.com/usage/blob/main/{file}#L{line}
glossary:
  raw usage: {doc: Usage as it was sent., see: minute usage}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from streamatlas.graph.graph import Graph
from streamatlas.model.near import nearest
from streamatlas.model.positions import Path
from streamatlas.model.problem import Level, Problem

ID = "link"
LEVEL: Level = "error"

_WEB = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
_FILLED = re.compile(r"\{([^{}]*)\}")
_SECTIONS = {"service": "services", "topic": "topics", "job": "jobs", "store": "stores"}


def check(graph: Graph) -> Iterator[Problem]:
    """Every address that no browser follows, and every `see` that leads nowhere."""
    for path, address in _addresses(graph):
        if not _WEB.fullmatch(address):
            message = f"'{address}' is no address of the web: write https://..."
            yield Problem(graph.positions.value(*path), ID, message, LEVEL)
    yield from _edit(graph)
    if any(term.see for term in graph.glossary.values()):
        yield from _seen(graph)


def _addresses(graph: Graph) -> Iterator[tuple[Path, str]]:
    if graph.edit:
        yield ("edit",), graph.edit
    if graph.portal:
        yield ("environments", graph.environment, "portal"), graph.portal
    for team in graph.teams.values():
        yield from _linked(("teams", team.id), team.links)
    for node in graph.nodes():
        yield from _linked((_SECTIONS[node.kind], node.id), node.links)


def _linked(path: Path, links: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for name, address in links.items():
        yield (*path, "links", name), address


def _edit(graph: Graph) -> Iterator[Problem]:
    for name in _FILLED.findall(graph.edit):
        if name not in ("file", "line"):
            message = f"nothing is filled in for '{{{name}}}': write {{file}} or {{line}}"
            yield Problem(graph.positions.value("edit"), ID, message, LEVEL)


def _seen(graph: Graph) -> Iterator[Problem]:
    known = {*graph.glossary, *_SECTIONS, *(node.ref for node in graph.nodes())}
    known |= {team.ref for team in graph.teams.values()}
    for word, term in graph.glossary.items():
        for index, other in enumerate(term.see):
            if other not in known:
                at = graph.positions.item(("glossary", word, "see"), index, other)
                yield Problem(at, ID, _unseen(graph, other), LEVEL)


def _unseen(graph: Graph, other: str) -> str:
    near = nearest(other, list(graph.glossary))
    remedy = f"did you mean '{near}'?" if near else "write another term, or KIND/ID"
    return f"the glossary has no '{other}'; {remedy}"
