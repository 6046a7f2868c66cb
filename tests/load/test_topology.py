"""Includes, digests, positions, and what is saved of a file with mistakes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from factory import EXAMPLE, SMALL, loaded, topologies
from streamatlas.checks.everything import problems
from streamatlas.graph.resolve import resolve
from streamatlas.load.topology import MOST_ENVIRONMENTS, MOST_STEPS, load_topology, loads
from streamatlas.model.problem import Position


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "topology.yaml"


MAIN = """\
platform: shop
include: teams/*.yaml
teams: {shop: {chat: a}}
topics: {orders: {owner: shop}}
"""
DATA = "owner: data\nteams: {data: {chat: b}}\nservices:\n  reports: {reads: orders}\n"


def test_included_files_form_one_topology(tmp_path: Path) -> None:
    found = load_topology(write(tmp_path, {"topology.yaml": MAIN, "teams/data.yaml": DATA}))
    assert found.problems == ()
    graph = resolve(found, "sandbox")
    assert graph.services["reports"].owner == "data"
    assert graph.topics["orders"].owner == "shop"
    assert graph.services["reports"].at == Position("teams/data.yaml", 4, 3)
    assert found.positions.value("services", "reports", "reads").column == 20


def test_a_team_may_be_written_with_its_kind(tmp_path: Path) -> None:
    plain = DATA.replace("reads: orders", "owner: data, reads: {orders: {watched-by: data}}")
    kinds = plain.replace("owner: data", "owner: team/data").replace("by: data", "by: team/data")
    found = [
        load_topology(write(tmp_path, {"topology.yaml": MAIN, "teams/data.yaml": text}))
        for text in (plain, kinds)
    ]
    assert found[0].problems == found[1].problems == ()
    assert found[0].topology == found[1].topology
    assert found[0].owners == found[1].owners


def test_who_owns_a_file_declares_only_what_is_theirs(tmp_path: Path) -> None:
    text = DATA.replace("{reads", "{owner: shop, reads")
    file = write(tmp_path, {"topology.yaml": MAIN, "teams/data.yaml": text})
    message = "this file is data's (line 1); declare elsewhere what shop owns"
    assert [p.message for p in load_topology(file).problems] == [message]


@pytest.mark.parametrize(
    ("include", "message"),
    [
        ("none/*.yaml", "no file matches 'none/*.yaml'"),
        ("../*.yaml", "'../*.yaml' leads out of the folder of this file"),
        ("/etc/*", "'/etc/*' leads out of the folder of this file"),
        ("a**b/x", "'a**b/x' is no pattern of files"),
        ("**/**/**/none", "no file matches '**/none'"),
        (
            "**/a/**/b/**/c",
            "'**/a/**/b/**/c' looks into all folders too often: write '**' once or twice",
        ),
    ],
)
def test_a_pattern_that_finds_nothing(include: str, message: str, tmp_path: Path) -> None:
    file = write(tmp_path, {"topology.yaml": SMALL + f"include: '{include}'\n"})
    found = [str(p) for p in load_topology(file).problems]
    assert found == [f"topology.yaml:13:10: error: {message} (include)"]


def test_a_link_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(DATA)
    file = write(tmp_path / "main", {"topology.yaml": MAIN, "teams/x.txt": ""})
    (tmp_path / "main/teams/data.yaml").symlink_to(tmp_path / "secret.yaml")
    assert [p.rule for p in load_topology(file).problems] == ["include"]


def test_an_included_file_has_no_keys_of_the_main_file(tmp_path: Path) -> None:
    files = {"topology.yaml": MAIN, "teams/data.yaml": DATA + "platform: other\n"}
    found = [str(p) for p in load_topology(write(tmp_path, files)).problems]
    message = "only the main file may have 'platform' (unknown-key)"
    assert found == [f"teams/data.yaml:5:1: error: {message}"]


def test_maintenance_of_two_files_is_joined(tmp_path: Path) -> None:
    work = "maintenance:\n  - {of: topic/orders, at: 10:00-11:00, why: test}\n"
    files = {"topology.yaml": MAIN + work, "teams/data.yaml": DATA + work.replace("topic/", "")}
    found = load_topology(write(tmp_path, files))
    assert found.topology and len(found.topology.maintenance) == 2
    assert found.positions.value("maintenance", 1, "of") == Position("teams/data.yaml", 6, 10)


def test_the_digest_follows_the_content_of_every_file(tmp_path: Path) -> None:
    files = {"topology.yaml": MAIN, "teams/data.yaml": DATA}
    first = load_topology(write(tmp_path, files)).digest
    assert load_topology(write(tmp_path, files)).digest == first
    files["teams/data.yaml"] += "# changed\n"
    assert load_topology(write(tmp_path, files)).digest != first
    assert len(first) == 16


def test_all_mistakes_are_shown_at_once(tmp_path: Path) -> None:
    text = (
        SMALL.replace("silent-after: 5min", "silent-after: 5")
        .replace("reads: orders.paid", "reads: order.paid")
        .replace("chat: data-eng", "chat: data-eng, timezone: EST")
        .replace("platform: shop", "platform: shop\nteam: x")
    )
    file = write(tmp_path, {"topology.yaml": text})
    found = problems(file, date(2026, 11, 24))
    assert [p.rule for p in found] == ["unknown-key", "timezone", "reference", "duration"]
    assert [p.at.line for p in found] == [2, 5, 8, 10]


def test_a_topology_with_mistakes_is_only_saved_for_checks() -> None:
    found = loads(SMALL.replace("5min", "5"), "topology.yaml")
    assert found.topology is None
    assert found.salvaged is not None
    with pytest.raises(ValueError, match="did not load"):
        resolve(found, "sandbox")


def test_a_mistake_in_a_list_costs_the_list_alone() -> None:
    text = SMALL.replace("5min}", "5min, windows: [{at: 9-10, rate: 1-2/s}]}")
    found = loads(text, "topology.yaml")
    assert [p.rule for p in found.problems] == ["window"]
    assert found.salvaged and "orders" in found.salvaged.topics


def test_a_file_of_too_many_environments_is_judged_in_the_first_alone() -> None:
    names = "".join(f"  e{n}: {{}}\n" for n in range(MOST_ENVIRONMENTS + 5))
    found = loads(f"platform: p\nenvironments:\n{names}", "topology.yaml")
    assert [str(p) for p in found.problems] == [
        "topology.yaml:33:3: error: there are 35 environments; at most 30 (value)"
    ]
    assert found.salvaged and len(found.salvaged.environments) == MOST_ENVIRONMENTS


def test_a_job_of_too_many_steps_is_left_out() -> None:
    steps = "".join(f"      s{n}: {{from: s{n - 1}}}\n" for n in range(MOST_STEPS + 5))
    text = f"platform: p\njobs:\n  j:\n    steps:\n{steps}    writes: {{t: {{from: s1004}}}}\n"
    found = loads(text, "topology.yaml")
    assert [str(p) for p in found.problems] == [
        "topology.yaml:1005:7: error: job/j has 1005 steps; at most 1000 (value)"
    ]
    assert found.salvaged and "j" not in found.salvaged.jobs


def test_many_large_files_are_not_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamatlas.load.topology.MOST_VALUES", 50)
    words = {
        f"teams/{n}.yaml": "glossary:\n" + "".join(f"  w{n}.{k}: x\n" for k in range(30))
        for n in range(9)
    }
    found = load_topology(write(tmp_path, {"topology.yaml": MAIN, **words}))
    assert [str(p) for p in found.problems] == [
        "teams/2.yaml:1:1: error: more than 50 values in all files up to here (syntax)"
    ]


def test_nothing_is_said_to_be_unknown_that_an_unread_file_may_declare(tmp_path: Path) -> None:
    main = MAIN + "jobs: {tidy: {owner: data, reads: orders, writes: sent}}\n"
    for bad in ("teams: [", "teams:\n  - data: {chat: b}\ntopics: {sent: {}}\n"):
        file = write(tmp_path, {"topology.yaml": main, "teams/data.yaml": f"owner: data\n{bad}"})
        (problem,) = problems(file)
        assert problem.at.file == "teams/data.yaml"


def test_a_team_without_chat_is_a_team() -> None:
    text = SMALL.replace("chat: data-eng", "timezone: UTC")
    found = loads(text, "topology.yaml")
    assert found.salvaged and "data" in found.salvaged.teams


def test_the_shipped_example_loads() -> None:
    found = load_topology(EXAMPLE)
    assert found.problems == ()
    assert found.topology and found.topology.platform == "customer-usage"


@given(topologies())
def test_every_valid_topology_loads_to_the_same_twice(text: str) -> None:
    assert loaded(text) == loaded(text)
