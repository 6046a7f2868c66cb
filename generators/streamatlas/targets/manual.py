"""The manual "send data": for each topic that a service writes, from nothing to a record seen."""

from __future__ import annotations

from collections.abc import Iterator

from streamatlas.graph import names
from streamatlas.graph.graph import Edge, Graph, Normal, Service, Topic
from streamatlas.targets import snippets
from streamatlas.targets.file import Facts, File
from streamatlas.targets.markup import fence, front_matter, html
from streamatlas.targets.pages import normal, parts, topic
from streamatlas.targets.words import amount, duration, place, rate

NAME = "manual"
_FOLDER = "docs/catalog/manual/send-usage-data"


def generate(facts: Facts) -> Iterator[File]:
    """An index, and a manual for each topic; code and facts are those of the environment."""
    graph = facts.graph
    written = [
        (t, s) for t in graph.topics.values() if t.schema and (s := snippets.sender(graph, t))
    ]
    yield File(f"{_FOLDER}.md", _index(graph, written))
    for found, service in written:
        yield File(f"{_FOLDER}/{found.id}.md", _page(graph, found, service))


def _index(graph: Graph, written: list[tuple[Topic, Service]]) -> str:
    """Which topic is yours, and what to do where there is none yet."""
    meta = {"title": "Send usage data", "section": "manuals", "description": "Send data to a topic"}
    heads = ("You are", "Your topic", "Manual")
    root = "../../../"
    rows = (
        parts.row(
            heads,
            (
                parts.node_link(service.ref, root),
                parts.node_link(found.ref, root),
                f'<a href="{root}catalog/manual/send-usage-data/{html(found.id)}/">Send data to {html(found.id)}</a>',
            ),
        )
        for found, service in written
    )
    return front_matter(meta) + "\n\n".join(
        (
            "# Send usage data",
            f'<p class="sa-lead">Ten minutes, from nothing to a record that you can see. Topics of {html(graph.platform)}, in {html(graph.environment)}.</p>',
            "## Which topic is yours?",
            parts.table("Topics that services write", heads, rows),
            "## Yours is not there?",
            _new_topic(graph),
        )
    )


def _new_topic(graph: Graph) -> str:
    where = graph.positions.value().file
    lines = fence(
        "services:\n  your-product:\n    owner: your-team\n    doc: What it is, in one sentence.\n"
        "    writes: usage.minute.your-product\n    normal: {rate: 10-50/s, silent-after: 5min}\n"
        "topics:\n  usage.minute.your-product: {schema: usage-minute}",
        "yaml",
    )
    return (
        f"Add these lines to `{where}`, say what is normal, and send the change for review. "
        f"`streamatlas check` says what is missing.\n\n{lines}\n"
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
    yield (
        f'<p class="sa-crumb"><a href="{root}manuals/">Manuals</a> / <a href="../">Send usage data</a></p>\n'
        f'<h1 id="send">Send data to {html(found.id)}</h1>\n'
        f'<p class="sa-lead">For the {html(service.owner)} team. Ten minutes, from nothing to a record that you can see.</p>\n'
        f'<p class="sa-card">Values for {parts.tag(graph.environment)} and topic {parts.node_link(found.ref, root)}. Addresses, keys and names below are filled in.</p>'
    )
    yield "## 1. Before you start"
    yield _before(graph, found, service)
    yield _trap(found)
    yield "## 2. Send one record"
    yield "Install the client: `pip install confluent-kafka`. Then run this:"
    yield topic.tab("Python", "python", snippets.producer(graph, found))
    yield "## 3. See it arrive"
    yield _arrival(graph, found, root)
    yield "## 4. What we expect of you"
    yield _expected(graph, found, service, root)


def _before(graph: Graph, found: Topic, service: Service) -> str:
    kafka = graph.sources["source/kafka"].address
    transport = (
        "SASL without TLS, on this machine only"
        if graph.environment == "sandbox"
        else "TLS and SASL"
    )
    key = ", ".join(map(parts.code, found.schema.key)) if found.schema else ""
    owner = graph.teams.get(graph.sources["source/kafka"].owner)
    ask = f" No password? Ask in {parts.chat(owner.chat)}." if owner else ""
    return parts.listed(
        {
            "Kafka": f"{parts.code(kafka)}, {transport}",
            "Your user": f"{parts.code(service.principal)}, may write this topic and no other that you do not declare",
            "Password": f"from the variable {parts.code(names.secret(service.principal))}.{ask}",
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
        city = html(place(found.wall_clock))
        strong = "Do not send UTC here."
        text = f"This topic is read as {city} time. A UTC time would be hours off, and nothing would complain."
    else:
        strong = "Do not send local time here."
        text = "This topic is read as UTC. A local time would be hours off, and nothing would complain."
    return (
        f'<div class="sa-trap">{parts.icon("i-trap")}<p><strong>{strong}</strong> {text}</p></div>'
    )


def _arrival(graph: Graph, found: Topic, root: str) -> str:
    onward = [edge for edge in graph.outputs(found.ref)]
    read = "".join(f" It is read by {parts.node_link(edge.target, root)}." for edge in onward)
    page = f"{root}catalog/topic/{html(found.id)}/"
    return (
        "You should see `partition N, offset M` at once. An error instead names what is wrong: "
        "`TOPIC_AUTHORIZATION_FAILED` means that your user may not write this topic, "
        "`_TRANSPORT` that the address is not reached.\n\n"
        f'<p>Within half a minute <a href="{page}">the page of the topic</a> shows the record.{read}</p>'
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
        "the old normal still pages",
    )


def _normal(agreed: Normal, watcher: str) -> Iterator[tuple[str, str, str]]:
    for window in agreed.windows:
        records = f", {amount(window.records)} records" if window.records else ""
        clock = f"{html(window.at.text)} {html(place(agreed.timezone))} ({normal.in_utc(window, agreed.timezone)} UTC)"
        missed = (
            f"{watcher} is paged {duration(agreed.grace)} after its end"
            if window.required
            else "nothing"
        )
        yield (
            html(window.why).capitalize() or "Window",
            f"{clock}, {rate(window.rate)}{records}",
            missed,
        )
    rest = "Rest of the day" if agreed.windows else "Rate"
    yield rest, rate(agreed.rate), f"WARNING, {watcher} is told"
    if agreed.silent_after:
        yield "Silence", f"up to {duration(agreed.silent_after)}", f"{watcher} is paged"
