"""Every key that may be declared is on its page, and what is not acted on says so."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import pytest

from factory import graph_of
from stacked import stacked
from streamatlas.model.problem import Position
from streamatlas.targets import TARGETS
from streamatlas.targets.file import Facts
from streamatlas.targets.pages import capacity, promises
from streamatlas.targets.pages.said import edit_address

PLATFORM = """\
platform: trams
edit: https://git.example.net/trams/blob/main/{file}#L{line}
teams:
  depot: {chat: depot-eng, timezone: Europe/Oslo, was: sheds, also: rolling stock,
    links: {rota: 'https://rota.example.net/depot?week=1&day=2'}, chat-webhook: $DEPOT_CHAT,
    chat-limit: 6/h}
  town: {chat: town-eng}
services:
  doors:
    owner: depot
    was: [door-box, hatch]
    also: gates
    links: {repository: https://git.example.net/doors, logs: https://logs.example.net/doors}
    deprecated: {until: 2027-03-31, use: service/town-hall, why: The boxes are sold.}
    limits: {rate: 2k/s, size: 1.5TiB}
    writes: {doors.raw: {doc: A record each time a door opens., principal: door-user}}
    normal:
      rate: 5-50/s
      alerts-at: 900/s
      latency: 3min
      agreed: 2026-11-02 with Ida
      review-every: 90d
      windows:
        - {at: 07:30-08:00 weekdays, rate: 100-400/s, records: 100k-700k, required: true,
           why: morning, from: 2026-12-01, until: 2027-06-30}
  town-hall: {owner: town, reads: {store/doors: {watched-by: depot, doc: For the yearly report.}}}
topics:
  doors.raw: {schema: door, cluster: fast, retention: 3d, replication: 2, idle-timeout: 4min,
    bad-records: skip, timezone: Europe/Oslo}
stores:
  doors: {owner: town, schema: door}
schemas:
  door:
    doc: One opening of one door.
    id: opening
    time: opened_at
    fields:
      opening: string
      width: {type: 'decimal(6,2)', unit: cm, doc: How far it went., classification: secret}
      opened_at: timestamp
jobs:
  keep:
    owner: town
    reads: {doors.raw: {as: openings, group: openings-group}}
    writes: {store/doors: {select: SELECT * FROM openings, guarantee: at-least-once}}
    worst-outage: 36h
    savepoints: 4 or 20d
    taskmanager-memory: 3GiB
glossary:
  opening: {doc: A door that opened., see: [topic/doors.raw, width]}
  width: How far.
views:
  all-doors: {of: store/doors, depth: all, direction: upstream, collapsed: team/town}
  near: {of: service/doors}
maintenance:
  - {of: store/doors, date: 2026-12-05, at: 22:00-02:00, timezone: Europe/Oslo, why: new disks}
  - {of: [team/depot, topic/doors.raw], at: 03:00-03:20 tue, why: wash}
  - {of: job/keep, date: 2027-03-28, at: 02:10-02:40, timezone: Europe/Oslo}
environments:
  sandbox: {traffic: {scale: 0.5}}
  live:
    portal: https://trams.example.net
    kafka:
      main: {address: 'k.example.net:9093', user: $K_USER, password: $K_PASSWORD}
      fast: {address: 'f.example.net:9093', user: $F_USER, password: $F_PASSWORD,
        ca: /etc/ca.pem, cert: /etc/me.pem, key: /etc/me.key}
    flink: {address: https://flink.example.net, token: $FLINK_TOKEN, state: s3://trams}
    metrics: {from: kminion, address: https://prom.example.net}
    deploy: {before: ticket open, after: ticket close, within: 9min}
    topics: {doors.raw: {partitions: 48, limits: {rate: 7k/s}}}
    jobs: {keep: {parallelism: 5, taskmanager-memory: 6GiB}}
"""


@cache
def pages(environment: str = "live") -> dict[str, str]:
    """The text of every page, without its marks."""
    graphs = tuple(graph_of(PLATFORM, name) for name in ("sandbox", "live"))
    (graph,) = (each for each in graphs if each.environment == environment)
    files = [f for target in TARGETS for f in target.generate(Facts(graph, stacked, (), graphs))]
    return {
        f.path.removeprefix("docs/catalog/").removesuffix(".md"): f.text
        for f in files
        if f.path.endswith(".md")
    }


def words(page: str) -> str:
    """What a reader sees of a page, on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", pages()[page]))).replace(" ,", ",")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("service/doors", "Deprecated. It may be used until 31 Mar 2027."),
        ("service/doors", "Use town-hall instead. Why: The boxes are sold."),
        ("service/doors", "Was door-box, hatch"),
        ("service/doors", "Also called gates"),
        ("service/doors", "Links repository, logs"),
        ("service/doors", "Can take 2k/s, 1.5 TiB"),
        ("service/doors", "begin at 900/s"),
        ("service/doors", "3 min is promised"),
        ("service/doors", "2 Nov 2026 with Ida; to be looked at again by 31 Jan 2027 (every 90 d)"),
        ("service/doors", "07:30-08:00 weekdays Oslo from 1 Dec 2026 until 30 Jun 2027"),
        ("service/doors", "06:30-07:00 in January, 05:30-06:00 in July"),
        ("service/doors", "100k-700k"),
        ("service/doors", "morning (must happen, at the latest 5 min after its end)"),
        ("service/doors", "A record each time a door opens."),
        ("service/doors", "door-user"),
        ("service/doors", "03:00-03:20 tue Oslo"),
        ("service/doors", "Declared in topology.yaml, line 9. Edit this fact"),
        ("topic/doors.raw", "Runs on Kafka fast"),
        ("topic/doors.raw", "48, 2 copies"),
        ("topic/doors.raw", "Kept 3 d"),
        ("topic/doors.raw", "wall clock of Oslo"),
        ("topic/doors.raw", "holds results back for 4 min at most"),
        ("topic/doors.raw", "A record that cannot be read is left out"),
        ("topic/doors.raw", "One opening of one door."),
        ("topic/doors.raw", "width decimal(6,2) cm How far it went. secret"),
        ("topic/doors.raw", "Can take 7k/s"),
        ("topic/doors.raw", "02:00-02:20 in January, 01:00-01:20 in July"),
        ("job/keep", "openings-group"),
        ("job/keep", "Name in SQL"),
        ("job/keep", "at-least-once"),
        ("job/keep", "36 h down, and nothing is lost"),
        ("job/keep", "keep the newest 4, and all of 20 d"),
        ("job/keep", "6 GiB a TaskManager"),
        ("job/keep", "28 Mar 2027, 02:10-02:40 Oslo not at all: the clock skips it"),
        ("store/doors", "For the yearly report."),
        ("store/doors", "5 Dec 2026 21:00 to 6 Dec 2026 01:00"),
        ("service/town-hall", "For the yearly report."),
        ("team/depot", "Was sheds"),
        ("team/depot", "Also called rolling stock"),
        ("team/depot", "Links rota"),
        ("team/depot", "the address in $DEPOT_CHAT"),
        ("team/depot", "6 an hour; the rest comes later, as one message"),
        ("team/depot", "What work is announced?"),
        ("glossary", "opening A door that opened. See doors.raw, width."),
        ("views", "all-doors doors all upstream town"),
        ("views", "near doors 1 edge upstream and downstream nothing"),
        ("maintenance", "5 Dec 2026, 22:00-02:00 Oslo 5 Dec 2026 21:00 to 6 Dec 2026 01:00 doors"),
        ("maintenance", "depot doors.raw wash"),
        ("environments", "made up; rates and limits are 0.5 times those that are declared"),
        ("environments", "https://trams.example.net".removeprefix("https://")),
        ("environments", "exported by KMinion, kept at prom.example.net"),
        ("environments", "Before a job is replaced ticket open within 9 min"),
        ("environments", "After it ticket close within 9 min"),
        ("environments", "as $F_USER, password in $F_PASSWORD"),
        ("environments", "authority /etc/ca.pem; certificate /etc/me.pem; key in /etc/me.key"),
        ("environments", "with the token in $FLINK_TOKEN"),
        ("environments", "state in s3://trams"),
        ("environments", "doors.raw partitions 48"),
        ("environments", "doors.raw limits"),
        ("environments", "keep parallelism 5"),
        ("environments", "6 GiB"),
        ("source/kafka.fast", "as $F_USER, password in $F_PASSWORD"),
    ],
)
def test_what_is_declared_is_on_its_page(page: str, said: str) -> None:
    assert said in re.sub(r"\s+", " ", words(page))


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("service/doors", "https://git.example.net/doors"),
        ("service/doors", "https://git.example.net/trams/blob/main/topology.yaml#L9"),
        ("service/doors", "../../../catalog/service/town-hall/"),
        ("team/depot", "https://rota.example.net/depot?week=1&amp;day=2"),
        ("glossary", "../../catalog/topic/doors.raw/"),
        ("glossary", "#width"),
        ("views", "../../catalog/map/?from=store/doors"),
        ("index", "maintenance/"),
    ],
)
def test_what_is_linked(page: str, address: str) -> None:
    assert f'href="{address}"' in pages()[page]


LIMITED = """\
platform: bakery
teams: {oven: {chat: oven, timezone: Europe/Oslo}, shop: {chat: shop, timezone: Asia/Kolkata}}
services:
  ovens: {owner: oven, writes: loaves, normal: {rate: up to 5/s, windows: [
    {at: 05:00-06:00, rate: up to 90/s, why: first bread, from: 2028-05-01}]}}
  tills: {owner: shop, writes: sold, normal: {rate: 1-20/s, windows: [
    {at: 09:00-09:10, rate: up to 60/s}]}}
  scales: {owner: shop, writes: weighed, normal: {rate: at least 2/s}}
  report: {owner: shop, reads: [loaves, sold], limits: {rate: 400/s}}
  audit: {owner: shop, reads: weighed, limits: {rate: 9/s, size: 5GiB}}
  unsaid: {owner: shop, reads: quiet, limits: {rate: 9/s}}
  small: {owner: shop, reads: quiet, limits: {size: 5GiB}}
  mute: {owner: shop, writes: quiet}
topics: {loaves: {}, sold: {}, weighed: {}, quiet: {}}
"""


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        # 03:00-04:00 UTC and 03:30-03:40 UTC, once the first window is there.
        (
            "service/report",
            "Normal at most 150/s: ovens 90, tills 60 Then in the window 05:00-06:00 of ovens "
            "(first bread) and the window 09:00-09:10 of tills; such as 1 May 2028 03:30-03:40 UTC",
        ),
        ("service/audit", "Normal at most at least 2/s: scales 2 Then at any time"),
        ("service/unsaid", "Normal at most not said by anything that flows in"),
    ],
)
def test_a_limit_stands_beside_what_is_normal_at_most(ref: str, said: str) -> None:
    graph = graph_of(LIMITED)
    seen = re.sub(r"<[^>]+>", "", capacity.block(graph, graph.node(ref)))
    assert said in re.sub(r"\s+", " ", seen)


def test_without_a_limit_of_a_rate_nothing_is_added_up() -> None:
    graph = graph_of(LIMITED)
    assert "Normal at most" not in capacity.block(graph, graph.node("service/small"))
    assert capacity.block(graph, graph.node("service/mute")) == ""


def test_every_page_leads_to_its_line() -> None:
    lost = [page for page, text in pages().items() if "Edit this fact" not in text]
    assert lost == []


def test_a_page_says_what_is_not_acted_on() -> None:
    everything = "\n".join(pages().values())
    unsaid = [key for key in promises.KEYS if promises.said(key) not in everything]
    assert unsaid == []
    assert promises.note("partitions") == ""


@pytest.mark.parametrize(
    ("file", "edit"),
    [
        ("teams/two words#?.yaml", "https://x.example/teams/two%20words%23%3F.yaml"),
        ("teams/ü%.yaml", "https://x.example/teams/%C3%BC%25.yaml"),
        ("/etc/passwd", None),
        ("../out.yaml", None),
    ],
)
def test_a_file_is_a_path_within_the_project(file: str, edit: str | None) -> None:
    assert edit_address("https://x.example/{file}", Position(file)) == edit
    assert edit_address("javascript:alert({line})", Position(file)) is None


def test_what_is_not_acted_on_are_keys_of_the_format() -> None:
    assert [key for key in promises.KEYS if f"{key}:" not in f"{PLATFORM} certificates:"] == []
