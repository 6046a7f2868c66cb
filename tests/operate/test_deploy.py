"""Jobs against a stand-in for Flink and its SQL gateway that keeps what it was told."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from factory import graph_of
from streamatlas.graph.graph import Graph, Job, Source
from streamatlas.operate import jobs
from streamatlas.operate.deploy import deploy, start, stop
from streamatlas.operate.flink import Flink
from streamatlas.operate.step import OperateError, UnreachableError
from streamatlas.sql.script import digest, script


@dataclass
class FakeFlink:
    """Runs what is submitted at once; `fail` maps a word in a statement to a stack trace."""

    state: Path
    fail: dict[str, str] = field(default_factory=dict)
    savepoint_fails: str | None = None
    never_runs: str | None = None
    latest: dict[str, Any] = field(default_factory=dict)
    running: dict[str, dict[str, str]] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=lambda: defaultdict(str))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path, body = request.url.path, json.loads(request.content or b"{}")
        for pattern, answer in self.routes():
            if match := re.fullmatch(pattern, f"{request.method} {path}"):
                return httpx.Response(200, json=answer(body, *match.groups()))
        return httpx.Response(404, json={"errors": [f"no {path}"]})

    def routes(self) -> list[tuple[str, Any]]:
        return [
            ("GET /jobs/overview", self.overview),
            ("GET /overview", lambda _: {"slots-available": 3}),
            (r"GET /jobs/(\w+)", self.job),
            (r"GET /jobs/(\w+)/config", self.config),
            (r"GET /jobs/(\w+)/exceptions", self.exceptions),
            (r"GET /jobs/(\w+)/checkpoints", self.checkpoints),
            (r"POST /jobs/(\w+)/stop", self.stop),
            (r"GET /jobs/(\w+)/savepoints/r", self.savepoint),
            (r"PATCH /jobs/(\w+)", self.cancel),
            ("POST /v1/sessions", lambda _: {"sessionHandle": "s"}),
            ("DELETE /v1/sessions/s", lambda _: {"status": "CLOSED"}),
            ("POST /v1/sessions/s/statements", self.statement),
            (r"GET /v1/sessions/s/operations/(\d+)/status", lambda _, n: {"status": "FINISHED"}),
            (r"GET /v1/sessions/s/operations/(\d+)/result/0", self.result),
        ]

    def overview(self, _: Any) -> Any:
        return {
            "jobs": [
                {"jid": jid, "name": job["name"], "state": job["state"], "start-time": 1}
                for jid, job in self.running.items()
            ]
        }

    def job(self, _: Any, jid: str) -> Any:
        state = self.running[jid]["state"]
        return {"state": state, "vertices": [{"tasks": {state: 2, "SCHEDULED": 0}}]}

    def config(self, _: Any, jid: str) -> Any:
        mark = {"streamatlas.digest": self.running[jid]["digest"]}
        return {"execution-config": {"user-config": mark}}

    def exceptions(self, _: Any, jid: str) -> Any:
        trace = self.never_runs
        return {"exceptionHistory": {"entries": [{"stacktrace": trace}] if trace else []}}

    def checkpoints(self, _: Any, jid: str) -> Any:
        return {"latest": self.latest}

    def stop(self, body: Any, jid: str) -> Any:
        self.log.append(f"stop {jid} into {body['targetDirectory']}")
        return {"request-id": "r"}

    def savepoint(self, _: Any, jid: str) -> Any:
        if self.savepoint_fails:
            cause = {"stack-trace": self.savepoint_fails}
            return {"status": {"id": "COMPLETED"}, "operation": {"failure-cause": cause}}
        self.running[jid]["state"] = "FINISHED"
        return {"status": {"id": "COMPLETED"}, "operation": {"location": "file:/saved/1"}}

    def cancel(self, _: Any, jid: str) -> Any:
        self.log.append(f"cancel {jid}")
        self.running[jid]["state"] = "CANCELED"
        return {}

    def statement(self, body: Any) -> Any:
        self.statements.append(body["statement"])
        return {"operationHandle": str(len(self.statements) - 1)}

    def result(self, _: Any, number: str) -> Any:
        statement = self.statements[int(number)]
        if match := re.fullmatch(r"SET '([^']*)' = '([^']*)'", statement):
            self.settings[match[1]] = match[2]
        if not statement.startswith("EXECUTE"):
            return {"results": {}}
        jid = f"new{len(self.running)}"
        digest = self.settings["pipeline.global-job-parameters"].removeprefix("streamatlas.digest:")
        state = "FAILED" if self.never_runs else "RUNNING"
        self.running[jid] = {"name": self.name(), "state": state, "digest": digest}
        return {"jobID": jid}

    def name(self) -> str:
        return self.settings["pipeline.name"]


class Refusing(FakeFlink):
    """A gateway that answers a statement with a stack trace."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if match := re.search(r"operations/(\d+)/result", request.url.path):
            statement = self.statements[int(match[1])]
            for word, trace in self.fail.items():
                if word in statement:
                    return httpx.Response(500, json={"errors": ["Internal server error.", trace]})
        return super().__call__(request)


def environ(state: Path) -> dict[str, str]:
    return {
        "KAFKA_ADDRESS": "127.0.0.1:1",
        "FLINK_ADDRESS": "http://flink",
        "FLINK_GATEWAY": "http://gateway",
        "FLINK_STATE": state.as_uri(),
        "POSTGRES_ADDRESS": "jdbc:postgresql://127.0.0.1:1/db",
        "POSTGRES_USER": "someone",
        "POSTGRES_PASSWORD": "o'brien",
        "KAFKA_USER": "streamatlas",
        "KAFKA_PASSWORD": "collector",
        "KAFKA_PASSWORD_USAGE_PIPELINE": 'quo"te',
        "KAFKA_PASSWORD_USAGE_AGGREGATION": "geheim",
    }


@pytest.fixture
def job(graph: Graph) -> Job:
    return graph.jobs["usage-aggregation"]


def server_of(flink: FakeFlink) -> Flink:
    source = Source("flink", "platform", "http://flink")
    return Flink("Flink", source.address, source, httpx.MockTransport(flink))


def saved(state: Path, job: Job, name: str = "savepoint-1") -> str:
    folder = state / job.id / "savepoints" / name
    folder.mkdir(parents=True)
    (folder / "_metadata").touch()
    return folder.as_uri()


def running(flink: FakeFlink, job: Job, state: str = "RUNNING", digest: str = "old") -> None:
    flink.running["old"] = {"name": job.id, "state": state, "digest": digest}


def test_a_running_job_is_planned_stopped_resumed_and_verified(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    flink, said = FakeFlink(tmp_path), list[str]()
    running(flink, job)
    jid = deploy(graph, job, environ(tmp_path), said.append, transport=httpx.MockTransport(flink))
    assert flink.log == [f"stop old into {tmp_path.as_uri()}/{job.id}/savepoints"]
    explained = next(i for i, s in enumerate(flink.statements) if s.startswith("EXPLAIN"))
    *_, resume, insert = flink.statements
    assert resume == "SET 'execution.state-recovery.path' = 'file:/saved/1'"
    assert insert.startswith("EXECUTE STATEMENT SET") and explained == len(flink.statements) - 3
    assert flink.running[jid]["digest"] == digest(script(graph, job))
    assert said[-1] == f"job/usage-aggregation: RUNNING, script {digest(script(graph, job))}"


def test_secrets_are_filled_and_escaped_for_where_they_stand(graph: Graph, tmp_path: Path) -> None:
    flink, job = FakeFlink(tmp_path), graph.jobs["usage-pipeline"]
    saved(tmp_path, job)
    start(graph, job, environ(tmp_path), print, httpx.MockTransport(flink))
    sent = "\n".join(flink.statements)
    assert "'o''brien'" in sent
    assert r"password=\"" not in sent and r'password="quo\"te"' in sent
    assert "$" not in sent


def test_the_planner_refuses_before_the_old_job_is_stopped(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    trace = "A: a\n\tat x\nCaused by: b.SqlValidatorException: no column in 'geheim'\n\tat y"
    flink = Refusing(tmp_path, fail={"EXPLAIN": trace})
    running(flink, job)
    with pytest.raises(OperateError) as raised:
        deploy(graph, job, environ(tmp_path), print, transport=httpx.MockTransport(flink))
    assert flink.log == []
    assert str(raised.value) == (
        "job/usage-aggregation: the SQL gateway: SqlValidatorException: "
        "no column in '$KAFKA_PASSWORD_USAGE_AGGREGATION'"
    )


def test_after_a_failed_submit_the_savepoint_is_named(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    flink = Refusing(tmp_path, fail={"EXECUTE": "x.Broken: no\n\tat y"})
    running(flink, job)
    with pytest.raises(OperateError, match=r"Broken: no .*its state: file:/saved/1"):
        deploy(graph, job, environ(tmp_path), print, transport=httpx.MockTransport(flink))


def point(path: str, second: int, discarded: bool = False) -> dict[str, Any]:
    return {"external_path": path, "latest_ack_timestamp": second, "discarded": discarded}


def test_a_job_without_savepoint_is_cancelled_only_if_a_checkpoint_is_there(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    flink = FakeFlink(tmp_path, savepoint_fails="x.CheckpointException: expired\n\tat y")
    running(flink, job, "RESTARTING")
    transport = httpx.MockTransport(flink)
    with pytest.raises(OperateError, match=r"is left as it is: .*expired"):
        deploy(graph, job, environ(tmp_path), print, transport=transport)
    assert flink.running["old"]["state"] == "RESTARTING"
    flink.latest = {"completed": point("s3://chk-7", 7), "savepoint": point("s3://s-5", 5)}
    deploy(graph, job, environ(tmp_path), print, transport=transport)
    assert flink.log[-1] == "cancel old"
    assert flink.settings["execution.state-recovery.path"] == "s3://chk-7"


@pytest.mark.parametrize(
    ("latest", "path"),
    [
        ({"savepoint": point("s", 9), "completed": point("c", 8)}, "s"),
        ({"savepoint": point("s", 9), "completed": point("c", 10)}, "c"),
        ({"savepoint": point("s", 9), "completed": point("c", 10, discarded=True)}, "s"),
        ({"completed": None, "restored": {"external_path": "r"}}, "r"),
        ({"completed": None, "restored": None}, None),
    ],
)
def test_the_newest_that_flink_knows(
    job: Job, tmp_path: Path, latest: dict[str, Any], path: str | None
) -> None:
    server = server_of(FakeFlink(tmp_path, latest=latest))
    assert server.restore_path("a") == path


def test_start_resumes_what_does_not_run_and_leaves_what_does(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    flink, said = FakeFlink(tmp_path), list[str]()
    path, transport = saved(tmp_path, job), httpx.MockTransport(flink)
    running(flink, job, "FAILED")
    jid = start(graph, job, environ(tmp_path), said.append, transport)
    assert flink.settings["execution.state-recovery.path"] == path
    sent = len(flink.statements)
    assert start(graph, job, environ(tmp_path), said.append, transport) == jid
    assert len(flink.statements) == sent


def test_start_tells_of_another_script_and_does_not_replace_it(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    flink, said = FakeFlink(tmp_path), list[str]()
    running(flink, job)
    assert start(graph, job, environ(tmp_path), said.append, httpx.MockTransport(flink)) == "old"
    assert said == [
        "leave job/usage-aggregation: runs another script: streamatlas deploy usage-aggregation"
    ]


def begins(graph: Graph, job: Job, flink: FakeFlink, state: str, ran: bool) -> str | None:
    values = {**environ(flink.state), "FLINK_STATE": state}
    server = server_of(flink)
    return jobs.start_from(jobs.target(graph, job, values, lambda: ran), server)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_job_starts_without_state_once(
    graph: Graph, job: Job, tmp_path: Path, elsewhere: bool
) -> None:
    flink, state = FakeFlink(tmp_path), "s3://flink" if elsewhere else str(tmp_path)
    assert begins(graph, job, flink, state, ran=False) is None
    with pytest.raises(OperateError, match="smaller totals"):
        begins(graph, job, flink, state, ran=True)


def test_a_job_goes_on_from_the_newest_on_disk(graph: Graph, job: Job, tmp_path: Path) -> None:
    path = saved(tmp_path, job)
    assert begins(graph, job, FakeFlink(tmp_path), tmp_path.as_uri(), ran=True) == path


def test_where_the_disk_is_elsewhere_flink_is_asked(graph: Graph, job: Job, tmp_path: Path) -> None:
    flink = FakeFlink(tmp_path, latest={"savepoint": point("s3://flink/s-1", 1)})
    running(flink, job, "FINISHED")
    assert begins(graph, job, flink, "s3://flink", ran=True) == "s3://flink/s-1"


def test_a_job_that_does_not_come_to_run_says_why(graph: Graph, job: Job, tmp_path: Path) -> None:
    trace = "a.B: b\nCaused by: c.LoginError: geheim at 127.0.0.1:1, 1 time\n\tat d"
    flink, values = FakeFlink(tmp_path, never_runs=trace), {**environ(tmp_path), "SHLVL": "1"}
    saved(tmp_path, job)
    with pytest.raises(OperateError) as raised:
        start(graph, job, values, print, httpx.MockTransport(flink))
    assert str(raised.value) == (
        "job/usage-aggregation is FAILED: LoginError: "
        "$KAFKA_PASSWORD_USAGE_AGGREGATION at 127.0.0.1:1, 1 time"
    )


def test_a_job_that_runs_twice_is_not_touched(graph: Graph, job: Job, tmp_path: Path) -> None:
    flink = FakeFlink(tmp_path)
    running(flink, job)
    flink.running["too"] = dict(flink.running["old"])
    with pytest.raises(OperateError, match=r"runs 2 times \(old, too\)"):
        stop(graph, job, environ(tmp_path), print, httpx.MockTransport(flink))


def test_stop_gives_the_savepoint_and_nothing_where_nothing_runs(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    flink = FakeFlink(tmp_path)
    transport = httpx.MockTransport(flink)
    assert stop(graph, job, environ(tmp_path), print, transport) is None
    running(flink, job)
    assert stop(graph, job, environ(tmp_path), print, transport) == "file:/saved/1"


def test_a_server_that_does_not_answer_is_unreachable(
    graph: Graph, job: Job, tmp_path: Path
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    with pytest.raises(UnreachableError, match="Flink at http://flink does not answer"):
        stop(graph, job, environ(tmp_path), print, httpx.MockTransport(refuse))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Please log in</html>"),
        httpx.Response(200, json={}),
        httpx.Response(200, json={"jobs": None}),
        httpx.Response(200, json={"jobs": [{"jid": "a"}]}),
        httpx.Response(200, json=[]),
    ],
)
def test_an_answer_that_is_not_flinks_is_told_in_plain_words(
    graph: Graph, job: Job, tmp_path: Path, answer: httpx.Response
) -> None:
    transport = httpx.MockTransport(lambda _: answer)
    with pytest.raises(OperateError, match="Flink: its answer to GET /jobs/overview is not under"):
        stop(graph, job, environ(tmp_path), print, transport)


@pytest.mark.parametrize("text", ["", "no", "[]", '{"errors": []}', '{"errors": null}'])
def test_an_error_without_a_reason_says_its_number(
    graph: Graph, job: Job, tmp_path: Path, text: str
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, text=text))
    with pytest.raises(OperateError, match=r"^Flink: HTTP 502$"):
        stop(graph, job, environ(tmp_path), print, transport)


def test_no_proxy_of_the_process_is_told_what_flink_is_told(
    graph: Graph, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HTTPServer(("127.0.0.1", 0), _Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
        values = {**environ(tmp_path), "FLINK_ADDRESS": "http://127.0.0.1:1"}
        with pytest.raises(UnreachableError):
            stop(graph, job, values, print)
        proxy.shutdown()


class _Proxy(BaseHTTPRequestHandler):
    """Answers for whomever it is asked."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"jobs": []}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ({"user": "$U", "password": "$P"}, "Basic bWU6Z2VoZWlt"),
        ({"token": "$P"}, "Bearer geheim"),
        ({}, "nothing"),
    ],
)
def test_flink_and_its_gateway_are_asked_with_the_declared_login(
    graph: Graph, job: Job, tmp_path: Path, declared: dict[str, str], sent: str
) -> None:
    flink, said = FakeFlink(tmp_path), set[str]()

    def see(request: httpx.Request) -> httpx.Response:
        said.add(request.headers.get("authorization", "nothing"))
        return flink(request)

    source = replace(graph.sources["source/flink"], **declared)
    known = replace(graph, sources={**graph.sources, "source/flink": source})
    saved(tmp_path, job)
    values = {**environ(tmp_path), "U": "me", "P": "geheim"}
    start(known, job, values, print, httpx.MockTransport(see))
    assert said == {sent}


def test_a_job_without_a_query_is_watched_only(graph: Graph, job: Job, tmp_path: Path) -> None:
    with pytest.raises(OperateError, match="has no query"):
        deploy(graph, replace(job, queries={}), environ(tmp_path), print)


def test_the_plan_of_jobs_by_digest() -> None:
    steps = jobs.plan({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "x"})
    assert [(step.verb, step.value) for step in steps] == [("create", "a"), ("leave", "c")]


CLUSTERS = """\
platform: p
teams: {t: {chat: c}}
topics: {a: {schema: e, owner: t}, out: {schema: e}, more: {schema: e}}
schemas: {e: {id: k, time: at, fields: {k: string, at: timestamp}}}
jobs:
  here: {owner: t, writes: {out: {from: a}}}
  there: {owner: t, cluster: far, writes: {more: {from: a}}}
environments:
  live:
    kafka: {address: '127.0.0.1:1', user: $U, password: $P}
    flink:
      main: {address: 'http://near', gateway: 'http://near-sql', state: s3://near}
      far: {address: 'http://far', gateway: 'http://far-sql', state: s3://far, token: $TOKEN}
"""


def test_each_job_goes_to_its_own_flink_and_gateway(tmp_path: Path) -> None:
    asked: set[tuple[str, str]] = set()
    flinks = {"near": FakeFlink(tmp_path), "far": FakeFlink(tmp_path)}

    def see(request: httpx.Request) -> httpx.Response:
        asked.add((request.url.host, request.headers.get("authorization", "")))
        return flinks[request.url.host.partition("-")[0]](request)

    graph = graph_of(CLUSTERS, "live")
    values = {
        "KAFKA_PASSWORD_HERE": "x",
        "KAFKA_PASSWORD_THERE": "y",
        "TOKEN": "z",
        "U": "u",
        "P": "p",
    }
    for name, flink in (("here", "near"), ("there", "far")):
        running(flinks[flink], graph.jobs[name])
        asked.clear()
        deploy(graph, graph.jobs[name], values, print, transport=httpx.MockTransport(see))
        login = "Bearer z" if flink == "far" else ""
        assert asked == {(flink, login), (f"{flink}-sql", login)}
        assert flinks[flink].log == [f"stop old into s3://{flink}/{name}/savepoints"]
        assert f"SET 'execution.checkpointing.dir' = 's3://{flink}/{name}/checkpoints'" in (
            flinks[flink].statements
        )
