"""What a reader sees as reports come, stop coming, and come again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from streamatlas.model.judged import Report

pytestmark = pytest.mark.browser


class Live(Protocol):
    url: str

    def publish(self, report: Report) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Reports(Protocol):
    fine: Callable[..., Report]
    failing: Callable[..., Report]
    dark: Callable[..., Report]


def test_status_changes_without_reload(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.fine())
    page.goto(live.url)
    pill = page.locator("#sa-pill")
    expect(pill).to_contain_text("OK 3 of 3")
    expect(page.locator("[data-sa=headline]")).to_have_text("Yes. 3 of 3 are OK")
    expect(page.locator("#sa-bar")).to_be_hidden()
    expect(page).to_have_title("Map")

    live.publish(reports.failing())
    expect(pill).to_contain_text("CRITICAL")
    expect(pill).to_contain_text("1 cause, 1 affected")
    expect(page.locator("[data-sa=headline]")).to_have_text(
        "One job fails. One thing waits for it."
    )
    bar = page.locator("#sa-bar")
    expect(bar).to_contain_text("CRITICAL usage-pipeline: Restarts in a loop")
    expect(bar).to_contain_text("1 affected, 1 team hit: billing.")
    expect(bar.get_by_role("link", name="Open triage")).to_have_attribute(
        "href", f"{live.url}catalog/triage/job-restarts/"
    )
    expect(page).to_have_title("CRITICAL: usage-pipeline | Map")
    assert "data:image/svg+xml" in (page.locator("link[rel=icon]").get_attribute("href") or "")


def test_marks_of_a_node(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.failing())
    page.goto(live.url)
    box = page.locator("#box .sa-verdict")
    expect(box).to_contain_text("Restarts in a loop: 7 restarts in 10 min, limit 3")
    expect(box).to_contain_text("Teams hit")
    expect(box.locator(".sa-over")).to_have_text("7")
    node = page.locator("a.sa-node")
    expect(node).to_contain_class("sa-is-critical sa-is-cause")
    expect(node.locator("use")).to_have_attribute("href", "#sa-g-critical")
    expect(node).to_have_attribute("aria-label", "usage-pipeline 7, CRITICAL, job")
    expect(page.locator(".sa-edge")).to_contain_class("sa-is-affected")
    expect(page.locator("#team")).to_contain_text("CRITICAL usage-pipeline: Restarts in a loop")
    tally = page.locator("[data-sa=tally] b")
    expect(tally).to_have_text(["1", "1", "0", "0", "0", "0", "1"])


def test_rows_stand_worst_first_and_affected_names_no_status(
    page: Page, live: Live, reports: Reports
) -> None:
    live.publish(reports.failing())
    page.goto(live.url)
    chips = page.locator("[data-sa-sort] [data-sa=chip]")
    expect(chips).to_have_text(["CRITICAL", "affected", "OK"])
    live.publish(reports.fine())
    expect(page.locator("[data-sa-sort] td:nth-child(2)")).to_have_text(
        ["service/vault", "store/usage", "job/usage-pipeline"]
    )


def test_times_are_the_readers_with_utc_beside(page: Page, live: Live, reports: Reports) -> None:
    report = reports.failing()
    live.publish(report)
    page.goto(live.url)
    since = report.incidents[0].opened_at
    utc = f"({since:%H:%M} UTC)"
    expect(page.locator("#sa-bar")).to_contain_text(f"Berlin {utc}")


def test_old_data_is_said_to_be_old(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.failing())
    page.clock.install()
    page.goto(live.url)
    pill = page.locator("#sa-pill")
    expect(pill).to_contain_text("1 cause")

    page.clock.fast_forward(31_000)
    expect(pill).to_contain_text("CRITICAL")
    expect(pill).to_contain_text("s ago, reconnecting")
    expect(pill).to_contain_class("sa-stale")

    page.clock.fast_forward(65_000)
    expect(pill).to_contain_text("UNKNOWN no data")
    expect(page.locator("[data-sa-sort] [data-sa=chip]")).to_have_text(["UNKNOWN"] * 3)
    expect(page.locator("#sa-bar")).to_contain_text("No data for 1 min")
    expect(page.locator("a.sa-node")).not_to_contain_class("sa-is-critical")


def test_a_cut_connection_is_said_and_heals(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.fine())
    page.clock.install()
    page.goto(live.url)
    pill = page.locator("#sa-pill")
    expect(pill).to_contain_text("3 of 3")
    live.stop()
    page.clock.fast_forward(31_000)
    expect(pill).to_contain_text("reconnecting")
    page.clock.fast_forward(70_000)
    expect(pill).to_contain_text("no data")

    live.start()
    live.publish(reports.fine(reports.fine().taken_at + timedelta(seconds=31 + 70 + 67)))
    page.clock.fast_forward(67_000)  # more than the longest pause between two questions
    expect(pill).to_contain_text("OK 3 of 3")
    expect(pill).not_to_contain_class("sa-stale")


def test_new_reports_neither_move_the_focus_nor_speak(
    page: Page, live: Live, reports: Reports
) -> None:
    live.publish(reports.failing())
    page.goto(live.url)
    page.get_by_role("region", name="Evidence for usage-pipeline").focus()
    bar = page.locator("#sa-bar p")
    text = bar.evaluate_handle("bar => bar")
    newer = reports.failing()
    live.publish(newer)
    read = (
        newer.taken_at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{newer.taken_at.microsecond // 1000:03}Z"
    )
    expect(page.locator("#box td .sa-age").first).to_have_attribute("data-sa-at", read)
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Evidence for usage-pipeline"
    assert bar.evaluate("(bar, before) => bar === before", text)

    live.publish(reports.failing("Restarts in a loop: 8 restarts in 10 min, limit 3"))
    expect(bar).to_contain_text("8 restarts")
    expect(page.locator("#sa-bar")).to_have_attribute("aria-live", "off")
    live.publish(reports.dark())
    expect(bar).to_contain_text("UNKNOWN Flink")
    expect(page.locator("#sa-bar")).to_have_attribute("aria-live", "polite")


def test_without_servers_nobody_can_say(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.dark())
    page.goto(live.url)
    expect(page.locator("#sa-pill")).to_contain_text("UNKNOWN 3 of 3 not known")
    expect(page.locator("[data-sa=headline]")).to_have_text(
        "Nobody can say. Three things cannot be judged."
    )
    expect(page.locator("#sa-bar")).to_contain_text("UNKNOWN Flink: no answer for 40 s: refused.")
    expect(page).to_have_title("UNKNOWN: Flink | Map")


def test_text_in_reports_is_never_markup(page: Page, live: Live, reports: Reports) -> None:
    hostile = (
        "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    )
    live.publish(reports.failing(hostile))
    page.goto(live.url)
    expect(page.locator("#box")).to_contain_text(hostile)
    expect(page.locator("img, main script")).to_have_count(0)
    expect(page).to_have_title("CRITICAL: usage-pipeline | Map")


def test_scripts_of_the_theme_run_again_and_again_and_no_other(
    browser: Browser, live: Live, site: Path
) -> None:
    home = site / "index.html"
    smuggled = "<script>document.documentElement.dataset.smuggled = 1</script>"
    home.write_text(home.read_text().replace("<main>", f"<main>{smuggled}"))
    page = browser.new_page()
    for _ in range(3):  # the browser keeps the page, and asks whether it has changed
        page.goto(live.url)
        assert page.evaluate("'theme' in document.documentElement.dataset")
        assert not page.evaluate("'smuggled' in document.documentElement.dataset")
    page.close()


def test_a_page_of_another_topology_says_so(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.fine(topology="9b20e11000"))
    page.goto(live.url)
    expect(page.locator("#sa-bar")).to_contain_text("This page is older than the file")
    expect(page.locator("footer")).to_contain_text("the portal watches 9b20e11")


def test_without_a_stream_the_page_asks(page: Page, live: Live, reports: Reports) -> None:
    page.route("**/events", lambda route: route.fulfill(status=404))
    live.publish(reports.fine())
    page.clock.install()
    page.goto(live.url)
    expect(page.locator("#sa-pill")).to_contain_text("3 of 3")
    live.publish(reports.failing())
    page.clock.fast_forward(12_000)
    # The page may have been refused its stream only after the leap, and then waits its ten seconds.
    expect(page.locator("#sa-pill")).to_contain_text("1 cause")


def test_before_the_first_poll_the_page_waits(page: Page, live: Live, reports: Reports) -> None:
    page.goto(live.url)
    pill = page.locator("#sa-pill")
    expect(pill).to_contain_text("UNKNOWN loading")
    live.publish(reports.fine())
    expect(pill).to_contain_text("3 of 3")


def test_without_a_portal_the_page_says_so(page: Page, site: Path) -> None:
    def only_files(route: Route) -> None:
        file = site / urlsplit(route.request.url).path.lstrip("/")
        route.fulfill(path=file) if file.is_file() else route.fulfill(status=404)

    page.route("http://static.test/**", only_files)
    page.goto("http://static.test/index.html")
    expect(page.locator("#sa-pill")).to_contain_text("no live status here")
    expect(page.locator("#sa-bar")).to_contain_text("No live status here")


def test_without_javascript_the_page_says_so(browser: Browser, live: Live) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live.url)
    expect(page.locator("#sa-pill")).to_contain_text("live status needs JavaScript")
    expect(page.get_by_role("link", name="status.json")).to_be_visible()
    context.close()


def test_keys(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.fine())
    page.goto(live.url)
    expect(page.locator("#sa-pill")).to_contain_text("3 of 3")
    page.keyboard.press("/")
    expect(page.locator("input")).to_be_focused()
    page.keyboard.type("g m?")
    expect(page.locator("input")).to_have_value("g m?")
    page.locator("input").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(f"{live.url}catalog/map/")
    expect(page.locator("#sa-pill")).to_contain_text("3 of 3")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(f"{live.url}catalog/triage/")


def test_triage_leads_to_the_flowchart_that_fits(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.fine())
    page.goto(f"{live.url}?from=job/usage-pipeline")
    button = page.get_by_role("link", name="Open triage of the pipeline")
    fitting = page.get_by_role("link", name="It restarts in a loop")
    expect(page.locator("#sa-pill")).to_contain_text("OK 3 of 3")
    expect(button).to_have_attribute("href", "catalog/triage/usual/")
    expect(fitting).not_to_have_class("sa-fits")
    chosen = page.locator("[data-sa-node='job/usage-pipeline']").first
    expect(chosen).to_have_class(re.compile("sa-chosen"))
    asked = page.locator("[data-sa-asked]")
    expect(asked).to_have_text("usage-pipeline 842/s, normal 300-1.2k/s")

    live.publish(reports.failing())
    address = f"{live.url}catalog/triage/job-restarts/?node=job/usage-pipeline"
    expect(button).to_have_attribute("href", address)
    expect(fitting).to_have_class("sa-fits")

    live.publish(reports.fine())
    expect(button).to_have_attribute("href", "catalog/triage/usual/")


def test_a_cause_says_whom_to_call(page: Page, live: Live, reports: Reports) -> None:
    live.publish(reports.failing())
    page.goto(live.url)
    cause = page.locator("[data-sa-overall] [data-sa=cause]")
    expect(cause).to_contain_text("usage-pipeline")
    call = cause.get_by_role("link", name="platform")
    expect(call).to_have_attribute("href", f"{live.url}catalog/team/platform/")


def test_without_a_question_in_the_address_nothing_is_told(
    page: Page, live: Live, reports: Reports
) -> None:
    live.publish(reports.fine())
    page.goto(live.url)
    expect(page.locator("#sa-pill")).to_contain_text("OK 3 of 3")
    expect(page.locator("[data-sa-asked]")).to_be_hidden()
