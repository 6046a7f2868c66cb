from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.health import rules
from streamatlas.load.runbook import load_runbooks
from streamatlas.model.problem import Problem
from streamatlas.model.runbook import Runbook, opens

ROOT = Path(__file__).resolve().parents[2]

GOOD = """\
title: It is slow
for: job
opens-on: slow
steps:
  first:
    ask: Is it slow?
    check: verdict.rule == 'slow'
    show: [verdict.reason, evidence.rate]
    yes: act
    no: done
  act:
    do: Give it more.
    run: {sandbox: 'streamatlas deploy {job}'}
    within: 10min
    then: done
    else: call
  call: {call: owner, tell: hit}
  done: {clear: All clear.}
"""


def read(folder: Path, **files: str) -> tuple[tuple[Runbook, ...], tuple[Problem, ...]]:
    place = folder / "runbooks"
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_runbooks(place)


def test_a_runbook_is_read_whole(tmp_path: Path) -> None:
    (runbook,), problems = read(tmp_path, slow=GOOD)
    assert not problems
    assert (runbook.id, runbook.kind, runbook.opens_on) == ("slow", "job", ("slow",))
    assert runbook.start.ask == "Is it slow?"
    act = runbook.steps["act"]
    assert dict(act.ways()) == {"then": "done", "else": "call"}
    assert (act.what, act.text, act.run) == (
        "do",
        "Give it more.",
        {"sandbox": "streamatlas deploy {job}"},
    )
    assert runbook.steps["call"].tell == ("hit",)


def test_no_folder_means_no_runbooks(tmp_path: Path) -> None:
    assert load_runbooks(tmp_path / "none") == ((), ())


MISTAKES = {
    "an unknown key": (
        ("check:", "chek:"),
        "7:5: error: 'first' has no key 'chek'; did you mean 'check'? (unknown-key)",
    ),
    "an unknown key of the file": (("title:", "titel:"), "1:1: error: the file has no key 'titel'"),
    "a key of another kind of step": (
        ("    no: done", "    no: done\n    then: done"),
        "11:5: error: 'then' does not go with 'ask'; it may have help, check, show, yes, no",
    ),
    "a step that is nowhere": (
        ("no: done", "no: dome"),
        "10:9: error: there is no step 'dome'; did you mean 'done'? (reference)",
    ),
    "a step that nobody reaches": (
        ("  done:", "  lost: {clear: x}\n  done:"),
        "18:3: error: no step leads to 'lost' (runbook)",
    ),
    "a loop": (
        ("else: call", "else: first"),
        "16:11: error: this leads back to 'first': a tree may join, never loop (runbook)",
    ),
    "an answer without a way": (("    no: done\n", ""), "5:3: error: 'first' has no 'no'"),
    "an action without a time limit": (("    within: 10min\n", ""), "'act' has no 'within'"),
    "a call that leads on but not out": (
        ("tell: hit}", "then: done}"),
        "17:3: error: 'call' has no 'else' (missing)",
    ),
    "a step that is two things": (
        ("  done: {clear: All clear.}", "  done: {clear: All clear., open: verdict.cause}"),
        "18:3: error: 'done' needs one of ask, do, call, open, clear; it has open and clear",
    ),
    "a step that is nothing": (
        ("  done: {clear: All clear.}", "  done: {help: x}"),
        "18:3: error: 'done' needs one of ask, do, call, open, clear; it has none",
    ),
    "a fact that nobody knows": (
        ("evidence.rate", "rate"),
        "8:28: error: 'rate' is no fact: write verdict.NAME, evidence.NAME or node.NAME",
    ),
    "a place in a command that nothing fills": (
        ("deploy {job}", "deploy {jop}"),
        "13:20: error: '{jop}' is no fact; there is environment, job, namespace, owner",
    ),
    "somebody to call who is nobody": (
        ("call: owner,", "call: mum,"),
        "17:16: error: 'mum' is nobody: write owner, watched_by, owner(platform) or owner(FACT)",
    ),
    "a duration without a unit": (("within: 10min", "within: 10"), "14:13: error: "),
    "a kind that does not exist": (("for: job", "for: jobs"), "2:6: error: 'jobs' is not known"),
    "no rule": (("opens-on: slow", "opens-on: []"), "3:1: error: no rule opens this runbook"),
    "a file that is no YAML": (("steps:", "steps: ["), "error: "),
    "no steps": ((GOOD[GOOD.index("steps:") :], "steps: {}\n"), "4:8: error: "),
}


@pytest.mark.parametrize(("change", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_where_it_stands(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    assert change[0] in GOOD
    _, problems = read(tmp_path, slow=GOOD.replace(change[0], change[1], 1))
    shown = [str(problem) for problem in problems]
    assert all(line.startswith("runbooks/slow.yaml:") for line in shown)
    assert any(said in line for line in shown), shown


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("yes: act", "yes: at").replace("then: done", "then: dnoe")
    _, problems = read(tmp_path, slow=text)
    assert [problem.rule for problem in problems] == ["reference", "reference"]


def test_nobody_answers_more_than_seven_questions(tmp_path: Path) -> None:
    def chain(length: int) -> str:
        steps = "".join(
            f"  q{i}: {{ask: Is it {i}?, yes: q{i + 1}, no: end}}\n" for i in range(length)
        )
        ends = f"  q{length}: {{clear: Fine.}}\n  end: {{call: owner}}\n"
        return f"title: Long\nfor: job\nopens-on: slow\nsteps:\n{steps}{ends}"

    assert not read(tmp_path, slow=chain(7))[1]
    (problem,) = read(tmp_path, slow=chain(8))[1]
    assert "asks 8 questions; at most 7" in problem.message


def test_two_files_may_not_name_one_rule(tmp_path: Path) -> None:
    runbooks, problems = read(tmp_path, a=GOOD, b=GOOD)
    (problem,) = problems
    assert str(problem).startswith("runbooks/b.yaml:3:11: error: 'slow' opens another runbook")
    assert opens(runbooks) == {"slow": "catalog/triage/a/"}


def test_a_name_that_is_no_address_is_refused(tmp_path: Path) -> None:
    _, problems = read(tmp_path, index=GOOD)
    assert [problem.rule for problem in problems] == ["id"]


@given(st.text(max_size=200))
def test_whatever_a_file_holds_is_no_crash(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    runbooks, problems = read(tmp_path_factory.mktemp("any"), any=text.replace("\r", "\n"))
    assert runbooks or problems


def test_every_rule_opens_one_of_the_shipped_runbooks() -> None:
    runbooks, problems = load_runbooks(ROOT / "runbooks")
    assert not problems
    assert set(opens(runbooks)) == {rule.ID for rule in rules.RULES}
