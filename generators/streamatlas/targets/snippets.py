"""Code that a reader copies: a producer, a consumer, a record.

Addresses and secrets are read from the environment wherever the topology says `$NAME`.
"""

from __future__ import annotations

import json

from streamatlas.graph import names
from streamatlas.graph.graph import Field, Graph, Job, Service, Topic


def sender(graph: Graph, topic: Topic) -> Service | None:
    """The service that writes the topic, the first where there are several."""
    origins = (edge.origin for edge in graph.inputs(topic.ref))
    return next(
        (graph.services[o[8:]] for o in origins if o[8:] in graph.services and o[:8] == "service/"),
        None,
    )


def reader(graph: Graph, topic: Topic) -> Service | Job | None:
    """Who reads the topic, the first where there are several."""
    for edge in graph.outputs(topic.ref):
        kind, _, identity = edge.target.partition("/")
        found = graph.services.get(identity) if kind == "service" else graph.jobs.get(identity)
        if found:
            return found
    return None


def producer(graph: Graph, topic: Topic) -> str:
    """A Python program that sends one record."""
    service = sender(graph, topic)
    principal = service.principal if service else "your-service"
    key = topic.schema.key if topic.schema else ()
    chosen = (
        f"record[{json.dumps(key[0])}]"
        if len(key) == 1
        else f"json.dumps({{k: record[k] for k in {list(key)!r}}})"
    )
    return f"""import json
import os

from confluent_kafka import Producer

producer = Producer({{
{_connection(graph, principal)}
    "enable.idempotence": True,  # no repeats from retries
}})
record = {record(graph, topic, indent=4)}


def sent(error, message):
    print(error or f"partition {{message.partition()}}, offset {{message.offset()}}")


producer.produce({json.dumps(topic.id)}, key={chosen if key else None}, value=json.dumps(record), callback=sent)
producer.flush(10)
"""


def consumer(graph: Graph, topic: Topic) -> str:
    """A Python program that reads from the beginning and prints."""
    found = reader(graph, topic)
    principal = found.principal if isinstance(found, Service) else "your-service"
    group = found.group if isinstance(found, Service) else "your-service"
    return f"""import os

from confluent_kafka import Consumer

consumer = Consumer({{
{_connection(graph, principal)}
    "group.id": {json.dumps(group)},
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
}})
consumer.subscribe([{json.dumps(topic.id)}])
while True:
    message = consumer.poll(1)
    if message and not message.error():
        print(message.key(), message.value())
"""


def _connection(graph: Graph, principal: str) -> str:
    protocol = "SASL_PLAINTEXT" if graph.environment == "sandbox" else "SASL_SSL"
    return f"""    "bootstrap.servers": {address(graph)},
    "security.protocol": "{protocol}",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": {json.dumps(principal)},
    "sasl.password": os.environ[{json.dumps(names.secret(principal))}],"""


def address(graph: Graph) -> str:
    """Kafka's address as Python: from the environment, or as it stands."""
    kafka = graph.sources["source/kafka"].address
    return f"os.environ[{json.dumps(kafka[1:])}]" if kafka.startswith("$") else json.dumps(kafka)


def record(graph: Graph, topic: Topic, indent: int) -> str:
    """One record as JSON (and as Python): every field with a value of its type."""
    fields = topic.schema.fields if topic.schema else ()
    service = sender(graph, topic)
    values = {
        field.name: _example(topic, field, service.id if service else "example") for field in fields
    }
    return json.dumps(values, indent=indent, ensure_ascii=False)


def _example(topic: Topic, field: Field, service: str) -> object:
    kind = field.type.partition("(")[0]
    if kind == "decimal":
        return "12.5"
    if kind == "timestamp":
        return "2026-11-24T09:10:00" + ("" if topic.wall_clock else "Z")
    fixed: dict[str, object] = {
        "boolean": True,
        "int": 3,
        "bigint": 3,
        "double": 12.5,
        "date": "2026-11-24",
    }
    return fixed[kind] if kind in fixed else _text(topic, field, service)


def _text(topic: Topic, field: Field, service: str) -> str:
    schema = topic.schema
    if schema and (field.name,) == schema.identity:
        return f"{service}-20261124-0001"
    if field.name == "product":
        return service
    if "," in field.doc:
        return field.doc.partition(",")[0].strip()
    return f"{field.name.removesuffix('_id')}-2291"
