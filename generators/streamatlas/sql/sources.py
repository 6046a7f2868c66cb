"""Flink's tables over Kafka and PostgreSQL, each option on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streamatlas.graph import names
from streamatlas.graph.access import transport
from streamatlas.graph.graph import Edge, Field, Ref, Schema, Source, Store, Topic
from streamatlas.sql.scope import Scope, schema_of
from streamatlas.sql.tables import table_name
from streamatlas.sql.text import (
    block,
    config,
    ended,
    identifier,
    identifiers,
    interval,
    literal,
    secret,
)
from streamatlas.sql.types import flink, flink_in_store

_LOGIN = "org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule"
_WALL_CLOCK = "yyyy-MM-dd'T'HH:mm:ss[.SSS]"
_JSON = {"json.timestamp-format.standard": "ISO-8601"}
_SKIP = {"json.ignore-parse-errors": "true"}
_JSON_OUT = {**_JSON, "json.encode.decimal-as-plain-number": "true"}

Options = dict[str, str]


def statements(scope: Scope) -> Iterator[str]:
    """CREATE statements for all that the job reads and writes."""
    yield from _kafka(scope)
    for ref in scope.inputs:
        yield from _input(scope, ref)
    for ref in scope.outputs:
        if not scope.is_read(ref):
            yield _output(scope, ref)


def _kafka(scope: Scope) -> Iterator[str]:
    """Each cluster, and how all of its topics are read and written."""
    read = [_topic(scope, ref) for ref in scope.inputs if ref.startswith("topic/")]
    written = [_topic(scope, ref) for ref in scope.outputs if ref.startswith("topic/")]
    for cluster in dict.fromkeys(topic.source for topic in (*read, *written)):
        main = _parent(scope, cluster, "main")
        yield table(main, (), _cluster(scope, scope.graph.sources[cluster]))
        if any(topic.source == cluster and not topic.compacted for topic in read):
            yield table(_parent(scope, cluster, "in"), (), _reading(scope), main)
        if any(topic.source == cluster for topic in written):
            yield table(_parent(scope, cluster, "out"), (), _writing(scope), main)


def _parent(scope: Scope, cluster: Ref, role: str) -> str:
    """`kafka_main`, `kafka_in` and `kafka_out`; `kafka_edge_in` of the cluster edge."""
    named = scope.graph.sources[cluster].cluster
    plain = named in ("", names.MAIN)
    return scope.fresh(names.sql(f"kafka_{role}" if plain else f"kafka_{named}_{role}"))


def _cluster(scope: Scope, kafka: Source) -> Options:
    protocol = transport(kafka.address, scope.graph.environment)
    return {
        "properties.bootstrap.servers": secret(kafka.address),
        "properties.security.protocol": literal(protocol),
        "properties.sasl.mechanism": literal("SCRAM-SHA-512"),
        **_trusted(kafka),
        **_login(scope.job.principal),
    }


def _trusted(kafka: Source) -> Options:
    """Whose certificates Flink believes: those of a file that lies on each of its machines."""
    if not kafka.ca:
        return {}
    return {
        "properties.ssl.truststore.type": literal("PEM"),
        "properties.ssl.truststore.location": secret(kafka.ca),
    }


def _login(principal: str) -> Options:
    password = names.secret(principal)
    login = f'{_LOGIN} required username="{principal}" password="${password}";'
    return {"properties.sasl.jaas.config": secret(login)}


def _own_login(scope: Scope, edge: Edge) -> Options:
    """Who reads or writes one topic, where that is not the job's own principal."""
    return {} if edge.principal == scope.job.principal else _login(edge.principal)


def _group(group: str) -> Options:
    return {
        "properties.group.id": literal(group),
        "properties.isolation.level": literal("read_committed"),
    }


def _own_group(scope: Scope, edge: Edge) -> Options:
    return {} if edge.group == scope.job.group else {"properties.group.id": literal(edge.group)}


def _own_guarantee(scope: Scope, edge: Edge) -> Options:
    """How one topic is written: transactions need a name that no other table has."""
    same = edge.guarantee == scope.job.guarantee
    own = {} if same else {"sink.delivery-guarantee": literal(edge.guarantee)}
    if edge.guarantee == "exactly-once":
        topic = edge.target.removeprefix("topic/")
        own["sink.transactional-id-prefix"] = literal(f"{scope.job.id}/{topic}")
    return own


def _reading(scope: Scope) -> Options:
    return {
        "connector": literal("kafka"),
        **_group(scope.job.group),
        "scan.startup.mode": literal("earliest-offset"),
        "format": literal("json"),
        **_quoted(_JSON),
    }


def _writing(scope: Scope) -> Options:
    return {
        "connector": literal("kafka"),
        "sink.delivery-guarantee": literal(scope.job.guarantee),
        "properties.transaction.timeout.ms": literal("840000"),
        "value.format": literal("json"),
        **_quoted(_JSON_OUT, "value."),
    }


def _input(scope: Scope, ref: Ref) -> Iterator[str]:
    node = scope.topic_or_store(ref)
    if isinstance(node, Store):
        yield _store(scope, node, scope.name(ref))
    elif node.wall_clock or _sifted(node):
        wire = scope.fresh(f"{scope.name(ref)}_wire")
        columns = _wire_columns(scope, node) if node.wall_clock else _columns(scope, node)
        yield _reader(scope, node, wire, list(columns))
        yield _wire_view(scope, node, wire)
    else:
        yield _reader(scope, node, scope.name(ref), list(_columns(scope, node)))


def _columns(scope: Scope, topic: Topic) -> Iterator[str]:
    schema = schema_of(topic)
    yield from (_column(field) for field in schema.fields)
    yield from _key(schema) if topic.compacted else []
    yield from _watermark(scope, topic, schema.time)


def _sifted(topic: Topic) -> tuple[str, ...]:
    """The fields without which a record of a topic that skips bad ones is left out.

    Flink reads a field of another type as NULL; without its time a record would end the job.
    """
    if not topic.skips_bad or topic.compacted:
        return ()
    schema = schema_of(topic)
    return tuple(dict.fromkeys((*schema.identity, *([schema.time] if schema.time else []))))


def _reader(scope: Scope, topic: Topic, name: str, columns: list[str]) -> str:
    edge = scope.inputs[topic.ref]
    options = {"topic": literal(topic.id), **_own_login(scope, edge)}
    skip = _SKIP if topic.skips_bad else {}
    idle = {"scan.watermark.idle-timeout": literal(config(topic.idle_timeout))}
    if not topic.compacted:
        own = {**options, **_own_group(scope, edge), **idle, **_quoted(skip)}
        return table(name, columns, own, _parent(scope, topic.source, "in"))
    upsert = {
        "connector": literal("upsert-kafka"),
        **options,
        **_group(edge.group),
        **_key_format(schema_of(topic), schema_of(topic).identity),
        "value.format": literal("json"),
        **_quoted({**_JSON, **skip}, "value."),
    }
    watched = idle if _watermark(scope, topic, schema_of(topic).time) else {}
    return table(name, columns, {**upsert, **watched}, _parent(scope, topic.source, "main"))


def _watermark(scope: Scope, topic: Topic, column: str | None) -> list[str]:
    """A compacted topic needs one only to be joined as of event time."""
    schema = schema_of(topic)
    if not column or (topic.compacted and topic.ref not in scope.asked):
        return []
    time = identifier(column)
    return [f"WATERMARK FOR {time} AS {time} - {interval(schema.out_of_order)}"]


def _wire_columns(scope: Scope, topic: Topic) -> Iterator[str]:
    """Times without offset arrive as text and become points in time in the topic's zone."""
    schema = schema_of(topic)
    zone = literal(topic.wall_clock or "UTC")
    for field in schema.fields:
        yield _column(field, flink("string") if field.type == "timestamp" else None)
    for field in schema.fields:
        if field.type == "timestamp":
            text = f"TO_TIMESTAMP_LTZ({identifier(field.name)}, {literal(_WALL_CLOCK)}, {zone})"
            yield f"{identifier(_utc(schema, field.name))} AS {text}"
    yield from _key(schema) if topic.compacted else []
    yield from _watermark(scope, topic, schema.time and _utc(schema, schema.time))


def _utc(schema: Schema, name: str) -> str:
    utc = f"{name}_utc"
    while schema.field(utc):
        utc += "_"
    return utc


def _wire_view(scope: Scope, topic: Topic, wire: str) -> str:
    fields = schema_of(topic).fields
    read = {field.name: _on_wire(topic, field) for field in fields}
    items = (
        name if name == identifier(field) else f"{name} AS {identifier(field)}"
        for field, name in read.items()
    )
    query = f"SELECT {', '.join(items)}\nFROM {identifier(wire)}"
    if sifted := _sifted(topic):
        query += "\nWHERE " + " AND ".join(f"{read[field]} IS NOT NULL" for field in sifted)
    return view(scope.name(topic.ref), query)


def _on_wire(topic: Topic, field: Field) -> str:
    """The column of the table below the view that holds a field."""
    in_utc = topic.wall_clock and field.type == "timestamp"
    return identifier(_utc(schema_of(topic), field.name) if in_utc else field.name)


def _output(scope: Scope, ref: Ref) -> str:
    node, edge = scope.topic_or_store(ref), scope.outputs[ref]
    if isinstance(node, Store):
        return _store(scope, node, scope.sink(ref))
    schema = schema_of(node)
    text = flink("string") if node.wall_clock else None
    columns = [_column(f, text if f.type == "timestamp" else None) for f in schema.fields]
    options = {"topic": literal(node.id), **_own_login(scope, edge)}
    if node.compacted:
        columns += _key(schema)
        options = {"connector": literal("upsert-kafka"), **options}
    options |= _key_format(schema, schema.identity if node.compacted else schema.key)
    if schema.key and not node.compacted:
        options["key.fields"] = literal(";".join(schema.key))
    options |= _own_guarantee(scope, edge)
    return table(scope.sink(ref), columns, options, _parent(scope, node.source, "out"))


def _store(scope: Scope, store: Store, name: str) -> str:
    schema = schema_of(store)
    columns = [_column(field, flink_in_store(field.type)) for field in schema.fields]
    postgres = scope.graph.sources[store.source]
    options = {
        "connector": literal("jdbc"),
        "url": secret(postgres.address),
        "table-name": literal(table_name(store)),
        "username": secret(postgres.user),
        "password": secret(postgres.password),
    }
    if store.ref in scope.outputs and scope.sink(store.ref) == name:
        options["sink.buffer-flush.max-rows"] = literal("1000")
        options["sink.buffer-flush.interval"] = literal("1 s")
    if store.ref in scope.asked and scope.name(store.ref) == name:
        options["lookup.cache"] = literal("PARTIAL")
        options["lookup.partial-cache.expire-after-write"] = literal("10 min")
        options["lookup.partial-cache.max-rows"] = literal("100000")
    return table(name, columns + _key(schema), options)


def _key_format(schema: Schema, key: tuple[str, ...]) -> Options:
    """One text is the key as it is; anything else is JSON."""
    if not key:
        return {}
    field = schema.field(key[0])
    if len(key) == 1 and field and field.type == "string":
        return {"key.format": literal("raw")}
    return {"key.format": literal("json"), **_quoted(_JSON_OUT, "key.")}


def _key(schema: Schema) -> list[str]:
    if not schema.identity:
        return []
    return [f"PRIMARY KEY ({identifiers(schema.identity)}) NOT ENFORCED"]


def _column(field: Field, kind: str | None = None) -> str:
    return f"{identifier(field.name)} {kind or flink(field.type)}"


def _topic(scope: Scope, ref: Ref) -> Topic:
    return scope.graph.topics[ref.removeprefix("topic/")]


def _quoted(options: Mapping[str, str], prefix: str = "") -> Options:
    return {prefix + key: literal(value) for key, value in options.items()}


def table(name: str, columns: list[str] | tuple[str, ...], options: Options, like: str = "") -> str:
    """A CREATE of a table for this session; the values of `options` are literals already."""
    body = f" {block(columns)}" if columns else ""
    settings = block(f"{literal(key)} = {value}" for key, value in options.items())
    parent = f" LIKE {identifier(like)}" if like else ""
    return f"CREATE TEMPORARY TABLE {identifier(name)}{body} WITH {settings}{parent};"


def view(name: str, query: str) -> str:
    """A CREATE of a view for this session."""
    return ended(f"CREATE TEMPORARY VIEW {identifier(name)} AS\n{query}")
