"""Code that a reader copies: a producer, a consumer, a record.

Addresses and secrets are read from the environment wherever the topology says `$NAME`.
"""

from __future__ import annotations

import json

from streamatlas.graph import names
from streamatlas.graph.access import transport
from streamatlas.graph.graph import Field, Graph, Job, Service, Topic


def sendable(graph: Graph) -> tuple[tuple[Topic, Service], ...]:
    """Topics with a manual, and who sends: those that a service writes, with known fields."""
    found = ((topic, sender(graph, topic)) for topic in graph.topics.values() if topic.schema)
    return tuple((topic, service) for topic, service in found if service)


def sender(graph: Graph, topic: Topic) -> Service | None:
    """The service that writes the topic, the first where there are several."""
    origins = (edge.origin for edge in graph.inputs(topic.ref))
    return next(
        (graph.services[o[8:]] for o in origins if o[8:] in graph.services and o[:8] == "service/"),
        None,
    )


def user(graph: Graph, service: Service, topic: Topic) -> str:
    """As whom a service writes a topic: the edge's principal."""
    edges = (edge for edge in graph.outputs(service.ref) if edge.target == topic.ref)
    return next((edge.principal for edge in edges), service.principal)


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
    principal = user(graph, service, topic) if service else "your-service"
    imported, stamp = _stamp(topic)
    return f"""import json
import os
{imported}
from confluent_kafka import Producer

producer = Producer({{
{_connection(graph, topic, principal)}
    "enable.idempotence": True,  # no repeats from retries
}})
record = {_python(values(graph, topic))}
{stamp}

def sent(error, message):
    print(error or f"partition {{message.partition()}}, offset {{message.offset()}}")


producer.produce(
    {json.dumps(topic.id)}, key={_key(topic)}, value=json.dumps(record), callback=sent
)
producer.flush(10)
"""


def _stamp(topic: Topic) -> tuple[str, str]:
    """Imports and a line that give the record the time at which the program runs."""
    field = topic.schema.field(topic.schema.time or "") if topic.schema else None
    if field is None or field.type != "timestamp":
        return "", ""
    zone, ending = (topic.wall_clock, "") if topic.wall_clock else ("UTC", "Z")
    clock = f'datetime.now(ZoneInfo({_literal(zone)})).strftime("%Y-%m-%dT%H:%M:00{ending}")'
    imported = "from datetime import datetime\nfrom zoneinfo import ZoneInfo\n"
    return imported, f"record[{_literal(field.name)}] = {clock}\n"


def consumer(graph: Graph, topic: Topic) -> str:
    """A Python program that reads from the beginning and prints."""
    found = reader(graph, topic)
    edges = (e for e in graph.outputs(topic.ref) if found and e.target == found.ref)
    edge = next(edges, None) if isinstance(found, Service) else None
    principal = edge.principal if edge else "your-service"
    group = edge.group if edge else "your-service"
    return f"""import os

from confluent_kafka import Consumer

consumer = Consumer({{
{_connection(graph, topic, principal)}
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


def _connection(graph: Graph, topic: Topic, principal: str) -> str:
    kafka = graph.sources[topic.source]
    protocol = transport(kafka.address, graph.environment)
    ca = f'\n    "ssl.ca.location": {_setting(kafka.ca)},' if kafka.ca else ""
    return f"""    "bootstrap.servers": {_setting(kafka.address)},
    "security.protocol": "{protocol}",{ca}
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": {json.dumps(principal)},
    "sasl.password": os.environ[{json.dumps(names.secret(principal))}],"""


def _setting(value: str) -> str:
    """A value of a server as Python: from the environment, or as it stands."""
    return f"os.environ[{json.dumps(value[1:])}]" if value.startswith("$") else json.dumps(value)


def record(graph: Graph, topic: Topic) -> str:
    """One record as JSON."""
    return json.dumps(values(graph, topic), indent=2, ensure_ascii=False)


def values(graph: Graph, topic: Topic) -> dict[str, object]:
    """One record: every field with a value of its type."""
    fields = topic.schema.fields if topic.schema else ()
    service = sender(graph, topic)
    name = service.id if service else "example"
    return {field.name: _example(topic, field, name) for field in fields}


def _python(record: dict[str, object]) -> str:
    """A dictionary as it is written in Python, a line a field."""
    lines = (f"    {_literal(key)}: {_literal(value)},\n" for key, value in record.items())
    return f"{{\n{''.join(lines)}}}"


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _key(topic: Topic) -> str:
    """Python for the key: the field itself where it is one text, else JSON of the fields."""
    key = topic.schema.key if topic.schema else ()
    if not key:
        return "None"
    if len(key) == 1:
        return f"record[{_literal(key[0])}]"
    return f"json.dumps({{name: record[name] for name in {list(key)!r}}})"


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
