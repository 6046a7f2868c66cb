import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory import ROOT, cut, example, graph_of, graphs, small
from stacked import stacked
from streamatlas.graph.graph import Graph
from streamatlas.layout.graphviz import cached
from streamatlas.targets import drawing
from streamatlas.targets import map as target
from streamatlas.targets.drawing.handovers import handovers
from streamatlas.targets.drawing.lanes import flow
from streamatlas.targets.drawing.letters import cut_left, width, wrap
from streamatlas.targets.file import Facts, File, Layout

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return cached(tmp_path_factory.mktemp("layout"))


def lanes_of(graph: Graph) -> dict[str, tuple[str, ...]]:
    return {f"{i} {lane.title}": lane.refs for i, lane in enumerate(flow(graph).lanes)}


def text_of(files: list[File], path: str) -> str:
    return next(file.text for file in files if file.path == path)


# -- lanes -----------------------------------------------------------------------------------


def test_lanes_run_from_who_writes_to_who_reads() -> None:
    assert lanes_of(cut()) == {
        "0 Upstream services": ("service/compute", "service/vault"),
        "1 Raw topics": ("topic/usage.raw.vault",),
        "2 Job": ("job/usage-aggregation",),
        "3 Topics and stores": (
            "topic/usage.minute.compute",
            "topic/usage.minute.vault",
            "store/subscriptions",
        ),
        "4 Job": ("job/usage-pipeline",),
        "5 Results": ("store/usage",),
        "6 Downstream services": ("service/billing", "service/usage-pages"),
    }


def test_a_service_that_reads_and_feeds_us_closes_the_circle_backwards() -> None:
    assert [link.ref for link in flow(cut()).feedback] == ["service/billing -> store/subscriptions"]


def test_a_circle_of_jobs_is_cut_once() -> None:
    graph = graph_of(
        "platform: p\nteams: {t: {chat: c}}\ntopics: {a: {owner: t}, b: {owner: t}}\n"
        "jobs: {x: {owner: t, reads: a, writes: b}, y: {owner: t, reads: b, writes: a}}\n"
    )
    found = flow(graph)
    assert len(found.feedback) == 1
    assert len(found.forward) == 3


@settings(max_examples=20)
@given(graphs())
def test_every_forward_link_goes_right(graph: Graph) -> None:
    found = flow(graph)
    lane_of = found.lane_of
    assert set(lane_of) == {node.ref for node in graph.nodes()}
    assert all(lane_of[link.origin] < lane_of[link.target] for link in found.forward)


# -- integration points ------------------------------------------------------------------------


def test_a_handover_is_marked_once_at_the_other_teams_service() -> None:
    marked = {ref: (mark.text, mark.at_target) for ref, mark in handovers(cut()).items()}
    assert marked == {
        "service/compute -> topic/usage.minute.compute": ("json · UTC", False),
        "service/vault -> topic/usage.raw.vault": ("json · LA", False),
        "store/usage -> service/billing": ("SQL", True),
        "store/usage -> service/usage-pages": ("SQL", True),
        "service/billing -> store/subscriptions": ("SQL", False),
    }


def test_within_one_team_nothing_is_marked() -> None:
    graph = graph_of(
        "platform: p\nteams: {t: {chat: c}}\nservices: {s: {owner: t, writes: a}}\n"
        "topics: {a: {}}\njobs: {x: {owner: t, reads: a}}\n"
    )
    assert not handovers(graph)


def test_two_jobs_of_two_teams_meet_where_the_second_reads() -> None:
    graph = graph_of(
        "platform: p\nteams: {t: {chat: c}, u: {chat: d}}\ntopics: {a: {owner: t}}\n"
        "jobs: {x: {owner: t, writes: a}, y: {owner: u, reads: a}}\n"
    )
    (ref,) = handovers(graph)
    assert ref == "topic/a -> job/y"


# -- letters -----------------------------------------------------------------------------------


@given(st.text(max_size=300), st.floats(40, 200))
def test_a_name_is_cut_at_the_left_until_it_fits(text: str, most: float) -> None:
    shown = cut_left(text, 12, most)
    assert width(shown, 12) <= most
    assert shown == text or (shown.startswith("...") and text.endswith(shown[3:]))


@given(st.text(max_size=300))
def test_words_fill_no_more_than_their_lines(text: str) -> None:
    lines = wrap(text, 12, 100, 3)
    assert 1 <= len(lines) <= 3
    assert all(width(line, 12) <= 100 for line in lines)


# -- the drawing -------------------------------------------------------------------------------


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_each_thing_is_a_link_that_says_what_it_shows(layout: Layout) -> None:
    root = drawn(drawing.platform(Facts(cut(), layout), "../"))
    nodes = [a for a in root.iter(f"{SVG}a") if "sa-node" in a.get("class", "").split()]
    assert [a.get("data-sa-node") for a in nodes][:3] == [
        "service/compute",
        "service/vault",
        "topic/usage.raw.vault",
    ]
    compute = nodes[0]
    assert compute.get("href") == "../service/compute/"
    assert compute.get("aria-label") == "compute 3-12/s, service"
    assert [text.text for text in compute.iter(f"{SVG}text")][1:] == ["compute", "3-12/s"]
    assert [use.get("href") for use in compute.iter(f"{SVG}use")] == [
        "#sa-g-unknown",
        "#sa-k-service",
    ]


def test_each_edge_and_each_integration_point_can_be_coloured(layout: Layout) -> None:
    graph = example()
    root = drawn(drawing.platform(Facts(graph, layout), "../"))
    edges = [g.get("data-sa-edge") for g in root.iter(f"{SVG}g") if g.get("class") == "sa-edge"]
    assert sorted(map(str, edges)) == sorted(edge.ref for edge in graph.edges)
    pills = [a for a in root.iter(f"{SVG}a") if a.get("class") == "sa-edge-pill"]
    assert {a.get("data-sa-edge") for a in pills} == set(handovers(graph))


def test_the_drawing_is_a_named_group(layout: Layout) -> None:
    root = drawn(drawing.platform(Facts(cut(), layout), "../"))
    assert root.get("role") == "group"
    assert root.get("aria-label", "").startswith("Map of customer-usage: 11 things in 7 lanes")


def test_boxes_do_not_overlap_and_lie_inside(layout: Layout) -> None:
    root = drawn(drawing.platform(Facts(example(), layout), "../"))
    places = [
        tuple(float(n) for n in g.get("transform", "")[10:-1].split())
        for g in root.iter(f"{SVG}g")
        if g.get("transform")
    ]
    high, wide = float(root.get("height", 0)), float(root.get("width", 0))
    assert all(0 <= x <= wide - 154 and 0 <= y <= high - 48 for x, y in places)
    for i, (x, y) in enumerate(places):
        assert all(abs(x - a) >= 154 or abs(y - b) >= 48 for a, b in places[i + 1 :])


def test_seven_products_fit_a_screen_of_1440(layout: Layout) -> None:
    graph = example()
    root = drawn(drawing.platform(Facts(graph, layout), ""))
    assert float(root.get("width", 0)) <= 1390
    assert len(flow(graph).lanes) == 7


@settings(max_examples=20)
@given(graphs())
def test_whatever_it_is_called_the_drawing_is_well_formed(graph: Graph) -> None:
    facts = Facts(graph, stacked)
    first = list(target.generate(facts))
    assert first == list(target.generate(facts))
    drawn(text_of(first, "docs/catalog/map.svg"))
    page = text_of(first, "docs/catalog/map.md")
    drawn(page[page.index('<svg class="sa-drawing"') : page.index("</svg>\n</div>") + 6])
    assert "<script" not in page
    for node in graph.nodes():
        drawn(drawing.neighbourhood(facts, node.ref))


def test_a_small_platform_is_drawn_as_before(layout: Layout) -> None:
    golden = ROOT / "tests" / "golden" / "drawings" / "small.svg"
    assert drawing.alone(Facts(small(), layout)) == golden.read_text(encoding="utf-8")


# -- around one thing --------------------------------------------------------------------------


def test_a_neighbourhood_is_one_hop_in_and_out(layout: Layout) -> None:
    root = drawn(drawing.neighbourhood(Facts(cut(), layout), "job/usage-pipeline"))
    nodes = [a for a in root.iter(f"{SVG}a") if "sa-node" in a.get("class", "").split()]
    assert [(a.get("data-sa-node"), a.get("href")) for a in nodes] == [
        ("topic/usage.minute.compute", "../../topic/usage.minute.compute/"),
        ("topic/usage.minute.vault", "../../topic/usage.minute.vault/"),
        ("store/subscriptions", "../../store/subscriptions/"),
        ("job/usage-pipeline", "../../job/usage-pipeline/"),
        ("store/usage", "../../store/usage/"),
    ]


def test_what_is_on_both_sides_is_drawn_once(layout: Layout) -> None:
    graph = graph_of(
        "platform: p\nteams: {t: {chat: c}}\ntopics: {a: {owner: t}}\n"
        "services: {s: {owner: t, reads: a, writes: a}}\n"
    )
    root = drawn(drawing.neighbourhood(Facts(graph, layout), "service/s"))
    nodes = [a for a in root.iter(f"{SVG}a") if "sa-node" in a.get("class", "").split()]
    assert len(nodes) == 2


def test_a_thing_without_neighbours_is_drawn_alone(layout: Layout) -> None:
    graph = graph_of("platform: p\nteams: {t: {chat: c}}\ntopics: {a: {owner: t}}\n")
    root = drawn(drawing.neighbourhood(Facts(graph, layout), "topic/a"))
    assert [a.get("data-sa-node") for a in root.iter(f"{SVG}a")] == ["topic/a"]


def test_a_platform_of_nothing_is_an_empty_drawing(layout: Layout) -> None:
    facts = Facts(graph_of("platform: p\nteams: {t: {chat: c}}\n"), layout)
    assert not list(drawn(drawing.platform(facts, "")).iter(f"{SVG}a"))


# -- the page ----------------------------------------------------------------------------------


def test_the_page_counts_what_it_shows(layout: Layout) -> None:
    page = text_of(list(target.generate(Facts(example(), layout))), "docs/catalog/map.md")
    graph = example()
    things = sum(1 for _ in graph.nodes())
    assert f"{things} of {things} things, {len(graph.edges)} of {len(graph.edges)} edges" in page
    for node in graph.nodes():
        assert page.count(f'data-sa-node="{node.ref}"') == 3  # lanes, drawing, table
    for edge in graph.edges:
        assert f'<tr id="{drawing.edge_anchor(edge.ref)}"' in page


def test_a_pill_leads_to_its_row(layout: Layout) -> None:
    page = text_of(list(target.generate(Facts(example(), layout))), "docs/catalog/map.md")
    anchor = "edge-service-vault-to-topic-usage.raw.vault"
    assert f'href="#{anchor}"' in page
    assert f'id="{anchor}"' in page


def test_the_file_of_its_own_needs_no_page(layout: Layout) -> None:
    svg = text_of(list(target.generate(Facts(example(), layout))), "docs/catalog/map.svg")
    root = drawn(svg)
    symbols = {symbol.get("id") for symbol in root.iter(f"{SVG}symbol")}
    assert symbols == {"sa-k-service", "sa-k-topic", "sa-k-job", "sa-k-store"}
    assert "<style>" in svg
