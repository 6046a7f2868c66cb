"""What the portal answers, over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import jsonschema
import pytest

from streamatlas.model.judged import Evidence, Incident, Report, SourceVerdict, Status, Verdict
from streamatlas.serve import events
from streamatlas.serve.app import create
from streamatlas.serve.collector import Feed

NOW = datetime(2026, 11, 24, 2, 14, 6, tzinfo=UTC)
INLINE = '<script>__md_scope=new URL("{base}",location)</script>'


def report(reason: str = "842/s, normal 300-1.2k/s") -> Report:
    evidence = Evidence("records a second", 842.0, "1.2k", "/s", NOW)
    verdict = Verdict(Status.WARNING, reason, "slow", NOW, NOW, (evidence,), "source/flink")
    cause = Verdict(Status.CRITICAL, "No answer for 40 s: refused", "source-unreachable", NOW)
    incident = Incident(
        "1", "source/flink", "source-unreachable", Status.CRITICAL, NOW, "No answer for 40 s",
        affected=("job/usage-pipeline",), teams_hit=("billing",),
    )  # fmt: skip
    return Report(
        environment="sandbox",
        topology="4f1c2a9",
        taken_at=NOW,
        overall=cause,
        sources={"flink": SourceVerdict(cause, None)},
        nodes={"job/usage-pipeline": verdict},
        edges={"job/usage-pipeline -> store/usage": Verdict(Status.UNKNOWN, "not known")},
        incidents=(incident,),
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "catalog/map").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<title>Home</title>" + INLINE.format(base="."))
    (folder / "catalog/map/index.html").write_text(INLINE.format(base="../.."))
    (folder / "404.html").write_text("<title>Not here</title>" + INLINE.format(base="/"))
    (folder / "catalog/graph.json").write_text('{"nodes":[]}')
    (folder / "assets/bundle.a5f9d56c.min.js").write_text("1")
    return folder


def ask(
    site: Path, path: str, feed: Feed | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=create(site, feed or Feed()))
        async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(get())


def fed() -> Feed:
    feed = Feed()
    feed.publish(report())
    return feed


def test_status_is_the_report_and_costs_nothing_the_second_time(site: Path) -> None:
    first = ask(site, "/status.json", fed())
    assert first.json()["overall"]["status"] == "CRITICAL"
    assert first.headers["cache-control"] == "no-cache"
    etag = first.headers["etag"]
    again = ask(site, "/status.json", fed(), {"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


def test_status_before_the_first_poll_says_so(site: Path) -> None:
    response = ask(site, "/status.json")
    assert response.status_code == 503
    assert response.json() == {"detail": "The first poll has not ended yet."}


def test_status_follows_the_schema_published_beside_it(site: Path) -> None:
    schema = ask(site, "/status.schema.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    status = ask(site, "/status.json", fed()).json()
    assert list(validator.iter_errors(status)) == []
    status["nodes"]["job/usage-pipeline"]["status"] = "GREEN"
    assert [error.validator for error in validator.iter_errors(status)] == ["enum"]


def test_every_key_of_the_report_is_in_the_schema(site: Path) -> None:
    schema = ask(site, "/status.schema.json").json()
    status = ask(site, "/status.json", fed()).json()
    verdict, incident = schema["$defs"]["verdict"], schema["$defs"]["incident"]
    assert set(status) <= set(schema["properties"])
    assert set(status["nodes"]["job/usage-pipeline"]) <= set(verdict["properties"])
    assert set(status["incidents"][0]) <= set(incident["properties"])


@pytest.mark.parametrize("path", ["/", "/catalog/map/", "/nothing/here", "/status.json"])
def test_every_answer_is_hardened(site: Path, path: str) -> None:
    headers = ask(site, path, fed()).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_scripts_of_the_theme_run_and_no_other(site: Path) -> None:
    page = site / "catalog/map/index.html"
    assert policy_hashes(site, "/catalog/map/") == 1
    page.write_text(page.read_text() + "<script>alert(1)</script>")
    assert policy_hashes(site, "/catalog/map/") == 1
    (site / "404.html").unlink()
    assert policy_hashes(site, "/catalog/map/") == 0


def test_a_page_that_the_browser_keeps_keeps_its_policy(site: Path) -> None:
    kept = ask(site, "/catalog/map/").headers["etag"]
    again = ask(site, "/catalog/map/", headers={"If-None-Match": kept})
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


def policy_hashes(site: Path, path: str) -> int:
    policy = ask(site, path).headers["content-security-policy"]
    return len(re.findall("'sha256-[^']+'", policy))


def test_pages_are_asked_for_again_and_named_files_kept(site: Path) -> None:
    page = ask(site, "/")
    assert page.headers["cache-control"] == "no-cache"
    assert ask(site, "/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
    kept = ask(site, "/assets/bundle.a5f9d56c.min.js")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_unknown_page_is_the_404_page(site: Path) -> None:
    response = ask(site, "/catalog/job/nothing/")
    assert response.status_code == 404
    assert "Not here" in response.text


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "//etc/passwd"])
def test_nothing_outside_the_site_is_served(site: Path, path: str) -> None:
    (site.parent / "secret").write_text("secret")
    response = ask(site, path)
    assert response.status_code == 404
    assert "secret" not in response.text


def test_a_new_build_is_served_at_once(site: Path) -> None:
    async def before_and_after() -> tuple[str, str, str]:
        transport = httpx.ASGITransport(app=create(site, Feed()))
        async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
            before = (await client.get("/")).text
            site.rename(site.with_name("old"))
            between = (await client.get("/")).text
            new = site.with_name("new")
            new.mkdir()
            (new / "index.html").write_text("<title>New home</title>")
            new.rename(site)
            return before, between, (await client.get("/")).text

    before, between, after = asyncio.run(before_and_after())
    assert "Home" in before
    assert "streamatlas site" in between
    assert "New home" in after


def test_without_pages_the_portal_says_what_to_type(tmp_path: Path) -> None:
    response = ask(tmp_path / "nowhere", "/")
    assert response.status_code == 503
    assert "<pre>streamatlas site</pre>" in response.text
    assert ask(tmp_path / "nowhere", "/graph.json").status_code == 404


def test_graph_and_health(site: Path) -> None:
    assert ask(site, "/graph.json").json() == {"nodes": []}
    assert ask(site, "/healthz", fed()).json() == {"ok": True, "taken_at": NOW.isoformat()}
    assert ask(site, "/healthz").json() == {"ok": True, "taken_at": None}


Stream = AsyncIterator[bytes]


def follow(
    act: Callable[[Feed, Stream, asyncio.Event], Awaitable[None]],
    last: str | None = None,
    heartbeat: float = 15.0,
) -> None:
    async def run() -> None:
        feed, closing = fed(), asyncio.Event()
        async with aclosing(events.events(feed, last, closing, heartbeat)) as stream:
            await asyncio.wait_for(act(feed, stream, closing), 5)
        assert feed._waiting == set()

    asyncio.run(run())


def test_a_stream_begins_with_the_report_and_goes_on_with_each_new_one() -> None:
    async def act(feed: Feed, stream: Stream, closing: asyncio.Event) -> None:
        assert await anext(stream) == b"retry: 3000\n\n"
        first = await anext(stream)
        assert first.startswith(b'id: "')
        assert parsed(first)["nodes"]["job/usage-pipeline"]["reason"].startswith("842/s")
        feed.publish(report("new"))
        assert parsed(await anext(stream))["nodes"]["job/usage-pipeline"]["reason"] == "new"

    follow(act)


def parsed(event: bytes) -> dict[str, dict[str, dict[str, str]]]:
    lines = event.decode().splitlines()
    assert lines[1] == "event: status"
    data = "".join(line.removeprefix("data: ") for line in lines if line.startswith("data: "))
    return dict(json.loads(data))


def test_a_stream_resumes_after_the_report_that_the_reader_has() -> None:
    async def act(feed: Feed, stream: Stream, closing: asyncio.Event) -> None:
        await anext(stream)
        feed.publish(report("new"))
        assert parsed(await anext(stream))["nodes"]["job/usage-pipeline"]["reason"] == "new"

    current = fed().current
    assert current is not None
    follow(act, last=current.etag)


def test_a_quiet_stream_beats_and_a_slow_reader_gets_only_the_newest() -> None:
    async def act(feed: Feed, stream: Stream, closing: asyncio.Event) -> None:
        await anext(stream)
        await anext(stream)
        assert await anext(stream) == b": beat\n\n"
        for number in range(100):
            feed.publish(report(str(number)))
        await asyncio.sleep(0)
        reasons = [parsed(await anext(stream))["nodes"]["job/usage-pipeline"]["reason"]]
        while (event := await anext(stream)) != b": beat\n\n":
            reasons.append(parsed(event)["nodes"]["job/usage-pipeline"]["reason"])
        assert reasons[-1] == "99"
        assert len(reasons) <= 2

    follow(act, heartbeat=0.05)


def test_a_stream_ends_when_the_portal_stops() -> None:
    async def act(feed: Feed, stream: Stream, closing: asyncio.Event) -> None:
        await anext(stream)
        await anext(stream)
        closing.set()
        assert [event async for event in stream] == []

    follow(act)


def test_a_link_that_leads_out_of_the_site_is_not_followed(site: Path) -> None:
    (site / "escape").symlink_to("/etc")
    assert ask(site, "/escape/passwd").status_code == 404
