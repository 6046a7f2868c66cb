from streamatlas.model.runbook import Runbook, Step, opens


def runbook(name: str, *rules: str) -> Runbook:
    steps = {"end": Step("end", clear="Fine.")}
    return Runbook(name, name, "job", rules, steps)


def test_a_rule_opens_the_first_runbook_that_names_it() -> None:
    assert opens((runbook("a", "x", "y"), runbook("b", "y", "z"))) == {
        "x": "catalog/triage/a/",
        "y": "catalog/triage/a/",
        "z": "catalog/triage/b/",
    }


def test_a_step_says_what_it_is_and_where_it_leads() -> None:
    step = Step("s", do="Start it.", then="next", otherwise="call")
    assert (step.what, step.text) == ("do", "Start it.")
    assert list(step.ways()) == [("then", "next"), ("else", "call")]
    assert list(Step("end", clear="Fine.").ways()) == []
