"""Home and job page, as built and served: both widths, both schemes, nothing in the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from streamatlas.cli.main import main
from streamatlas.model.judged import Report

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
PAGES = {
    "home": ("", ".sa-answer-reason", ".sa-answer-side [data-sa=age]"),
    "job": ("catalog/job/usage-pipeline/", ".sa-verdict-reason", ".sa-verdict-note .sa-age"),
}
OTHERS = (
    "status/",
    "manuals/",
    "catalog/",
    "catalog/glossary/",
    "catalog/triage/",
    "catalog/topic/usage.raw.vault/",
    "catalog/store/usage/",
    "catalog/service/vault/",
    "catalog/team/vault/",
    "catalog/source/kafka/",
    "catalog/environments/",
    "catalog/maintenance/",
    "catalog/views/",
    "catalog/manual/send-data/usage.raw.vault/",
    "handbook/start/",
    "handbook/reading-status/",
)


class Live(Protocol):
    url: str

    def publish(self, report: Report) -> None: ...


class Reports(Protocol):
    fine: Callable[..., Report]
    failing: Callable[..., Report]


@dataclass
class Reader:
    """One who opens a page and waits until it is live."""

    browser: Browser
    url: str

    def opens(self, path: str, size: str, scheme: Any = "light", script: bool = True) -> Page:
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=script,
            timezone_id="Europe/Berlin",
        )
        page = context.new_page()
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's own site, built in a copy of the project."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "docs", project / "docs", ignore=shutil.ignore_patterns("catalog"))
    for folder in ("runbooks", "teams"):
        shutil.copytree(ROOT / folder, project / folder)
    for name in ("topology.yaml", "mkdocs.yml"):
        shutil.copy(ROOT / name, project / name)
    (project / "generators").symlink_to(ROOT / "generators")
    out = project / "site"
    assert main(["site", "--topology", str(project / "topology.yaml"), "--out", str(out)]) == 0
    return out


@pytest.fixture
def reader(browser: Browser, live: Live, reports: Reports) -> Iterator[Reader]:
    report = reports.failing()
    read = replace(report.overall, observed_at=report.taken_at)
    live.publish(replace(report, overall=read))
    yield Reader(browser, live.url)
    for context in browser.contexts:
        context.close()


def serious(page: Page) -> list[str]:
    """What axe-core finds of level serious or worse, with where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many px the page is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert isinstance(wide, int)
    return wide


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None, f"{selector} is not shown"
    return box["y"] + box["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_status_reason_and_age_are_seen_at_once(
    reader: Reader, name: str, size: str, scheme: str
) -> None:
    path, reason, age = PAGES[name]
    page = reader.opens(path, size, scheme)
    expect(page.locator("#sa-pill")).to_contain_text("CRITICAL")
    expect(page.locator(reason).first).to_contain_text("Restarts in a loop")
    expect(page.locator(age).first).to_contain_text("ago")
    height = SIZES[size][1]
    assert max(bottom(page, each) for each in ("#sa-pill", reason, age)) <= height
    assert overflow(page) <= 0
    assert serious(page) == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(15, 18, 22)")


@pytest.mark.parametrize("path", OTHERS)
def test_every_other_kind_of_page(reader: Reader, path: str) -> None:
    page = reader.opens(path, "phone")
    expect(page.locator("#sa-pill")).to_contain_text("CRITICAL")
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 1440, "height": 900})
    assert overflow(page) <= 0
    assert serious(page) == []


def test_without_script_it_claims_nothing(reader: Reader) -> None:
    page = reader.opens("catalog/job/usage-pipeline/", "desktop", script=False)
    verdict = page.locator(".sa-verdict")
    expect(verdict).to_contain_text("UNKNOWN")
    expect(verdict).to_contain_text("Live status needs JavaScript")
    assert page.locator(".sa-is-ok").count() == 0
    link = verdict.get_by_role("link", name="status.json")
    address = link.evaluate("link => link.href")
    assert address == reader.url + "status.json"
    expect(page.locator("body")).to_contain_text("every 5 s")


def test_without_a_report_nobody_is_called_well(browser: Browser, live: Live) -> None:
    page = Reader(browser, live.url).opens("", "desktop")
    side = page.locator(".sa-answer-side")
    expect(side.locator("[data-sa=teams-hit]")).to_have_text("not known")
    expect(side.locator("[data-sa=affected]")).to_have_text("not known")
    expect(page.locator(".sa-tally b").first).to_have_text("?")
    expect(page.locator("tbody .sa-is-ok")).to_have_count(0)
    page.context.close()


def test_a_finger_hits_what_it_means(reader: Reader) -> None:
    page = reader.opens("catalog/job/usage-pipeline/", "phone")
    expect(page.locator("#sa-pill")).to_contain_text("CRITICAL")
    for selector in ("#sa-pill", ".sa-menu", ".sa-search-open", ".sa-head .sa-button"):
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["height"] >= 43.9, selector


def test_menu_opens_by_keyboard_on_a_phone(reader: Reader) -> None:
    page = reader.opens("catalog/job/usage-pipeline/", "phone")
    page.get_by_role("button", name="Menu").press("Enter")
    drawer = page.get_by_role("navigation", name="Section")
    expect(drawer.get_by_role("link", name="Glossary")).to_be_in_viewport()
    expect(drawer.get_by_role("link", name="usage-pipeline")).to_be_in_viewport()


def test_search_finds_a_thing_and_pushes_nothing(reader: Reader) -> None:
    page = reader.opens("", "desktop")
    pill = page.locator("#sa-pill")
    expect(pill).to_contain_text("CRITICAL")
    before = pill.bounding_box()
    page.keyboard.press("/")
    page.keyboard.type("usage-pipeline")
    result = page.locator(".md-search-result__link").first
    expect(result).to_contain_text("usage-pipeline")
    assert pill.bounding_box() == before
    result.click()
    expect(page.locator("h1")).to_have_text("usage-pipeline")


def test_nothing_is_asked_of_another_host(browser: Browser, live: Live) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live.url)
    expect(page.locator("#sa-pill .sa-glyph")).to_be_visible()
    fonts = page.evaluate("document.fonts.ready.then(() => document.fonts.check('15px Inter'))")
    context.close()
    assert fonts
    assert [url for url in asked if not url.startswith(live.url)] == []
    assert any(url.endswith("inter.woff2") for url in asked)


def test_paper_has_no_frame(reader: Reader) -> None:
    page = reader.opens("catalog/job/usage-pipeline/", "desktop")
    page.emulate_media(media="print")
    for selector in (".sa-header", ".sa-nav", ".sa-head .sa-actions"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.get_by_role("heading", name="What is normal?")).to_be_visible()
