"""The page of the platform map: the drawing, the same in lanes for phones, the same as tables."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph.graph import Edge, Graph, Ref
from streamatlas.targets import drawing
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import front_matter, html, plain
from streamatlas.targets.pages import parts, said
from streamatlas.targets.words import count, several

NAME = "map"
_ROOT = "../../"
_STATUSES = ("CRITICAL", "affected", "WARNING", "UNKNOWN", "MAINTENANCE", "EXPECTED", "OK")
_KINDS = ("service", "topic", "job", "store")
_THINGS = ("Status", "Name", "What we see", "Owner", "Watched by", "In / out", "Data age")
_EDGES = ("Status", "From", "To", "What passes", "Watched by", "What we see")


def generate(facts: Facts) -> Iterator[File]:
    """The page, and the drawing as a file of its own."""
    yield File("docs/catalog/map.md", _head(facts.graph) + "\n\n".join(_blocks(facts)) + "\n")
    yield File("docs/catalog/map.svg", drawing.alone(facts))


def _head(graph: Graph) -> str:
    return front_matter(
        {
            "title": "Map",
            "description": plain(f"Map of {graph.platform}: who writes what, and who reads it"),
            "section": "map",
            "hide": ["navigation", "toc"],
            "search": {"boost": 2},
        }
    )


def _blocks(facts: Facts) -> Iterator[str]:
    lanes = drawing.flow(facts.graph).lanes
    yield "# Platform map"
    yield f'<p class="sa-lead">{_sentence(facts.graph)}</p>'
    yield _live()
    yield (
        '<nav class="sa-map-views" aria-label="Views of the map"><a href="#lanes">Lanes</a> '
        '<a href="#drawing">Drawing</a> <a href="#things">Table</a></nav>'
    )
    cards = "".join(map(_lane, lanes))
    yield f'<div class="sa-lane-list" id="lanes" data-search-exclude>\n{cards}</div>'
    yield f"""<div class="sa-map-page">
{_frame(facts)}
<section class="sa-map-tables" aria-labelledby="things"><div>
<h2 id="things">The same as a table</h2>
<p>{_counted(facts.graph)}</p>
{_things(facts.graph)}
<h3 id="edges">Edges</h3>
{_edges(facts.graph)}
</div></section>
</div>"""
    yield said.place(facts.graph, facts.graph.positions.key("platform"))


def _live() -> str:
    return (
        '<p data-sa-overall data-search-exclude class="sa-map-live sa-is-unknown">'
        f"{parts.LIVE_GLYPH} "
        '<span data-sa="headline">Live status needs JavaScript.</span> '
        f'<a href="{_ROOT}status.json">status.json</a></p>'
    )


def _sentence(graph: Graph) -> str:
    things = count(len(tuple(graph.nodes())), "thing")
    return f"{things} of {count(len(graph.teams), 'team')}. Data flows left to right."


def _counted(graph: Graph) -> str:
    things, edges = len(tuple(graph.nodes())), len(graph.edges)
    return (
        f"Worst first. Nothing is hidden: {things} of {count(things, 'thing')}, "
        f"{edges} of {count(edges, 'edge')} shown."
    )


def _frame(facts: Facts) -> str:
    return f"""<div class="sa-map" id="drawing" data-search-exclude>
<div class="sa-map-tools"><span>What is between two teams carries its format and time zone.</span>
<a class="sa-button" href="../map.svg" download>SVG</a></div>
<div class="sa-map-scroll" tabindex="0" role="region" aria-label="Drawing of the platform">
{drawing.platform(facts, "../")}
</div>
{_legend()}
</div>"""


def _legend() -> str:
    statuses = (_status(word) for word in _STATUSES)
    kinds = (f"<li>{parts.icon(f'k-{kind}')} {kind}</li>" for kind in _KINDS)
    pill = (
        '<li><span class="sa-legend-pill">json · LA</span> '
        "integration point: format · time zone</li>"
    )
    return (
        f'<div class="sa-legend"><ul aria-label="Statuses">{" ".join(statuses)}</ul>\n'
        f'<ul aria-label="Shapes">{" ".join(kinds)} {pill}</ul></div>'
    )


def _status(word: str) -> str:
    name = word.lower()
    use = f'<use href="#sa-g-{name}"></use>'
    glyph = f'<svg class="sa-glyph sa-is-{name}" viewBox="0 0 16 16" aria-hidden="true">{use}</svg>'
    return f"<li>{glyph} {'affected by it' if word == 'affected' else word}</li>"


def _lane(lane: drawing.Lane) -> str:
    items = "".join(map(_card, lane.refs))
    return (
        f'<section><h2><span>{html(lane.title)}</span> <span class="sa-lane-count">'
        f"{len(lane.refs)}</span></h2>\n<ul>\n{items}</ul></section>\n"
    )


def _card(ref: Ref) -> str:
    return (
        f'<li {parts.mark_of(ref)} class="sa-is-unknown"><a href="{html(f"../{ref}/")}">'
        f"{parts.LIVE_GLYPH} <span><b>{parts.name(ref)}</b> "
        '<span class="sa-lane-cause">First cause</span> <span class="sa-lane-reason">'
        '<span data-sa="word">UNKNOWN</span>: '
        f'<span data-sa="reason">{parts.SILENT}</span></span></span> '
        f"{parts.icon('i-next')}</a></li>\n"
    )


def _things(graph: Graph) -> str:
    rows = (_thing(graph, ref) for lane in drawing.flow(graph).lanes for ref in lane.refs)
    return parts.table("Every thing of the platform", _THINGS, rows, live=True)


def _thing(graph: Graph, ref: Ref) -> str:
    node = graph.node(ref)
    ins, outs = graph.inputs(ref), graph.outputs(ref)
    watchers = tuple(dict.fromkeys(edge.watcher for edge in outs)) or (node.owner,)
    cells = {
        "Owner": parts.team_link(graph, node.owner, _ROOT),
        "Watched by": several(tuple(parts.team_link(graph, each, _ROOT) for each in watchers)),
        "In / out": f"{len(ins)} / {len(outs)}",
    }
    return (
        f'<tr {parts.mark_of(ref)} class="sa-is-unknown"><td data-search-exclude>{parts.CHIP} </td>'
        f'<th scope="row">{parts.node_link(ref, _ROOT)} </th>{_reason("What we see")}'
        f"{_cells(cells)}"
        '<td data-label="Data age" class="sa-quiet" data-search-exclude data-sa="age">'
        "not read </td></tr>\n"
    )


def _edges(graph: Graph) -> str:
    rows = (_edge(graph, edge) for edge in graph.edges)
    return parts.table("Every edge of the platform", _EDGES, rows, live=True)


def _edge(graph: Graph, edge: Edge) -> str:
    cells = {
        "To": parts.node_link(edge.target, _ROOT),
        "What passes": html(_passes(graph, edge)),
        "Watched by": parts.team_link(graph, edge.watcher, _ROOT),
    }
    return (
        f'<tr id="{html(drawing.edge_anchor(edge.ref))}" data-sa-edge="{html(edge.ref)}" '
        f'class="sa-is-unknown"><td data-search-exclude>{parts.CHIP} </td>'
        f'<th scope="row">{parts.node_link(edge.origin, _ROOT)} </th>{_cells(cells)}'
        f"{_reason('What we see')}</tr>\n"
    )


def _passes(graph: Graph, edge: Edge) -> str:
    """`json · UTC, key account_id; vault to platform`."""
    data = drawing.data_of(edge)
    refs = {node.ref for node in graph.nodes()}
    if not {edge.origin, edge.target} <= refs:
        return ""
    node = graph.topics.get(data.partition("/")[2]) if data.startswith("topic/") else None
    key = f", key {', '.join(node.schema.key)}" if node and node.schema and node.schema.key else ""
    owners = graph.node(edge.origin).owner, graph.node(edge.target).owner
    between = "" if owners[0] == owners[1] else f"; {owners[0]} to {owners[1]}"
    return f"{drawing.summary(graph, data)}{key}{between}"


def _cells(cells: dict[str, str]) -> str:
    return "".join(f'<td data-label="{head}">{cell} </td>' for head, cell in cells.items())


def _reason(head: str) -> str:
    return (
        f'<td data-label="{head}" class="sa-quiet" data-search-exclude data-sa="reason">'
        f"{parts.SILENT} </td>"
    )
