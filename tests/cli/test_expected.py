"""`streamatlas expected`: rows, the table, and wrong words."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from factory import EXAMPLE
from streamatlas.cli.main import main

VAULT = ["expected", "vault", "--topology", str(EXAMPLE), "--env", "production"]
BATCH = ["--from", "2026-12-01T17:08Z", "--to", "2026-12-01T17:17Z"]


def test_minute_by_minute(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VAULT, *BATCH, "--format", "json"]) == 0
    said = capsys.readouterr()
    rows = json.loads(said.out)
    assert [(row["at"][11:16], row["low"], row["high"]) for row in rows] == [
        *(("17:08", 0, 5), ("17:09", 0, 5)),
        *((f"17:{minute}", 0, 20_000) for minute in range(10, 15)),
        *(("17:15", 0, 5), ("17:16", 0, 5)),
    ]
    assert rows[0] == {"at": "2026-12-01T17:08:00Z", "low": 0, "high": 5, "windows": []}
    assert rows[2]["windows"] == [
        {
            "of": "service/vault",
            "at": "09:10-09:15",
            "timezone": "America/Los_Angeles",
            "required": True,
            "why": "daily batch",
        }
    ]
    assert said.err == ""


def test_a_step_goes_from_the_first_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VAULT, *BATCH, "--format", "json", "--step", "150s"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["at"][11:], row["high"]) for row in rows] == [
        ("17:08:00Z", 5),
        ("17:10:30Z", 20_000),
        ("17:13:00Z", 20_000),
        ("17:15:30Z", 5),
    ]


def test_null_is_no_bound_and_scaled_traffic_is_said_to_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["expected", "store/subscriptions", "--topology", str(EXAMPLE), *BATCH]
    assert main([*words, "--format", "json", "--step", "9min"]) == 0
    said = capsys.readouterr()
    assert [row["high"] for row in json.loads(said.out)] == [None]
    assert said.err == "in sandbox rates are 0.01 of those declared\n"


def test_a_table_has_a_row_a_change_in_both_clocks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*VAULT, *BATCH]) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith(f"service/vault, as declared at {EXAMPLE.as_posix()}:")
    assert rows == [
        "from, UTC         Los Angeles  records      windows",
        "2026-12-01 17:08  Tue 09:08    up to 5/s",
        "2026-12-01 17:10  Tue 09:10    up to 20k/s  09:10-09:15 (daily batch)",
        "2026-12-01 17:15  Tue 09:15    up to 5/s",
        "2026-12-01 17:17  Tue 09:17    end",
    ]


def test_a_sum_says_of_whom_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["expected", "usage.minute.vault", "--topology", str(EXAMPLE), *BATCH]
    assert main([*words, "--step", "5min"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "topic/usage.minute.vault declares no rate: at most the sum of what flows in",
        "from service/vault",
        "in sandbox rates are 0.01 of those declared",
    ]
    # In the sandbox checkpoints come more often, and each leaves a marker a partition.
    assert said[-2].startswith("2026-12-01 17:13  Tue 09:13    up to 20")
    assert said[-2].endswith("service/vault 09:10-09:15 (daily batch)")


def test_a_day_from_now_is_what_nobody_need_ask_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expected", "compute", "--topology", str(EXAMPLE), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    times = [datetime.fromisoformat(row["at"]) for row in rows]
    assert len(times) == 24 * 60
    assert times[-1] - times[0] == timedelta(minutes=24 * 60 - 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["valt"], f"there is no 'valt'; did you mean service/vault ({EXAMPLE.as_posix()}:"),
        (["service/valt"], "there is no 'service/valt'; did you mean service/vault ("),
        (["\x1b[31m"], "there is no '\\x1b[31m'\n"),
        (["vault", "--from", "noon"], "'noon' is no time: write 2026-12-01 or 2026-12-01T17:10Z"),
        (["vault", "--from", "0001-01-01T00:00+05:00"], "is no time"),
        (["vault", "--from", "2026-12-01", "--to", "2026-12-01"], "is not after --from 2026-12-01"),
        (["vault", "--from", "0900-01-01", "--to", "2026-12-01"], "years from 1971 to 2199"),
        (["vault", "--step", "15"], "'15' has no unit: write 15s, 15min or 15h"),
        (["vault", "--from", "2026-01-01", "--to", "2028-01-01"], "over a million rows"),
        (["vault", "--format", "csv"], "invalid choice: 'csv'"),
    ],
)
def test_wrong_words_are_wrong_usage(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["expected", "--topology", str(EXAMPLE), *words])
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    assert code == 64
    assert message in said.err
    assert said.out == ""


def test_an_id_of_several_is_asked_for_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(
        "platform: p\nteams: {a: {chat: c}}\ntopics: {x: {}}\n"
        "services: {x: {owner: a, writes: x}}\n"
    )
    assert main(["expected", "x", "--topology", str(file)]) == 64
    assert "'x' is service/x and topic/x: say which" in capsys.readouterr().err
