"""Topics: create what is missing, raise partitions, set what is declared; delete nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from streamatlas.graph.graph import Topic
from streamatlas.operate.kafka import TIMEOUT, Admin
from streamatlas.operate.step import Step
from streamatlas.targets.kafka_topics import config


@dataclass(frozen=True, slots=True)
class Running:
    """A topic as the broker has it; `config` holds at least the keys that we declare."""

    partitions: int
    config: Mapping[str, str] = field(default_factory=dict)


def plan(declared: Iterable[Topic], running: Mapping[str, Running]) -> tuple[Step[Topic], ...]:
    """What makes the running topics the declared ones, in the order of declaration."""
    return tuple(step for topic in declared for step in _steps(topic, running.get(topic.id)))


def _steps(topic: Topic, now: Running | None) -> Iterator[Step[Topic]]:
    if now is None:
        yield Step("create", topic.ref, topic, f"{topic.partitions} partitions")
        return
    if topic.partitions > now.partitions:
        yield Step("raise", topic.ref, topic, f"{now.partitions} to {topic.partitions} partitions")
    if topic.partitions < now.partitions:
        why = f"{now.partitions} partitions, {topic.partitions} declared: Kafka cannot take away"
        yield Step("leave", topic.ref, topic, why)
    wrong = {k: v for k, v in config(topic).items() if now.config.get(k) != v}
    if wrong:
        change = ", ".join(f"{k} {now.config.get(k, 'unset')} to {v}" for k, v in wrong.items())
        yield Step("configure", topic.ref, topic, change)


def running(admin: Admin, names: Iterable[str]) -> dict[str, Running]:
    """Those of the named topics that exist."""
    known = admin.ask("list topics", lambda: admin.client.list_topics(timeout=TIMEOUT)).topics
    here = [name for name in names if name in known]
    if not here:
        return {}
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in here]
    answers = admin.client.describe_configs(resources)
    configs = admin.wait("read topic settings", (answers[r] for r in resources))
    return {
        name: Running(len(known[name].partitions), {k: e.value for k, e in config.items()})
        for name, config in zip(here, configs, strict=True)
    }


def apply(admin: Admin, steps: Iterable[Step[Topic]]) -> None:
    """Do the steps; raises OperateError at the first that fails."""
    for step in steps:
        admin.wait(str(step), _futures(admin, step))


def _futures(admin: Admin, step: Step[Topic]) -> Iterable:  # type: ignore[type-arg]
    topic, client = step.value, admin.client
    if step.verb == "create":
        new = NewTopic(topic.id, topic.partitions, topic.replication, config=config(topic))
        return client.create_topics([new]).values()
    if step.verb == "raise":
        return client.create_partitions([NewPartitions(topic.id, topic.partitions)]).values()
    if step.verb == "configure":
        return client.incremental_alter_configs([_changed(topic)]).values()
    return ()


def _changed(topic: Topic) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in config(topic).items()
    ]
    return ConfigResource(ResourceType.TOPIC, topic.id, incremental_configs=entries)
