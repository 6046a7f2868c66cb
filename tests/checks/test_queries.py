"""Rules on what queries read and give, by the words and in free SQL."""

from collections.abc import Callable, Iterator

import pytest

from factory import graph_of
from streamatlas.checks import changelog, fields, repeats, sql, undeclared, units
from streamatlas.graph.graph import Graph
from streamatlas.model.problem import Problem

HEAD = """\
platform: p
teams: {t: {chat: c}}
schemas:
  raw:
    id: id
    time: at
    fields:
      id: string
      shop: string
      unit: {type: string, doc: 'kg, l, m'}
      n: decimal(18,6)
      s: {type: bigint, unit: s}
      at: timestamp
  sum: {id: [shop, unit], fields: {shop: string, unit: string, n: 'decimal(38,6)'}}
  hour: {like: sum, id: [shop, unit, hour], time: hour, fields: {hour: timestamp}}
  short: {id: shop, fields: {shop: string, n: 'decimal(18,6)'}}
  count: {id: shop, fields: {shop: string, s: int}}
  day: {id: day, fields: {day: date}}
  loose: {fields: {shop: string, unit: string, n: 'decimal(38,6)'}}
topics:
  raw: {owner: t, schema: raw}
  other: {owner: t, schema: raw}
  kept: {owner: t, schema: raw, compacted: true}
  anon: {owner: t, schema: loose}
  hours: {schema: hour}
  newest: {schema: hour, compacted: true}
stores:
  sum: {owner: t, schema: sum}
  short: {owner: t, schema: short}
  count: {owner: t, schema: count}
  days: {owner: t, schema: day}
services: {s: {owner: t, writes: [raw, other, kept, anon], reads: [hours, newest]}}
jobs:
  j:
    owner: t
"""
LINE = HEAD.count("\n") + 1
WORDS = "dedupe: true, group-by: [shop, unit], set: {n: SUM(n)}"
Check = Callable[[Graph], Iterator[Problem]]


def said(check: Check, lines: str) -> list[str]:
    """Each problem as LINE of the job, from 1, column, message."""
    graph = graph_of(HEAD + lines)
    found = sorted(set(check(graph)))
    return [f"{p.at.line - LINE + 1}:{p.at.column}: {p.message}" for p in found]


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("    reads: raw\n    writes: {store/sum: 'SELECT shop, unit, n FROM raw'}", []),
        (
            "    reads: raw\n    writes: {store/sum: 'SELECT shop, uni, n FROM raw'}",
            ["2:39: 'raw' has no column 'uni'; did you mean 'unit'?"],
        ),
        (
            "    reads: raw\n    writes:\n      store/sum: >\n        SELECT shop,\n"
            "        unit, SUM(m) AS n\n        FROM raw GROUP BY shop, unit",
            ["5:19: 'raw' has no column 'm'; there is id, shop, unit, n, s, at"],
        ),
        (
            "    reads: raw\n    writes: {store/sum: SELECT shop FROM ra}",
            ["2:42: there is no table 'ra'; did you mean 'raw'?"],
        ),
        (
            "    reads: {raw: {as: x}}\n    writes: {store/sum: SELECT shop FROM raw}",
            ["2:42: there is no table 'raw': topic/raw is called 'x' here"],
        ),
        ("    reads: {raw: {as: x}}\n    writes: {store/sum: SELECT shop FROM x}", []),
        (
            "    reads: raw\n    steps: {a: SELECT shop FROM b, b: SELECT shop FROM raw}\n"
            "    writes: {store/sum: SELECT shop FROM a}",
            ["2:33: step 'a' reads 'b', which comes later"],
        ),
        ("    writes: {store/sum: {from: raw, where: m > 0}}", ["1:44: 'raw' has no column 'm'"]),
        (
            "    where: n > 0 AND shp = 'x'\n    writes: {store/sum: {from: raw}}",
            ["1:22: 'raw' has no column 'shp'; did you mean 'shop'?"],
        ),
        (
            "    writes: {store/sum: {from: raw, set: {n: n + nn}}}",
            ["1:50: 'raw' has no column 'nn'"],
        ),
        (
            "    reads: raw\n"
            "    writes: {store/sum: {select: SELECT shop FROM raw, dedupe: yes, set: {n: '1'}}}",
            [
                "2:56: SQL says it all, so 'dedupe' does nothing here: put it into a step",
                "2:69: SQL says it all, so 'set' does nothing here: put it into a step",
            ],
        ),
        (
            "    reads: [raw, other]\n"
            "    writes: {store/sum: SELECT shop FROM raw JOIN other ON raw.id = other.id}",
            ["2:32: it is not clear what 'shop' is: write raw.shop or other.shop"],
        ),
        (
            "    writes: {store/sum: {from: raw, where: s > 0 AND at > at - INTERVAL '1' DAY}}",
            [
                "1:54: it is not clear what 'at' is: write `at`, a word of SQL",
                "1:59: it is not clear what 'at' is: write `at`, a word of SQL",
            ],
        ),
        # The words come in this order: set, then enrich; and an aggregate last.
        ("    writes: {store/sum: {from: raw, enrich: {store/count: shop}, set: {n: s * 2}}}", []),
        (
            "    writes: {store/sum: {from: anon, enrich: {store/count: shop}, set: {n: s * 2}}}",
            ["1:76: 's' of store/count is added by enrich, which comes after set: enrich"],
        ),
        (
            "    writes: {store/sum: {from: anon, enrich: {store/count: shop}, "
            "group-by: [shop, unit], set: {n: SUM(s)}}}",
            [],
        ),
    ],
)
def test_names_in_sql(lines: str, problems: list[str]) -> None:
    found = said(sql.check, lines)
    assert len(found) == len(problems), found
    assert all(one.startswith(start) for one, start in zip(found, problems, strict=True)), found


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("    reads: raw\n    writes: {store/sum: 'SELECT shop FROM raw, nowhere'}", []),
        (
            "    reads: raw\n"
            "    writes: {store/sum: SELECT r.shop FROM raw r JOIN other o ON TRUE}",
            ["2:55: job/j does not declare that it reads topic/other: add reads: other"],
        ),
        (
            "    reads: raw\n    writes: {store/sum: SELECT shop FROM store_count}",
            ["2:42: job/j does not declare that it reads store/count: add reads: store/count"],
        ),
        ("    writes: {store/sum: {from: raw, select: SELECT shop FROM raw}}", []),
        (
            "    reads: raw\n    steps: {other: SELECT shop FROM raw}\n"
            "    writes: {store/sum: SELECT shop FROM other}",
            [],
        ),
    ],
)
def test_reads_that_are_not_declared(lines: str, problems: list[str]) -> None:
    assert said(undeclared.check, lines) == problems


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (f"    writes: {{store/sum: {{from: raw, {WORDS}}}}}", []),
        (
            "    writes: {store/short: {from: raw, group-by: shop, set: {n: SUM(n)}}}",
            [
                "1:64: 'n' is decimal(38,6) here but decimal(18,6) in schema/short: "
                "what is longer becomes NULL"
            ],
        ),
        ("    writes: {store/short: {from: raw}}", []),
        ("    writes: {store/short: {from: raw, set: {n: n * 2}}}", []),
        (
            "    writes: {store/short: {from: anon}}",
            [
                "1:34: 'n' is decimal(38,6) here but decimal(18,6) in schema/short: "
                "what is longer becomes NULL"
            ],
        ),
        (
            "    writes: {store/count: {from: raw, group-by: shop, set: {s: COUNT(*)}}}",
            ["1:64: 's' is bigint here but int in schema/count: write CAST(... AS INT)"],
        ),
        ("    writes: {store/count: {from: raw, set: {s: CAST(n AS INT)}}}", []),
        (
            "    writes: {store/short: {from: raw, set: {n: CAST(n AS INT)}}}",
            ["1:48: 'n' is int here but decimal(18,6) in schema/short, and cuts off fractions"],
        ),
        (
            "    writes: {store/count: {from: raw, set: {s: shop}}}",
            ["1:48: 's' is string here but int in schema/count: write CAST(... AS INT)"],
        ),
        (
            "    writes: {hours: {from: raw}}",
            [
                "1:14: schema/hour has 'hour', which this query does not give: "
                "set it, or enrich with it"
            ],
        ),
        (
            "    writes: {hours: {from: raw, dedupe: true, tumble: 1h, group-by: shop, "
            "set: {n: SUM(n)}}}",
            [
                "1:14: schema/hour has 'unit', which this query does not give: "
                "group by it, or set it"
            ],
        ),
        (
            "    reads: raw\n    writes: {store/sum: 'SELECT shop, unit AS units, n FROM raw'}",
            [
                "2:25: schema/sum has 'unit', which this query does not give: select it",
                "2:39: schema/sum has no field 'units'; did you mean 'unit'?",
            ],
        ),
        ("    reads: raw\n    writes: {store/sum: SELECT * FROM raw}", []),
        (
            "    reads: raw\n    steps: {a: 'SELECT shop, SUM(n) AS n FROM raw GROUP BY shop'}\n"
            "    writes: {store/short: {from: a}}",
            [
                "3:34: 'n' is decimal(38,6) here but decimal(18,6) in schema/short: "
                "what is longer becomes NULL"
            ],
        ),
        # What is of no zone, as the bounds of windows are, has a day of its own.
        (
            '    reads: raw\n    writes: {store/days: "SELECT window_start AS `day` FROM '
            "TABLE(TUMBLE(TABLE raw, DESCRIPTOR(at), INTERVAL '1' DAY))\"}",
            [],
        ),
        (
            "    reads: raw\n    writes: {store/days: SELECT `at` AS `day` FROM raw}",
            ["2:33: 'day' is timestamp here but date in schema/day: write CAST(... AS DATE)"],
        ),
        # What is not understood, or not there, is not this rule's.
        ("    reads: raw\n    writes: {store/sum: 'SELECT f(shop) AS shop FROM raw, x'}", []),
        ("    reads: raw\n    writes: {store/sum: SELECT shp FROM raw}", []),
        ("    writes: {store/sum: {from: raw, where: x > 1, set: {n: shop}}}", []),
    ],
)
def test_fields_of_the_output(lines: str, problems: list[str]) -> None:
    found = said(fields.check, lines)
    if "f(shop)" in lines:
        assert [one.partition(" has ")[2] for one in found] == [
            "'unit', 'n', which this query does not give: select it"
        ]
    else:
        assert found == problems


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (f"    writes: {{store/sum: {{from: raw, {WORDS}}}}}", []),
        (
            "    writes: {store/sum: {from: raw, group-by: [shop, unit], set: {n: SUM(n)}}}",
            ["1:14: raw is added up without dropping repeats of id: write dedupe: true"],
        ),
        (
            "    dedupe: no\n    writes: {store/sum: {from: raw, group-by: [shop, unit], "
            "set: {n: AVG(n)}}}",
            ["1:13: raw is added up without dropping repeats of id: write dedupe: true"],
        ),
        ("    writes: {store/sum: {from: raw, group-by: [shop, unit], set: {n: MAX(n)}}}", []),
        ("    writes: {store/sum: {from: kept, group-by: [shop, unit], set: {n: SUM(n)}}}", []),
        ("    writes: {store/sum: {from: anon, group-by: [shop, unit], set: {n: SUM(n)}}}", []),
        (
            "    steps: {a: {from: raw, where: n > 0}, b: {from: raw, dedupe: true}}\n"
            "    writes: {store/sum: {from: [a, b], group-by: [shop, unit], set: {n: SUM(n)}}}",
            ["2:14: raw is added up without dropping repeats of id: write dedupe: true"],
        ),
        (
            "    steps: {a: SELECT shop AS s2 FROM raw}\n    reads: raw\n"
            "    writes: {store/count: 'SELECT s2 AS shop, COUNT(*) AS s FROM a GROUP BY s2'}",
            ["3:66: raw is added up without dropping repeats of id: read a step with dedupe: true"],
        ),
        (
            "    reads: raw\n    writes: {store/count: 'SELECT shop, COUNT(DISTINCT id) AS s "
            "FROM raw GROUP BY shop'}",
            [],
        ),
    ],
)
def test_repeats_are_dropped_before_anything_is_added_up(lines: str, problems: list[str]) -> None:
    assert said(repeats.check, lines) == problems


def test_what_a_job_has_made_once_is_not_repeated() -> None:
    first = f"    writes: {{hours: {{from: raw, tumble: 1h, {WORDS}}}}}\n"
    second = (
        "  k: {owner: t, writes: {store/sum: {from: hours, group-by: [shop, unit], "
        "set: {n: SUM(n)}}}}"
    )
    assert said(repeats.check, first + second) == []
    loose = first.replace("tumble", "guarantee: at-least-once, tumble")
    assert said(repeats.check, loose + second) == [
        "2:26: hour is added up without dropping repeats of shop, unit, hour: write dedupe: true"
    ]


MIXED = "SUM(n) would add kg to l: the unit is in field 'unit', so group by it"


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (f"    writes: {{store/sum: {{from: raw, {WORDS}}}}}", []),
        (
            "    writes: {store/short: {from: raw, group-by: shop, set: {n: SUM(n)}}}",
            [f"1:49: {MIXED}"],
        ),
        ("    writes: {store/short: {from: raw, group-by: shop, set: {n: SUM(s)}}}", []),
        ("    writes: {store/short: {from: raw, group-by: shop, set: {n: COUNT(n)}}}", []),
        (
            "    writes: {store/short: {from: raw, where: unit = 'kg', group-by: shop, "
            "set: {n: SUM(n)}}}",
            [],
        ),
        (
            "    writes: {store/short: {from: raw, where: unit <> 'kg', group-by: shop, "
            "set: {n: SUM(n)}}}",
            [f"1:70: {MIXED}"],
        ),
        (
            "    steps: {a: {from: raw, where: unit = 'kg'}}\n"
            "    writes: {store/short: {from: a, group-by: shop, set: {n: SUM(n)}}}",
            [],
        ),
        (
            "    steps: {a: {from: raw, where: unit = 'kg'}, b: {from: [a, raw]}}\n"
            "    writes: {store/short: {from: b, group-by: shop, set: {n: SUM(n)}}}",
            [f"2:47: {MIXED}"],
        ),
        (
            "    writes: {store/short: {from: raw, group-by: shop, set: {n: "
            "\"SUM(n) FILTER (WHERE unit = 'kg')\"}}}",
            [],
        ),
        (
            "    writes: {store/short: {from: raw, group-by: shop, set: {n: "
            "\"SUM(CASE WHEN unit = 'kg' THEN n ELSE 0 END)\"}}}",
            [],
        ),
        (
            '    reads: raw\n    writes: {store/short: "SELECT shop, SUM(n) FILTER (WHERE '
            "unit = 'kg') AS n FROM (SELECT * FROM raw) GROUP BY shop\"}",
            [],
        ),
        (
            '    reads: raw\n    writes: {store/short: "SELECT shop, SUM(n) AS n FROM '
            "(SELECT * FROM raw WHERE unit = 'kg') GROUP BY shop\"}",
            [],
        ),
        (
            "    reads: raw\n    writes: {store/short: 'SELECT shop, SUM(n) AS n FROM raw "
            "GROUP BY shop'}",
            [f"2:41: {MIXED}"],
        ),
        (
            '    reads: raw\n    writes: {store/short: "SELECT shop, SUM(n) AS n FROM raw '
            "WHERE unit = 'kg' GROUP BY shop\"}",
            [],
        ),
        (
            "    writes: {store/short: {from: anon, group-by: shop, set: {n: SUM(n)}}}",
            ["1:50: SUM(n) would add different units: the unit is in field 'unit', so group by it"],
        ),
    ],
)
def test_no_total_adds_two_units(lines: str, problems: list[str]) -> None:
    assert said(units.check, lines) == problems


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (f"    writes: {{hours: {{from: raw, tumble: 1h, {WORDS}}}}}", []),
        (
            f"    writes: {{hours: {{from: [raw, kept], tumble: 1h, {WORDS}}}}}",
            [
                "1:34: kept is compacted, its rows replace each other: "
                f"the window at line {LINE} cannot use it"
            ],
        ),
        (f"    writes: {{newest: {{from: kept, tumble: 1h, {WORDS}}}}}", []),
        (f"    writes: {{store/sum: {{from: kept, {WORDS}}}}}", []),
        (
            "    reads: kept\n    writes:\n      hours: |\n"
            "        SELECT shop, unit, SUM(n) AS n, window_start AS `hour`\n"
            "        FROM TABLE(TUMBLE(TABLE kept, DESCRIPTOR(at), INTERVAL '1' HOUR))\n"
            "        GROUP BY shop, unit, window_start, window_end",
            [
                "5:33: kept is compacted, its rows replace each other: "
                f"the window at line {LINE + 2} cannot use it"
            ],
        ),
        (
            f"    steps: {{a: {{from: raw, {WORDS}}}, b: {{from: a}}}}\n"
            "    writes: {hours: {from: b, tumble: 1h, group-by: [shop, unit], set: {n: SUM(n)}}}",
            [
                "1:52: 'a' is a running total, its rows replace each other: "
                f"the window at line {LINE + 1} cannot use it"
            ],
        ),
        (
            "    reads: raw\n    steps: {a: 'SELECT shop, MAX(n) AS n FROM raw GROUP BY shop'}\n"
            "    writes: {hours: {from: a, tumble: 1h, group-by: shop, set: {n: MAX(n)}}}",
            [
                "2:16: 'a' is a running total, its rows replace each other: "
                f"the window at line {LINE + 2} cannot use it"
            ],
        ),
        (f"    writes: {{newest: {{from: raw, tumble: 1h, {WORDS}}}}}", []),
        (
            f"    writes: {{hours: {{from: raw, {WORDS}}}}}",
            [
                "1:57: this is a running total, its rows replace each other: topic/hours "
                "would keep them all; make it compacted, or add up by tumble"
            ],
        ),
        (
            "    writes: {other: {from: kept, where: n > 0}}",
            [
                "1:28: kept is compacted, its rows replace each other: topic/other would keep "
                "them all; make it compacted, or add up by tumble"
            ],
        ),
        (
            "    reads: kept\n    writes: {other: SELECT * FROM kept}",
            [
                "2:35: kept is compacted, its rows replace each other: topic/other would keep "
                "them all; make it compacted, or add up by tumble"
            ],
        ),
        *(
            (
                f"    reads: raw\n    writes: {{hours: '{select}'}}",
                [
                    "2:21: this is a running total, its rows replace each other: topic/hours "
                    "would keep them all; make it compacted, or add up by tumble"
                ],
            )
            for select in (
                "SELECT UPPER(shop) AS shop FROM raw GROUP BY UPPER(shop)",
                "SELECT COUNT(*) AS n FROM raw",
            )
        ),
        (
            "    reads: raw\n    writes: {hours: SELECT DISTINCT shop FROM raw}",
            [
                "2:21: this drops repeats in SQL, its rows replace each other: topic/hours "
                "would keep them all; make it compacted, or read a step with dedupe: true"
            ],
        ),
        # To be enriched from what is compacted is another matter.
        (f"    writes: {{hours: {{from: raw, enrich: {{kept: id}}, tumble: 1h, {WORDS}}}}}", []),
    ],
)
def test_a_window_reads_rows_that_stay(lines: str, problems: list[str]) -> None:
    assert said(changelog.check, lines) == problems
