"""The pieces of a drawing: boxes by kind, edges with their arrowheads, pills, lanes."""

from __future__ import annotations

from dataclasses import dataclass

from streamatlas.graph.graph import Ref
from streamatlas.targets import markup
from streamatlas.targets.drawing import svg
from streamatlas.targets.drawing.letters import cut_left, width
from streamatlas.targets.drawing.measure import PILL_HIGH, PILL_SIZE, Measure, pill_width
from streamatlas.targets.drawing.routes import HEAD, Route
from streamatlas.targets.drawing.svg import Point

WIDE, HIGH = 154, 48
SIZE = Measure(WIDE, HIGH, between=14, apart=28, top=44)
_RADIUS = 9
_NAME_SIZE = 12
_LONG = 96
_LEFT = 12
_CUT = 10
_LID = 5


@dataclass(frozen=True, slots=True)
class Box:
    """What a box shows: its thing, one declared fact, where its page is."""

    ref: Ref
    fact: str
    href: str
    label: str

    @property
    def kind(self) -> str:
        """`topic` of `topic/orders`."""
        return self.ref.partition("/")[0]

    @property
    def name(self) -> str:
        """`orders` of `topic/orders`."""
        return self.ref.partition("/")[2]


def box(thing: Box, centre: Point) -> str:
    """A link in the shape of its kind: name, status glyph, one reading, the kind's icon."""
    x, y = centre[0] - WIDE / 2, centre[1] - HIGH / 2
    low = _LID if thing.kind == "store" else 0
    right = 34 if thing.kind == "topic" else 24
    parts = (
        svg.text("First cause", {"class": "sa-node-cause", "x": WIDE / 2, "y": -7}),
        *_outline(thing.kind),
        _name(thing.name, 19 + low),
        _use("sa-node-glyph", "#sa-g-unknown", (_LEFT, 27 + low / 2), 12, {"data-sa": "glyph"}),
        svg.text(
            thing.fact,
            {"class": "sa-node-reading", "data-sa": "reading", "x": 29, "y": 37 + low / 2},
        ),
        _use("sa-node-kind", f"#sa-k-{thing.kind}", (WIDE - right, 27 + low / 2), 13, {}),
    )
    group = svg.element("g", {"transform": f"translate({svg.number(x)} {svg.number(y)})"}, *parts)
    attributes: dict[str, str | float] = {
        "class": f"sa-node sa-node-{thing.kind} sa-is-unknown",
        "id": f"sa-n-{thing.kind}-{thing.name}",
        "data-sa-node": thing.ref,
        "href": thing.href,
        "aria-label": thing.label,
    }
    return svg.element("a", attributes, group)


def _name(name: str, y: float) -> str:
    """Long names have their length set, so that they fit in whatever font a machine has."""
    shown = cut_left(name, _NAME_SIZE, WIDE - _LEFT - 7)
    long = width(shown, _NAME_SIZE)
    fit: dict[str, str | float] = {"textLength": long, "lengthAdjust": "spacingAndGlyphs"}
    place: dict[str, str | float] = {"class": "sa-node-name", "x": _LEFT, "y": y}
    return svg.text(shown, {**place, **(fit if long > _LONG else {})})


def _use(cls: str, href: str, at: Point, size: float, more: dict[str, str | float]) -> str:
    place: dict[str, str | float] = {"x": at[0], "y": at[1], "width": size, "height": size}
    return svg.element("use", {"class": cls, **more, "href": href, **place})


def _outline(kind: str) -> tuple[str, ...]:
    if kind == "job":
        return (svg.element("path", {"class": "sa-node-shape", "d": cut_corners(WIDE, HIGH)}),)
    if kind == "store":
        return _cylinder()
    rect = _rect(WIDE, HIGH, 12 if kind == "topic" else 4)
    if kind != "topic":
        return (rect,)
    # Below the name, which may be as long as the box.
    log = f"M{WIDE - 7} 26V{HIGH - 9}M{WIDE - 4} 26V{HIGH - 9}"
    return rect, svg.element("path", {"class": "sa-node-log", "d": log})


def _rect(wide: float, high: float, radius: float) -> str:
    size: dict[str, str | float] = {"width": wide, "height": high, "rx": radius}
    return svg.element("rect", {"class": "sa-node-shape", **size})


def cut_corners(wide: float, high: float) -> str:
    """Path data of a box whose four corners are cut."""
    a, b, c = _CUT, wide - _CUT, high - _CUT
    return svg.polygon((a, 0), (b, 0), (wide, a), (wide, c), (b, high), (a, high), (0, c), (0, a))


def _cylinder() -> tuple[str, ...]:
    lid = f"A{WIDE / 2:g} {_LID} 0 0 1 {WIDE} {_LID}"
    wall = f"V{HIGH - _LID}A{WIDE / 2:g} {_LID} 0 0 1 0 {HIGH - _LID}Z"
    front = f"M0 {_LID}A{WIDE / 2:g} {_LID} 0 0 0 {WIDE} {_LID}"
    return (
        svg.element("path", {"class": "sa-node-shape", "d": f"M0 {_LID}{lid}{wall}"}),
        svg.element("path", {"class": "sa-node-lid", "d": front}),
    )


def edge(route: Route, attributes: dict[str, str | float], downwards: bool = False) -> str:
    """A line with its arrowhead; `downwards` where the flow of the drawing is."""
    path = {"class": "sa-edge-line", "d": _path(route, downwards)}
    head = {"class": "sa-edge-head", "d": svg.polygon(*_turned(_head(route.tip), downwards))}
    return svg.element(
        "g",
        {"class": "sa-edge", **attributes},
        svg.element("path", {**path}),
        svg.element("path", {**head}),
    )


def _path(route: Route, downwards: bool) -> str:
    parts = [svg.line(_turned(route.before, downwards), _RADIUS)]
    if route.spline:
        parts.append(svg.spline(_turned(route.spline, downwards)))
        parts.append(svg.line(_turned(route.after, downwards), _RADIUS))
    return "".join(parts)


def _head(tip: Point) -> tuple[Point, ...]:
    x, y = tip
    return (x - HEAD, y - 4), (x, y), (x - HEAD, y + 4)


def _turned(points: tuple[Point, ...], downwards: bool) -> tuple[Point, ...]:
    return tuple((y, x) for x, y in points) if downwards else points


def pill(content: str, centre: Point, attributes: dict[str, str | float]) -> str:
    """The mark of a link, itself a link where `attributes` have `href`."""
    wide = pill_width(content)
    x, y = centre
    frame: dict[str, str | float] = {"x": x - wide / 2, "y": y - PILL_HIGH / 2, "width": wide}
    return svg.element(
        "a" if "href" in attributes else "g",
        {"class": "sa-edge-pill", **attributes},
        svg.element("rect", {**frame, "height": PILL_HIGH, "rx": PILL_HIGH / 2}),
        svg.text(content, {"x": x, "y": y + PILL_SIZE * 0.36}),
    )


def lane(title: str, left: float, right: float, height: float) -> str:
    """The ground of a lane with its title."""
    ground: dict[str, str | float] = {
        "class": "sa-lane",
        "x": left,
        "y": 0,
        "width": right - left,
        "height": height,
    }
    middle = (left + right) / 2
    return svg.element("rect", {**ground, "rx": 8}) + svg.text(
        title, {"class": "sa-lane-title", "x": middle, "y": 22}
    )


def canvas(size: Point, label: str, *parts: str) -> str:
    """The whole drawing, one line a part; drawn 1:1, so it has a size in px."""
    wide, high = svg.number(size[0]), svg.number(size[1])
    head = (
        f'<svg class="sa-drawing" xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" role="group" aria-label="{markup.html(label)}"'
        ' data-search-exclude="">'
    )
    return "\n".join((head, *parts, "</svg>"))
