"""First cause against cases that an independent implementation computed."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from factory import cut
from streamatlas.health.causes import Diagnosis, diagnose
from streamatlas.health.spread import Fault
from streamatlas.health.wiring import Wiring, wiring
from streamatlas.model.judged import Status

CASES = json.loads(Path(__file__).with_name("cases").joinpath("first-cause.json").read_text())
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Pairs = dict[Any, list[str]]


def wired(graph: dict[str, Any]) -> Wiring:
    inputs: Pairs = defaultdict(list)
    outputs: Pairs = defaultdict(list)
    feeds: Pairs = defaultdict(list)
    edges: list[tuple[str, str]] = []
    for service, facts in graph["services"].items():
        edges += [(service, written) for written in facts["writes"]]
        edges += [(read, service) for read in facts["reads"]]
    for job, queries in graph["jobs"].items():
        edges += [(job, output) for output in queries]
        edges += [(i, job) for i in dict.fromkeys(i for q in queries.values() for i in q)]
        for output, named in queries.items():
            for origin in named:
                feeds[job, origin].append(output)
    for origin, target in edges:
        outputs[origin].append(target)
        inputs[target].append(origin)
    return Wiring(
        graph["owners"],
        {ref: tuple(refs) for ref, refs in inputs.items()},
        {ref: tuple(refs) for ref, refs in outputs.items()},
        {key: tuple(refs) for key, refs in feeds.items()},
        {ref: tuple(refs) for ref, refs in graph["sources"].items()},
    )


WIRING = wired(CASES["graph"])


def fault(told: dict[str, Any]) -> Fault:
    since = BEGIN + timedelta(seconds=told["since"])
    return Fault(told["element"], told["rule"], Status[told["status"]], since, told.get("topic"))


def diagnosis(case: dict[str, Any], faults: list[Fault] | None = None) -> Diagnosis:
    return diagnose(
        WIRING,
        faults if faults is not None else [fault(told) for told in case["faults"]],
        frozenset(case.get("unknown", ())),
        frozenset(case.get("maintenance", ())),
    )


def published(found: Diagnosis) -> list[dict[str, Any]]:
    causes = [
        {
            "cause": cause.fault.element,
            "rule": cause.fault.rule,
            "status": cause.fault.status.name,
            "affected": list(cause.affected),
            "teams_hit": list(cause.teams_hit),
        }
        for cause in found.causes
    ]
    return sorted(causes, key=lambda cause: str(cause["cause"]))


ALL = [*CASES["worked"], *CASES["random"]]


@pytest.mark.parametrize("case", ALL, ids=range(len(ALL)))
def test_causes_affected_and_teams_are_as_computed(case: dict[str, Any]) -> None:
    assert published(diagnosis(case)) == sorted(case["expect"], key=lambda c: str(c["cause"]))


@pytest.mark.parametrize("case", ALL, ids=range(len(ALL)))
def test_the_order_in_which_faults_come_does_not_matter(case: dict[str, Any]) -> None:
    faults = [fault(told) for told in case["faults"]]
    shuffled = random.Random(7).sample(faults, len(faults))
    assert diagnosis(case, shuffled) == diagnosis(case)


RULES = sorted({told["rule"] for case in ALL for told in case["faults"]})
ELEMENTS = sorted(CASES["graph"]["owners"])


@pytest.mark.parametrize("seed", range(200))
def test_every_fault_is_a_cause_or_has_one(seed: int) -> None:
    dice = random.Random(seed)
    faults = list(
        {
            (element, rule): Fault(
                element,
                rule,
                dice.choice([Status.WARNING, Status.CRITICAL]),
                BEGIN + timedelta(seconds=dice.randrange(6)),
            )
            for element, rule in (
                (dice.choice(ELEMENTS), dice.choice(RULES)) for _ in range(dice.randint(1, 8))
            )
        }.values()
    )
    found = diagnose(WIRING, faults)
    blamed = {cause.fault.element for cause in found.causes}
    for one in faults:
        assert one in found.explained or one.element in blamed
    for origin in (*found.explained.values(), *found.marked.values()):
        assert origin.path[0] == origin.fault.element
        assert origin.fault.element in blamed


def test_a_path_leads_from_the_cause_along_edges() -> None:
    case = next(c for c in CASES["worked"] if c["title"] == "spike")
    found = diagnosis(case)
    store = next(o for f, o in found.explained.items() if f.element == "store/usage")
    assert store.path == (
        "service/compute",
        "topic/usage.minute.compute",
        "job/usage-pipeline",
        "store/usage",
    )


def test_what_only_maintenance_explains_is_excused_and_no_cause() -> None:
    case = next(c for c in CASES["worked"] if c["title"] == "maint" and len(c["faults"]) == 2)
    found = diagnosis(case)
    loop = next(o for f, o in found.explained.items() if f.rule == "restart-loop")
    assert loop.fault.excuse
    assert loop.path == ("store/usage", "job/usage-pipeline")
    starved = found.marked["store/usage-daily"]
    assert starved.fault.element == "service/meet", "a real cause wins"


def test_the_wiring_of_the_example_is_that_of_its_queries() -> None:
    wires = wiring(cut())
    assert wires.feeds["job/usage-aggregation", "topic/usage.raw.vault"] == (
        "topic/usage.minute.vault",
    )
    assert wires.inputs["store/usage"] == ("job/usage-pipeline",)
    assert wires.members["source/postgres"] == ("store/usage", "store/subscriptions")
    assert wires.owners["source/flink"] == "platform"
