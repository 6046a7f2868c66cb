"""The feed and the live loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from streamatlas.graph.graph import Graph
from streamatlas.model.judged import Report, Status, Verdict
from streamatlas.model.observed import Reading, Snapshot
from streamatlas.serve.collector import Feed, Published, explained, run

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def report(reason: str) -> Report:
    return Report("sandbox", "digest", NOW, Verdict(Status.OK, reason))


async def soon(changes: AsyncIterator[Published]) -> str:
    published = await asyncio.wait_for(anext(changes), 2)
    return published.report.overall.reason


def test_before_the_first_report_there_is_none() -> None:
    assert Feed().current is None


def test_the_tag_is_that_of_the_bytes() -> None:
    feed = Feed()
    first, again, other = (feed.publish(report(r)) for r in ("a", "a", "b"))
    assert first.body == again.body and first.etag == again.etag != other.etag
    assert first.etag.startswith('"') and first.etag.endswith('"')
    assert json.loads(other.body)["overall"]["reason"] == "b"
    assert feed.current is other


def test_changes_begin_with_the_current_report() -> None:
    async def follow() -> list[str]:
        feed = Feed()
        feed.publish(report("before"))
        changes = feed.changes()
        seen = [await soon(changes)]
        feed.publish(report("after"))
        seen.append(await soon(changes))
        await changes.aclose()
        return seen

    assert asyncio.run(follow()) == ["before", "after"]


def test_a_slow_reader_gets_the_newest_and_holds_up_nobody() -> None:
    async def follow() -> tuple[str, str]:
        feed = Feed()
        feed.publish(report("0"))
        slow, quick = feed.changes(), feed.changes()
        for reader in (slow, quick):
            await soon(reader)
        for number in range(1, 1000):
            feed.publish(report(str(number)))
        seen = await soon(slow), await soon(quick)
        for reader in (slow, quick):
            await reader.aclose()
        return seen

    assert asyncio.run(follow()) == ("999", "999")


def test_who_leaves_is_forgotten() -> None:
    async def follow() -> int:
        feed = Feed()
        feed.publish(report("a"))
        changes = feed.changes()
        await soon(changes)
        await changes.aclose()
        return len(feed._waiting)

    assert asyncio.run(follow()) == 0


def test_the_loop_publishes_what_it_cannot_read_as_unknown(graph: Graph) -> None:
    async def first() -> Published:
        feed = Feed()
        polling = asyncio.create_task(run(graph, {}, feed, lambda: NOW))
        published = await asyncio.wait_for(anext(feed.changes()), 10)
        polling.cancel()
        await asyncio.wait([polling])
        return published

    published = asyncio.run(first())
    assert published.report.overall.status is Status.UNKNOWN
    assert published.report.taken_at == NOW < NOW + timedelta(seconds=1)


def test_what_is_known_of_a_source_is_added_to_its_reason(graph: Graph) -> None:
    answered: Reading[None] = Reading(None, NOW)
    silent: Reading[None] = Reading(missing="refused")
    topic = next(iter(graph.topics.values())).ref
    edge = next(edge for edge in graph.edges if edge.origin == topic)
    snapshot = Snapshot(
        NOW,
        sources={"source/kafka": silent, "source/flink": answered},
        topics={topic: Reading(missing="refused")},
        groups={f"{topic} -> {edge.target}": Reading(missing="refused")},
        stores={s.ref: Reading(missing="does not exist") for s in graph.stores.values()},
    )

    told = explained(snapshot, graph, lambda source: f"{source.kind} did not start: no disk")

    why = "refused; kafka did not start: no disk"
    assert told.sources["source/kafka"].missing == why
    assert told.sources["source/flink"] == answered
    assert [reading.missing for reading in told.topics.values()] == [why]
    assert [reading.missing for reading in told.groups.values()] == [why]
    assert told.stores == snapshot.stores
    assert explained(snapshot, graph, lambda source: "") == snapshot


def test_the_reason_reaches_the_report(graph: Graph) -> None:
    async def first() -> Published:
        feed = Feed()
        why = {"source/kafka": "kafka did not start: no disk"}
        polling = asyncio.create_task(
            run(graph, {}, feed, lambda: NOW, why=lambda source: why.get(source.ref, ""))
        )
        published = await asyncio.wait_for(anext(feed.changes()), 10)
        polling.cancel()
        await asyncio.wait([polling])
        return published

    assert b"; kafka did not start: no disk" in asyncio.run(first()).body
