"""The site of each platform of another trade: complete, and fit for every reader."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from factory import ROOT
from streamatlas.build import build
from streamatlas.layout.graphviz import cached
from streamatlas.load.project import runbooks
from streamatlas.site.render import render

pytestmark = pytest.mark.browser

PAGES = {
    "railway": ("service/split-flaps", "topic/timetable", "job/delays", "maintenance"),
    "payments": ("service/terminals", "topic/payments.requested", "environments", "views"),
    "parcels": ("topic/scans.us", "store/parcels", "team/depots-us", "glossary"),
}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module", params=PAGES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of one of them, with those of the project; nothing is written beside it."""
    name = str(request.param)
    folder = tmp_path_factory.mktemp(name) / name
    topology = ROOT / "examples" / name / "topology.yaml"
    layout, trees = cached(folder / "layout"), runbooks(topology.parent)
    assert build(topology, "production", folder, trees, layout).files
    render(ROOT, folder / "site", folder / "docs")
    return folder / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_site_speaks_of_its_own_platform_alone(site: Path) -> None:
    assert (site / "catalog/map/index.html").exists()
    assert (site / "handbook/start/index.html").exists()
    assert not (site / "handbook/usage/index.html").exists()
    assert not (site / "catalog/job/usage-pipeline").exists()
    assert "customer-usage" not in (site / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_is_fit_for_every_reader(
    site: Path, address: str, browser: Browser, width: int, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    found = {}
    for path in PAGES[site.parent.name]:
        page.goto(f"{address}/catalog/{path}/")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found[path] = (_grave(Axe().run(page).response["violations"]), max(wide, 0))
    context.close()
    assert found == dict.fromkeys(found, ([], 0))


def _grave(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{each['id']}: {node['target']}"
        for each in violations
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
