import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory import ROOT, SMALL, example, graph_of, small
from stacked import stacked
from streamatlas.layout.graphviz import cached
from streamatlas.load.runbook import load_runbooks
from streamatlas.model.runbook import Runbook, Step
from streamatlas.targets import drawing, triage
from streamatlas.targets.file import Facts, Layout

SVG = "{http://www.w3.org/2000/svg}"
RUNBOOKS = load_runbooks(ROOT / "runbooks")[0]
BY_ID = {runbook.id: runbook for runbook in RUNBOOKS}


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return cached(tmp_path_factory.mktemp("layout"))


def page(runbook: Runbook, layout: Layout) -> str:
    (file,) = triage.generate(Facts(example(), layout, (runbook,)))
    assert file.path == f"docs/catalog/triage/{runbook.id}.md"
    return file.text


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
def test_each_step_is_in_both_pictures_and_in_the_list(runbook: Runbook, layout: Layout) -> None:
    text = page(runbook, layout)
    for name in runbook.steps:
        assert text.count(f'id="step-{name}"') == 1
        assert (
            text.count(f'class="sa-step sa-step-{runbook.steps[name].what}" href="#step-{name}"')
            == 2
        )


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
def test_no_two_boxes_lie_on_each_other(runbook: Runbook, layout: Layout) -> None:
    for svg in drawing.flowchart(layout, runbook):
        places = [
            tuple(float(n) for n in g.get("transform", "")[10:-1].split())
            for g in ET.fromstring(svg).iter(f"{SVG}g")
            if g.get("transform")
        ]
        assert len(places) == len(runbook.steps)
        for i, (x, y) in enumerate(places):
            assert all(abs(x - a) >= 116 or abs(y - b) >= 88 for a, b in places[i + 1 :])


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
def test_no_two_answers_lie_on_each_other(runbook: Runbook, layout: Layout) -> None:
    for svg in drawing.flowchart(layout, runbook):
        rects = [
            (float(r.get("x", 0)), float(r.get("y", 0)), float(r.get("width", 0)))
            for g in ET.fromstring(svg).iter(f"{SVG}g")
            if g.get("class") == "sa-edge-pill"
            for r in g.iter(f"{SVG}rect")
        ]
        for i, (x, y, wide) in enumerate(rects):
            for a, b, other in rects[i + 1 :]:
                assert x + wide <= a or a + other <= x or abs(y - b) >= 18


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
def test_no_line_leaves_the_picture(runbook: Runbook, layout: Layout) -> None:
    for svg in drawing.flowchart(layout, runbook):
        root = ET.fromstring(svg)
        wide, high = float(root.get("width", 0)), float(root.get("height", 0))
        paths = [
            p.get("d", "") for p in root.iter(f"{SVG}path") if p.get("class") == "sa-edge-line"
        ]
        numbers = [float(n) for path in paths for n in re.findall(r"-?[0-9.]+", path)]
        assert all(0 < x < wide for x in numbers[::2])
        assert all(0 < y < high for y in numbers[1::2])


def test_the_widest_flowchart_fits_a_screen_of_1440(layout: Layout) -> None:
    widths = [
        float(ET.fromstring(drawing.flowchart(layout, r)[0]).get("width", 0)) for r in RUNBOOKS
    ]
    assert max(widths) <= 1390


def test_a_question_says_where_each_answer_leads(layout: Layout) -> None:
    text = page(BY_ID["job-restarts"], layout)
    assert (
        '<li><b>Yes:</b> <a href="#step-go-there">2. Open the flowchart of the first cause</a></li>'
        in text
    )


def test_a_command_can_be_copied_as_it_is_written(layout: Layout) -> None:
    text = page(BY_ID["job-restarts"], layout)
    assert '<pre><code class="sa-command">streamatlas deploy {job}</code></pre>' in text
    assert "<b>Not so after 15 min:</b>" in text


def test_the_page_names_whom_to_call(layout: Layout) -> None:
    text = page(BY_ID["job-restarts"], layout)
    for job in example().jobs:
        assert f'data-sa-node="job/{job}"' in text
    assert 'href="https://pager.example.com/usage"' in text


def test_the_page_leads_to_a_things_own_links(layout: Layout) -> None:
    logs = "links: {logs: https://logs.example.com/paid}"
    linked = graph_of(SMALL.replace("reads: orders, writes", f"{logs}, reads: orders, writes"))
    runbook = BY_ID["job-restarts"]
    (file,) = triage.generate(Facts(linked, layout, (runbook,)))
    assert '<td data-label="Links"><a href="https://logs.example.com/paid">logs</a>' in file.text
    (file,) = triage.generate(Facts(small(), layout, (runbook,)))
    assert "Links" not in file.text


def test_a_flowchart_of_servers_names_the_servers(layout: Layout) -> None:
    text = page(BY_ID["source-trouble"], layout)
    assert all(f'data-sa-node="{ref}"' in text for ref in example().sources)


TEXTS = st.text(min_size=1, max_size=60)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_a_step_says_the_picture_is_well_formed(ask: str, do: str, clear: str) -> None:
    steps = {
        "a": Step("a", ask=ask, help=do, yes="b", no="c"),
        "b": Step(
            "b", do=do, run={"sandbox": clear}, within=timedelta(minutes=1), then="c", otherwise="c"
        ),
        "c": Step("c", clear=clear),
    }
    runbook = Runbook("hostile", ask, "job", ("x",), steps)

    for svg in drawing.flowchart(stacked, runbook):
        ET.fromstring(svg)
    (file,) = triage.generate(Facts(example(), stacked, (runbook,)))
    assert "<script" not in file.text
