"""The manual "send data": for each topic that a service writes, from nothing to a record seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamatlas.graph import names
from streamatlas.graph.access import PLAIN, transport
from streamatlas.graph.graph import Edge, Graph, Normal, Service, Topic
from streamatlas.targets import snippets
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import fence, front_matter, html
from streamatlas.targets.pages import clocks, parts, said, topic
from streamatlas.targets.words import amount, duration, place, rate

NAME = "manual"
_PROMISE = "Ten minutes, from nothing to a record that you can see."
_FOLDER = "docs/catalog/manual/send-data"


def generate(facts: Facts) -> Iterator[File]:
    """An index, and a manual for each topic; code and facts are those of the environment."""
    graph = facts.graph
    written = snippets.sendable(graph)
    yield File(f"{_FOLDER}.md", _index(graph, written))
    for found, service in written:
        yield File(f"{_FOLDER}/{found.id}.md", _page(graph, found, service))


def _index(graph: Graph, written: Sequence[tuple[Topic, Service]]) -> str:
    """Which topic is yours, and what to do where there is none yet."""
    meta = {"title": "Send data", "section": "manuals", "description": "Send data to a topic"}
    where = f"Topics of {html(graph.platform)}, in {html(graph.environment)}."
    heads = ("You are", "Your topic", "Manual")
    rows = (parts.row(heads, _choice(found, service)) for found, service in written)
    return front_matter(meta) + "\n\n".join(
        (
            "# Send data",
            f'<p class="sa-lead">{_PROMISE} {where}</p>',
            "## Which topic is yours?",
            parts.table("Topics that services write", heads, rows),
            "## Yours is not there?",
            _new_topic(graph, written),
            said.place(graph, graph.positions.key("services")),
        )
    )


def _choice(found: Topic, service: Service) -> tuple[str, str, str]:
    root = "../../../"
    address = f"{root}catalog/manual/send-data/{html(found.id)}/"
    return (
        parts.node_link(service.ref, root),
        parts.node_link(found.ref, root),
        f'<a href="{address}">Send data to {html(found.id)}</a>',
    )


def _new_topic(graph: Graph, written: Sequence[tuple[Topic, Service]]) -> str:
    """Lines to add to the topology; the schema is one that others send already."""
    schema = next((found.schema.id for found, _ in written if found.schema), "your-schema")
    lines = fence(
        "services:\n  your-product:\n    owner: your-team\n    doc: What it is, in a sentence.\n"
        "    writes: your.topic\n    normal: {rate: 10-50/s, silent-after: 5min}\n"
        f"topics:\n  your.topic: {{doc: What one record says., schema: {schema}}}",
        "yaml",
    )
    return (
        f"Add these lines to `{graph.positions.value().file}`, say what is normal, and send the "
        f"change for review. `streamatlas check` says what is missing.\n\n{lines}\n"
        f"<p>Questions? Ask in {parts.chat(graph.chat)}.</p>\n"
    )


def _page(graph: Graph, found: Topic, service: Service) -> str:
    meta = {
        "title": f"Send data to {found.id}",
        "section": "manuals",
        "description": f"How {service.id} sends data to {found.id}",
    }
    return front_matter(meta) + "\n\n".join(_steps(graph, found, service)) + "\n"


def _steps(graph: Graph, found: Topic, service: Service) -> Iterator[str]:
    root = "../../../../"
    yield _head(graph, found, service, root)
    yield "## 1. Before you start"
    yield _before(graph, found, service)
    yield _trap(found)
    yield "## 2. Send one record"
    yield _install(graph)
    yield topic.tab("Python", "python", snippets.producer(graph, found))
    yield "## 3. See it arrive"
    yield _arrival(graph, found, root)
    yield "## 4. What we expect of you"
    yield _expected(graph, found, service, root)
    yield said.place(graph, service.at)


def _head(graph: Graph, found: Topic, service: Service, root: str) -> str:
    above = f'<a href="{root}manuals/">Manuals</a> / <a href="../">Send data</a>'
    values = f"{parts.tag(graph.environment)} and topic {parts.node_link(found.ref, root)}"
    return f"""<p class="sa-crumb">{above}</p>
<h1 id="send">Send data to {html(found.id)}</h1>
<p class="sa-lead">For the {html(service.owner)} team. {_PROMISE}</p>
<p class="sa-card">Values for {values}. What begins with $ comes from the environment.</p>"""


def _install(graph: Graph) -> str:
    """The client; in the sandbox also its address and password, which lie in a file."""
    if graph.environment != "sandbox":
        client = fence("pip install confluent-kafka", "sh")
        return f"Get the client:\n\n{client}\nThen run this program:"
    variables = fence("set -a; . .streamatlas/environment; set +a", "sh")
    return (
        f"In the folder in which you typed `make up`, get the variables:\n\n{variables}\n"
        "Then run this program there with `.venv/bin/python`, which has the client:"
    )


def _before(graph: Graph, found: Topic, service: Service) -> str:
    kafka = graph.sources[found.source]
    plain = transport(kafka.address, graph.environment) == PLAIN
    how = "SASL without TLS, on this machine only" if plain else "TLS and SASL"
    key = ", ".join(map(parts.code, found.schema.key)) if found.schema else ""
    owner = graph.teams.get(kafka.owner)
    user = snippets.user(graph, service, found)
    ask = f" No password? Ask in {parts.chat(owner.chat)}." if owner else ""
    return parts.listed(
        {
            names.label(kafka.ref): f"{parts.code(kafka.address)}, {how}",
            "Your user": f"{parts.code(user)}, which may write this topic",
            "Password": f"from {parts.code('$' + names.secret(user))}.{ask}",
            "Key": f"{key}: records of one key stay in order, in one partition" if key else "",
            "Times": _times(found),
            "Unique id": _identity(found),
        }
    )


def _times(found: Topic) -> str:
    if not found.schema or not found.schema.time:
        return ""
    clock = (
        f"wall clock of {html(place(found.wall_clock))}, without offset"
        if found.wall_clock
        else "UTC, with Z"
    )
    example = "2026-11-24T09:10:00" + ("" if found.wall_clock else "Z")
    return f"{clock}: {parts.code(example)}"


def _identity(found: Topic) -> str:
    if not found.schema or not found.schema.identity:
        return ""
    fields = ", ".join(map(parts.code, found.schema.identity))
    return f"{fields}: a record sent twice carries the same, and counts once"


def _trap(found: Topic) -> str:
    """The one mistake that nothing would complain about."""
    if found.wall_clock:
        wrong, read = "UTC", f"{html(place(found.wall_clock))} time"
    else:
        wrong, read = "local time", "UTC"
    text = f"This topic is read as {read}: {wrong} would be hours off, and nothing would complain."
    strong = f"<strong>Do not send {wrong} here.</strong>"
    return f'<div class="sa-trap">{parts.icon("i-trap")}<p>{strong} {text}</p></div>'


def _arrival(graph: Graph, found: Topic, root: str) -> str:
    readers = (parts.node_link(edge.target, root) for edge in graph.outputs(found.ref))
    read = "".join(f" It is read by {reader}." for reader in readers)
    page = f'<a href="{root}catalog/topic/{html(found.id)}/">the page of the topic</a>'
    return (
        "You should see `partition N, offset M` at once. An error instead names what is wrong: "
        "`TOPIC_AUTHORIZATION_FAILED` means that your user may not write this topic, "
        "`_TRANSPORT` that the address is not reached.\n\n"
        f"<p>Within half a minute {page} says how old the newest record is.{read}</p>"
    )


def _expected(graph: Graph, found: Topic, service: Service, root: str) -> str:
    heads = ("Rule", "Value", "If not")
    edge = next(e for e in graph.inputs(found.ref) if e.origin == service.ref)
    rows = (parts.row(heads, cells) for cells in _rules(found, service, edge))
    note = f'<p class="sa-meta">Alerts go to {parts.team_link(graph, edge.watcher, root)}.</p>'
    return parts.table("What is expected of the sender", heads, rows) + "\n\n" + note


def _rules(found: Topic, service: Service, edge: Edge) -> Iterator[tuple[str, str, str]]:
    watcher = html(edge.watcher)
    if service.normal:
        yield from _normal(service.normal, watcher)
    if found.schema:
        late = duration(found.schema.out_of_order)
        yield (
            "Late records",
            f"up to {late} out of order",
            "may be left out where a total is already final",
        )
    yield (
        "A change of it",
        "say so in the topology, before it happens",
        "the portal goes by what it was",
    )


def _normal(agreed: Normal, watcher: str) -> Iterator[tuple[str, str, str]]:
    for window in agreed.windows:
        records = f", {amount(window.records)} records" if window.records else ""
        utc = clocks.in_utc(window.at, agreed.timezone)
        clock = f"{html(window.at.text)} {html(place(agreed.timezone))} (UTC: {utc})"
        due = f"it is due {duration(agreed.grace)} after the window's end"
        yield (
            html(window.why).capitalize() or "Window",
            f"{clock}, {rate(window.rate)}{records}",
            due if window.required else "no harm",
        )
    rest = "Rest of the day" if agreed.windows else "Rate"
    yield rest, rate(agreed.rate), "the portal shows both; say so before it changes"
    if agreed.silent_after:
        limit = f"up to {duration(agreed.silent_after)}"
        yield "Silence", limit, f"CRITICAL on the portal; {watcher} acts"
