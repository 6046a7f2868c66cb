from __future__ import annotations

from dataclasses import replace

from streamatlas.graph.graph import Graph
from streamatlas.operate import topics
from streamatlas.operate.topics import Running, plan
from streamatlas.targets.kafka_topics import config


def test_a_missing_topic_is_created(graph: Graph) -> None:
    raw, minute = graph.topics["usage.raw.vault"], graph.topics["usage.minute.vault"]
    steps = plan([raw, minute], {})
    assert [(s.verb, s.value) for s in steps] == [("create", raw), ("create", minute)]


def test_what_is_as_declared_needs_no_step(graph: Graph) -> None:
    running = {t.id: Running(t.partitions, config(t)) for t in graph.topics.values()}
    assert plan(graph.topics.values(), running) == ()


def test_partitions_are_raised_and_never_taken_away(graph: Graph) -> None:
    topic = replace(graph.topics["usage.raw.vault"], partitions=8)
    (step,) = plan([topic], {topic.id: Running(4, config(topic))})
    assert str(step) == "raise topic/usage.raw.vault: 4 to 8 partitions"
    (step,) = plan([topic], {topic.id: Running(12, config(topic))})
    assert step.verb == "leave"


def test_a_setting_that_differs_is_set(graph: Graph) -> None:
    topic = graph.topics["usage.raw.vault"]
    now = Running(topic.partitions, {**config(topic), "retention.ms": "1000"})
    (step,) = plan([topic], {topic.id: now})
    assert str(step) == "configure topic/usage.raw.vault: retention.ms 1000 to 604800000"


def test_a_topic_that_is_not_declared_is_not_touched(graph: Graph) -> None:
    assert topics.plan([], {"somebody.elses": Running(1)}) == ()
