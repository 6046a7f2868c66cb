import pytest

from factory import graph_of
from streamatlas.checks.sql import check

HEAD = """\
platform: p
teams: {t: {chat: c}}
services: {s: {owner: t, writes: [a, bare]}, r: {owner: t, reads: [out, bare.out]}}
schemas:
  e: {id: id, fields: {id: string, n: int}}
  t: {like: e, time: at, fields: {at: timestamp}}
  o: {like: e, fields: {user: string, tags: 'array<string>'}}
stores: {sums: {owner: t, schema: e}, odd: {owner: t, schema: o}}
topics: {a: {schema: e}, timed: {owner: t, schema: t}, bare: {}, out: {schema: e}, bare.out: {}}
jobs:
  j:
    owner: t
"""


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("    writes: {out: {from: a, where: n > 0}}", []),
        ("    writes: {out: SELECT 1)}", ["13:19: this ')' closes nothing"]),
        ("    writes: {out: {select: DROP TABLE a}}", ["13:28: a query begins with SELECT"]),
        ("    writes: {topic/out: {from: a, where: (n}}", ["13:42: a ')' is missing"]),
        ("    where: (n\n    writes: {out: {from: a}}", ["13:12: a ')' is missing"]),
        ("    writes: {out: {from: a, set: {n: 1; 2}}}", ["13:38: ';' ends a statement: "]),
        (
            "    steps: {x: {from: y}, y: {from: a}}\n    writes: {out: {from: x}}",
            ["13:23: step 'x' reads 'y', which comes later"],
        ),
        (
            "    steps: {x: {where: n > 0}}\n    writes: {out: {from: x}}",
            ["13:13: step 'x' reads nothing"],
        ),
        ("    writes: {out: {from: bare}}", ["topic/bare needs a schema"]),
        ("    writes: {bare.out: {from: a}}", ["topic/bare.out needs a schema"]),
        (
            "    writes: {store/sums: {from: timed, tumble: 5min, group-by: id}}",
            ["13:48: store/sums gets a running total: tumble by 1min, 1h or 1d"],
        ),
        (
            "    writes: {out: {from: a, tumble: 5min, group-by: id}}",
            ["13:37: topic/a has no event time"],
        ),
        (
            "    writes: {out: {from: a, enrich: {out: id}}}",
            ["13:37: topic/out holds no versions"],
        ),
        (
            "    writes: {store/odd: {from: a}}",
            [
                "7:25: job/j cannot write user to store/odd: it is a word of PostgreSQL",
                "7:39: job/j cannot write tags to store/odd: a table takes no array<string>",
            ],
        ),
        (
            "    writes: {store/sums: {from: timed, group-by: [id, att], set: {n: SUM(n)}}}",
            ["13:55: 'timed' has no column 'att'; did you mean 'at'?"],
        ),
        (
            "    writes: {out: {from: a, enrich: {store/sums: idd}}}",
            ["13:37: 'a' has no column 'idd'; did you mean 'id'?"],
        ),
        (
            "    writes: {out: {from: a, set: {key: id}, enrich: {store/sums: key}}}",
            [],
        ),
        (
            "    steps: {x: {from: [a, timed], group-by: at, set: {n: SUM(n)}}}\n"
            "    writes: {out: {from: x, group-by: n}}",
            ["13:45: 'a and timed' has no column 'at'; there is id, n"],
        ),
        (
            "    group-by: zone\n    writes: {out: {from: a, set: {n: SUM(n)}}}",
            ["13:15: 'a' has no column 'zone'; there is id, n"],
        ),
        ("    reads: bare\n    writes: bare.out", []),
    ],
)
def test_sql(lines: str, problems: list[str]) -> None:
    found = [f"{p.at.line}:{p.at.column}: {p.message}" for p in check(graph_of(HEAD + lines))]
    assert len(found) == len(problems)
    assert all(part in problem for part, problem in zip(problems, found, strict=True))
