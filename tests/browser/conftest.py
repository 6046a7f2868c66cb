"""A real browser and a real portal whose reports the test chooses."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from streamatlas.model.judged import Evidence, Incident, Report, SourceVerdict, Status, Verdict
from streamatlas.serve.app import create
from streamatlas.serve.collector import Feed

WEB = Path(__file__).parents[2] / "web"
GLYPHS = ("critical", "affected", "warning", "unknown", "maintenance", "expected", "ok")
DIGEST = "4f1c2a9000"
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
THEME = 'document.documentElement.dataset.theme = new URL(".",location)'


class Live:
    """The portal on a port of its own, in a thread; `publish` is the collector's part."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._port = 0
        self._last: Report | None = None
        self._loop = asyncio.new_event_loop()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start, or start again on the same port; the feed then begins with the last report."""
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        self._feed = Feed()
        self._app = create(self._site, self._feed)
        config = uvicorn.Config(self._app, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if self._last is not None:
            self.publish(self._last)

    def _run(self) -> None:
        self._loop.run_until_complete(self._server.serve(sockets=[self._listening]))

    def publish(self, report: Report) -> None:
        self._last = report
        self._loop.call_soon_threadsafe(self._feed.publish, report)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._app.state.closing.set)
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    def close(self) -> None:
        if self._thread.is_alive():
            self.stop()
        self._loop.close()


@pytest.fixture(scope="module")  # Playwright holds the thread's event loop as long as it lives
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("No chromium: type apt-get install chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a reader in Berlin; a script error or a breach of policy fails the test."""
    context = browser.new_context(timezone_id="Europe/Berlin", locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A page with every mark, as the generated pages carry them."""
    folder = tmp_path / "site"
    shutil.copytree(WEB, folder / "assets")
    for path, root in (("index.html", "."), ("catalog/map/index.html", "../../")):
        page = folder / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_marked(root))
    (folder / "catalog/triage").mkdir()
    (folder / "catalog/triage/index.html").write_text("<title>Triage</title>")
    (folder / "404.html").write_text(f"<title>Not here</title><script>{THEME}</script>")
    return folder


@pytest.fixture
def live(site: Path) -> Iterator[Live]:
    portal = Live(site)
    yield portal
    portal.close()


def _marked(root: str) -> str:
    symbols = "".join(f'<symbol id="sa-g-{g}"><circle r="8"/></symbol>' for g in GLYPHS)
    rows = "".join(
        f'<tr data-sa-node="{ref}"><td><span data-sa="chip">UNKNOWN</span></td><td>{ref}</td>'
        '<td data-sa="reason">Live status needs JavaScript</td><td data-sa="age"></td></tr>'
        for ref in ("service/vault", "store/usage", "job/usage-pipeline")
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title>
<script>{THEME}</script></head>
<body data-sa-root="{root}" data-sa-topology="{DIGEST}" data-sa-environment="sandbox">
<svg width="0" height="0" aria-hidden="true"><defs>{symbols}</defs></svg>
<input data-md-component="search-query" aria-label="Search">
<a id="sa-pill" class="sa-pill sa-is-unknown" href="status/"><b class="sa-pill-word">UNKNOWN</b>
<span class="sa-pill-count">live status needs JavaScript</span></a>
<a href="status.json">status.json</a>
<div id="sa-bar" class="sa-bar" role="status" aria-live="polite" hidden></div>
<main><div data-sa-overall><span data-sa="chip">UNKNOWN</span><p data-sa="answer"></p>
<p data-sa="headline"></p><p data-sa="reason"></p><p data-sa="cause"></p><p data-sa="affected"></p>
<p data-sa="teams-hit"></p><ul data-sa="tally"></ul><p data-sa="actions"></p></div>
<div id="box" data-sa-node="job/usage-pipeline"><div data-sa="verdict">UNKNOWN</div></div>
<svg width="300" height="100"><a class="sa-node" data-sa-node="job/usage-pipeline" href="#"><g>
<use data-sa="glyph" href="#sa-g-unknown"/><text data-sa="reading" y="20">0</text></g></a>
<path class="sa-edge" data-sa-edge="job/usage-pipeline -> store/usage" d="M0 0h9"/></svg>
<table data-sa-sort><tbody>{rows}</tbody></table>
<p id="team" data-sa-team="platform" data-sa-owns="job/usage-pipeline store/usage">
<span data-sa="chip"></span> <span data-sa="reason"></span></p>
<section data-sa-asked hidden><b data-sa="name"></b> <span data-sa="reason"></span></section>
<a data-sa-triage="job/usage-pipeline" href="catalog/triage/usual/">Open triage of the pipeline</a>
<ul data-sa-triage="job/usage-pipeline"><li><a href="{root}/catalog/triage/job-restarts/?node=x">
It restarts in a loop</a></li></ul></main>
<footer><span data-sa="drift"></span></footer>
<script type="module" src="{root}/assets/streamatlas.js"></script></body></html>"""


class Reports:
    """Reports to publish."""

    def fine(self, taken_at: datetime | None = None, topology: str = DIGEST) -> Report:
        """Everything is OK."""
        at = taken_at or datetime.now(UTC)
        rate = Evidence("records a second", 842.0, None, "/s", at)
        ok = Verdict(Status.OK, "842/s, normal 300-1.2k/s", observed_at=at, evidence=(rate,))
        return Report(
            environment="sandbox",
            topology=topology,
            taken_at=at,
            overall=Verdict(Status.OK, "3 of 3 are OK"),
            sources={"flink": SourceVerdict(ok, at)},
            nodes={"service/vault": ok, "job/usage-pipeline": ok, "store/usage": ok},
            edges={"job/usage-pipeline -> store/usage": ok},
        )

    def failing(self, reason: str = "Restarts in a loop: 7 restarts in 10 min, limit 3") -> Report:
        """The pipeline fails; the store behind it is affected."""
        report = self.fine()
        since = report.taken_at - timedelta(minutes=12)
        runbook = "catalog/triage/job-restarts/"
        cause = Verdict(
            Status.CRITICAL,
            reason,
            rule="restart-loop",
            since=since,
            observed_at=report.taken_at,
            evidence=(Evidence("Restarts in 10 min", 7, 3, "", report.taken_at),),
            teams_hit=("billing",),
            watched_by="platform",
            runbook=runbook,
        )
        waits = Verdict(
            Status.WARNING,
            "No row for 12 min, because usage-pipeline is CRITICAL",
            since=since,
            observed_at=report.taken_at,
            cause="job/usage-pipeline",
            path=("job/usage-pipeline", "store/usage"),
        )
        incident = Incident(
            "1", "job/usage-pipeline", "restart-loop", Status.CRITICAL, since, reason,
            affected=("store/usage",), teams_hit=("billing",), runbook=runbook,
        )  # fmt: skip
        return Report(
            environment="sandbox",
            topology=DIGEST,
            taken_at=report.taken_at,
            overall=Verdict(
                Status.CRITICAL, "1 CRITICAL, 1 affected", since=since, runbook=runbook
            ),
            sources=report.sources,
            nodes={**report.nodes, "job/usage-pipeline": cause, "store/usage": waits},
            edges={"job/usage-pipeline -> store/usage": waits},
            incidents=(incident,),
        )

    def dark(self) -> Report:
        """Nothing answers."""
        fine = self.fine()
        unknown = Verdict(Status.UNKNOWN, "not known: no answer from Flink", since=fine.taken_at)
        refused = Verdict(Status.UNKNOWN, "no answer for 40 s: refused", since=fine.taken_at)
        return Report(
            environment="sandbox",
            topology=DIGEST,
            taken_at=fine.taken_at,
            overall=Verdict(Status.UNKNOWN, "3 UNKNOWN", since=fine.taken_at),
            sources={"flink": SourceVerdict(refused, None)},
            nodes=dict.fromkeys(fine.nodes, unknown),
            edges=dict.fromkeys(fine.edges, unknown),
        )


@pytest.fixture
def reports() -> Reports:
    return Reports()
