"""A large platform: 5,000 topics of 200 teams, each with a file of its own.

Every team has services with normals and windows in its own time zone, jobs that add up what the
services write, and one job that joins this with what an earlier team made.
"""

from __future__ import annotations

from pathlib import Path

TEAMS = 200
_RAW, _REPORTS = 10, 5
_ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Australia/Sydney", "UTC")
_FIELDS = "account: string, kind: string, unit: string, amount: 'decimal(18,6)'"
_SUMS = "account: string, kind: string, unit: string, amount: 'decimal(38,6)'"
_MAIN = """\
platform: large
include: teams/*.yaml
environments:
  sandbox: {traffic: {scale: 0.01}}
  production:
    kafka: {address: 'kafka.example.com:9093', replication: 3}
    flink: {address: https://flink.example.com, gateway: https://sql.example.com, state: s3://x}
    postgres: {address: jdbc:postgresql://db.example.com/x, user: $DB_USER, password: $DB_PASSWORD}
"""


def write(folder: Path, teams: int = TEAMS) -> Path:
    """Write the platform below the folder; the path of its main file."""
    (folder / "teams").mkdir(parents=True)
    for number in range(teams):
        (folder / "teams" / f"team-{number:03}.yaml").write_text(_team(number))
    main = folder / "topology.yaml"
    main.write_text(_MAIN)
    return main


def _team(n: int) -> str:
    zone = _ZONES[n % len(_ZONES)]
    parts = (_services(n), _topics(n), _stores(n), _schemas(n), _jobs(n))
    return f"owner: t{n}\nteams: {{t{n}: {{chat: team-{n}, timezone: {zone}}}}}\n" + "".join(parts)


def _services(n: int) -> str:
    lines = ["services:"]
    for k in range(_RAW):
        begin = f"{4 + (n + k) % 20:02}"  # no clock is changed then
        window = f"{{at: {begin}:10-{begin}:20, rate: 200-900/s, required: true, why: batch}}"
        lines += [
            f"  app-{n}-{k}:",
            f"    doc: Number {k} of what team {n} makes.",
            f"    writes: raw.{n}.{k}",
            f"    normal: {{rate: 5-{20 + k}/s, alerts-at: 2k/s, windows: [{window}]}}",
        ]
    lines += [
        f"  reader-{n}-{k}: {{reads: report.{n}.{k}, limits: {{rate: 50k/s}}}}"
        for k in range(_REPORTS)
    ]
    return "\n".join(lines) + "\n"


def _topics(n: int) -> str:
    raw = [
        f"  raw.{n}.{k}: {{schema: event-{n}, partitions: 24, limits: {{rate: 5k/s}}}}"
        for k in range(_RAW)
    ]
    sums = [f"  minute.{n}.{k}: {{schema: minute-{n}, retention: 5d}}" for k in range(_RAW)]
    reports = [
        f"  report.{n}.{k}: {{schema: hour-{n}, normal: {{rate: up to 40/s}}}}"
        for k in range(_REPORTS)
    ]
    return "\n".join(["topics:", *raw, *sums, *reports]) + "\n"


def _stores(n: int) -> str:
    return (
        f"stores:\n  rows-{n}: {{kind: postgres, schema: minute-{n}, limits: {{rate: 90k/s}}}}\n"
        f"  days-{n}: {{kind: postgres, schema: day-{n}}}\n"
    )


def _schemas(n: int) -> str:
    sums = "\n".join(
        f"  {name}-{n}: {{id: [account, kind, unit, {time}], time: {time},"
        f" fields: {{{_SUMS}, {time}: timestamp}}}}"
        for name, time in (("minute", "minute_start"), ("hour", "hour_start"), ("day", "day_start"))
    )
    return f"""\
schemas:
  event-{n}:
    id: event_id
    key: account
    time: at
    out-of-order: 5min
    fields: {{event_id: string, {_FIELDS}, at: timestamp}}
{sums}
"""


def _jobs(n: int) -> str:
    return "jobs:\n" + "".join(_sums(n, half) for half in range(5)) + _joined(n)


def _sums(n: int, part: int) -> str:
    outputs = "\n".join(
        f"      minute.{n}.{k}: {{from: raw.{n}.{k}}}" for k in (2 * part, 2 * part + 1)
    )
    return f"""\
  sum-{n}-{part}:
    dedupe: true
    where: amount <> 0
    tumble: 1min
    group-by: [account, kind, unit]
    set: {{amount: SUM(amount)}}
    writes:
{outputs}
    state-ttl: 4d
"""


def _joined(n: int) -> str:
    """A job of the team: its own minutes, and some of a team before it."""
    own = [f"minute.{n}.{k}" for k in range(_RAW)]
    inputs = own + ([f"minute.{n // 2}.{k}" for k in range(2)] if n else [])
    reports = "\n".join(
        f"""\
      report.{n}.{k}: |
        SELECT account, kind, unit, SUM(amount) AS amount, window_start AS hour_start
        FROM TABLE(TUMBLE(TABLE minutes, DESCRIPTOR(minute_start), INTERVAL '1' HOUR))
        WHERE kind <> 'k{k}' GROUP BY account, kind, unit, window_start, window_end"""
        for k in range(_REPORTS)
    )
    return f"""\
  join-{n}:
    steps:
      minutes: {{from: [{", ".join(inputs)}], dedupe: true}}
    writes:
{reports}
      store/rows-{n}: {{from: minutes}}
      store/days-{n}:
        from: minutes
        tumble: 1d
        group-by: [account, kind, unit]
        set: {{amount: SUM(amount)}}
    parallelism: 4
    state-ttl: 4d
    normal: {{latency: 30min}}
"""
